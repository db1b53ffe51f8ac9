"""``ansinh rules``: what authors and admins do from a terminal; and which rules the other commands use."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from app.cli import commands
from app.rulebook import rules_in_use, watched_rules
from app.settings import Settings
from core.clock import SystemClock
from core.database import Database
from core.migrations import upgrade
from rules.documents import Documents
from tests.rules.store.conftest import LEVEL, RULES, level


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("STATE_FOLDER", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return Settings()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let the package carry a small rule set, and write it into a folder too."""
    documents = Documents(RULES, "rules/")
    monkeypatch.setattr(Documents, "read", classmethod(_reading(Documents.read.__func__, documents)))  # type: ignore[attr-defined]
    documents.write(tmp_path / "edited")
    return tmp_path / "edited"


def _reading(real, documents: Documents):
    return lambda cls, root=None: documents if root is None else real(cls, root)


def _run(*arguments: str) -> Result:
    application = typer.Typer()
    commands.register(application)
    return CliRunner().invoke(application, ["rules", *arguments])


def _edit(folder: Path, texts: dict[str, str]) -> None:
    for path, text in texts.items():
        (folder / path).write_text(text, encoding="utf-8")


def test_findings_end_with_one_and_are_json_for_programs(small: Path) -> None:
    """A build stops at them, an editor's plug-in jumps to them."""
    _edit(small, {LEVEL: RULES[LEVEL].replace("vnd", "dong")})

    found = _run("validate", str(small), "--json")

    assert found.exit_code == 1
    (finding,) = json.loads(found.stdout)["findings"]
    assert (finding["code"], finding["line"], finding["path"]) == ("unknown_word", 3, f"edited/{LEVEL}")


def test_a_folder_without_rules_is_named(tmp_path: Path) -> None:
    """Rather than found without fault."""
    assert _run("validate", str(tmp_path)).exit_code == 2


def test_a_difference_is_told_in_words(small: Path) -> None:
    """By folder, or by release."""
    _edit(small, level(150000))

    told = json.loads(_run("diff", str(small), "--json").stdout)

    assert [(d["kind"], d["old"]["text"]) for d in told["differences"]] == [("removed", "150.000 đ")]


def test_a_change_goes_live_by_two_persons_and_back(settings: Settings, small: Path) -> None:
    """The whole way without a console: import, approve, publish, use, verify, go back."""
    _edit(small, level(150000))

    assert _run("import", str(small), "--title", "Nâng mức", "--as", "lan").exit_code == 0
    (draft,) = [json.loads(line) for line in _run("drafts", "--json").stdout.splitlines()]
    assert draft["state"] == "submitted"
    assert _run("approve", draft["id"], "--as", "lan").exit_code == 2
    assert _run("approve", draft["id"], "--as", "minh").exit_code == 0
    assert _run("publish", draft["id"], "--as", "minh").exit_code == 0

    rules = rules_in_use(settings, SystemClock())
    assert rules.release is not None
    assert rules.release.seq == 2
    assert rules.figures.value("test.level", as_of=date(2027, 1, 1)).raw == 150000
    assert _run("verify").exit_code == 0

    assert _run("go-back", "1", "--title", "Quay lại", "--as", "lan").exit_code == 0
    (draft,) = [json.loads(line) for line in _run("drafts", "--json").stdout.splitlines()]
    _run("approve", draft["id"], "--as", "minh")
    _run("publish", draft["id"], "--as", "minh")
    assert [json.loads(line)["seq"] for line in _run("history", "--json").stdout.splitlines()] == [3, 2, 1]


def test_an_export_is_what_was_published(settings: Settings, small: Path, tmp_path: Path) -> None:
    """Byte for byte, by the number of the release."""
    _edit(small, level(150000))
    _run("import", str(small), "--title", "x", "--as", "lan")

    assert _run("export", str(tmp_path / "out"), "--release", "1").exit_code == 0
    assert {path: (tmp_path / "out" / path).read_text(encoding="utf-8") for path in RULES} == RULES


def test_a_command_reads_the_files_where_nothing_was_edited(settings: Settings) -> None:
    """And makes no database for it."""
    rules = rules_in_use(settings, SystemClock())

    assert rules.release is None
    assert not (settings.state_folder / "ansinh.sqlite").exists()


def test_the_service_seeds_and_watches(settings: Settings, small: Path) -> None:
    """The first start makes the first release."""
    database = Database(settings.database)
    upgrade(database)

    with watched_rules(settings, database, SystemClock()) as rules:
        release = rules.current.release

    assert release is not None
    assert (release.seq, release.kind) == (1, "seed")
    database.dispose()
