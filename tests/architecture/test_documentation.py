"""What the service offers is documented, and what the documentation names exists."""

from __future__ import annotations

import re

import pytest
import typer

from app.cli import application, commands
from app.settings import ROOT

READABLE = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_command_is_in_the_readme_or_a_document() -> None:
    """A command that nobody can find does not exist."""
    commands.register(application)
    names = typer.main.get_command(application).commands
    text = "\n".join(path.read_text(encoding="utf-8") for path in READABLE)

    assert [name for name in names if f"ansinh {name}" not in text and name != "prepare"] == []


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path) -> None:
    """A reader who follows a link finds a file."""
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", path.read_text(encoding="utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []
