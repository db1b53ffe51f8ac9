"""``ansinh user``: the first person gets in without anybody signed in already."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.bootstrap import Parts
from app.cli.user import user
from app.console import accounts_of
from app.settings import Settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATE_FOLDER", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "a key for this test only")
    monkeypatch.setenv("DATABASE_URL", "")
    return tmp_path


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(user, list(arguments))
    assert result.exit_code == code, result.output
    return result.stdout


def test_an_admin_is_added_closed_and_let_in_again(folder: Path) -> None:
    """The password printed is the one that works, and must be changed; each step stands in the audit log."""
    added = json.loads(run("add", "ha", "--role", "admin", "--display-name", "Nguyễn Hà", "--json"))
    run("add", "mai", "--role", "admin")
    run("disable", "ha")
    again = json.loads(run("reset", "ha", "--json"))

    parts = Parts.of(Settings())
    found = accounts_of(parts).with_password("ha", again["password"])
    assert accounts_of(parts).with_password("ha", added["password"]) is None
    assert found is not None
    assert found.must_change_password
    assert [entry.action for entry in parts.audit.search()] == ["user.reset", "user.disable", "user.add", "user.add"]
    listed = [json.loads(line) for line in run("list", "--json").splitlines()]
    assert {one["name"]: one["disabled"] for one in listed} == {"ha": False, "mai": False}


def test_mistakes_are_named(folder: Path) -> None:
    """A name that is taken, is none, or bears the only admin."""
    run("add", "ha", "--role", "admin")

    run("add", "ha", "--role", "staff", code=1)
    run("add", "Nguyễn Hà", "--role", "staff", code=1)
    run("disable", "ha", code=1)
    run("reset", "nobody", code=1)
