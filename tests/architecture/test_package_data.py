"""What the code reads beside itself is installed with it."""

from __future__ import annotations

import tomllib

from app.settings import ROOT

ROOMS = ("actions", "app", "bot", "console", "core", "dialogue", "knowledge", "rules")


def test_every_kind_of_data_file_is_installed() -> None:
    """A guide or a fitted model that is left out of the package would be missed at the first question."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    kinds = {pattern.removeprefix("*") for pattern in declared["tool"]["setuptools"]["package-data"]["*"]}

    found = {
        path.suffix
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and "__pycache__" not in path.parts
    }

    assert found - kinds == set()
