"""``ansinh knowledge`` and ``ansinh evaluate knowledge``: what is printed, and how bad input is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.evaluate_knowledge import knowledge as evaluate
from app.cli.knowledge import group
from tests.knowledge.ingest.conftest import DECREE, as_docx


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_FOLDER", str(tmp_path / "state"))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(group, [str(a) for a in arguments])


def lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_drafts_are_kept_and_every_file_is_reported(tmp_path: Path) -> None:
    """One broken file costs its own line and the exit code, nothing else; the second run keeps nothing twice."""
    folder, report = tmp_path / "files", tmp_path / "report.json"
    folder.mkdir()
    (folder / "decree.docx").write_bytes(as_docx(DECREE))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 broken")

    first, second = (run("ingest", folder, "--draft", "--json", "--as", report) for _ in range(2))

    assert [one["outcome"] for one in lines(first)] == ["refused", "new"]
    assert [one["outcome"] for one in lines(second)] == ["refused", "unchanged"]
    assert (first.exit_code, json.loads(report.read_text(encoding="utf-8"))[1]["number"]) == (1, "999/2026/NĐ-CP")
    (listed,) = lines(run("documents", "--json"))
    assert (listed["status"], listed["passages"]) == ("draft", 4)


def test_wrong_input_is_told_and_nothing_is_done(tmp_path: Path) -> None:
    """Unknown ids, a report without a place to go and an empty folder end with a message, not with a traceback."""
    (tmp_path / "empty").mkdir()

    for arguments in (
        ("retire", "nothing"),
        ("publish", "nothing"),
        ("ingest", tmp_path, "--as", tmp_path / "no" / "report.json"),
        ("ingest", tmp_path / "empty"),
        ("evaluate", "--set", tmp_path / "nowhere"),
    ):
        result = run(*arguments)
        assert (result.exit_code, result.exception.__class__) == (2, SystemExit), arguments


def test_both_names_of_the_evaluation_are_one() -> None:
    """`knowledge evaluate` and `evaluate knowledge` are the same command."""
    (command,) = (c for c in group.registered_commands if c.name == "evaluate")

    assert command.callback is evaluate
