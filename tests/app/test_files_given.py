"""Files given to commands: what is wrong with one is said with its place, all at once, and nothing is begun."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from app.cli import commands


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(*arguments: str) -> str:
    """Run a command that must refuse its file; return what it says."""
    application = typer.Typer()
    commands.register(application)
    result = CliRunner().invoke(application, list(arguments))
    assert result.exit_code == 2, result.output
    return click.unstyle(result.output)


READERS = [
    ("ask", "--file"),
    ("chat", "--script"),
    ("check",),
    ("evaluate", "dialogues", "--set"),
    ("evaluate", "intents", "--set"),
    ("evaluate", "questions", "--set"),
    ("family",),
]


@pytest.mark.parametrize("command", READERS, ids=" ".join)
def test_a_file_that_is_not_there_or_no_text_is_named(command: tuple[str, ...], folder: Path) -> None:
    (folder / "binary.yaml").write_bytes(b"a: \xff\xfe")

    assert "absent.yaml cannot be read: No such file" in refused(*command, "absent.yaml")
    assert "binary.yaml is not UTF-8 (byte 3)" in refused(*command, "binary.yaml")


@pytest.mark.parametrize("command", [one for one in READERS if one != ("check",)], ids=" ".join)
def test_broken_yaml_is_refused_with_line_and_column(command: tuple[str, ...], folder: Path) -> None:
    (folder / "broken.yaml").write_text("a: [1\nb: 2\n", encoding="utf-8")

    assert "broken.yaml:2:2: not YAML" in refused(*command, "broken.yaml")


@pytest.mark.parametrize("command", [("ask", "--file"), ("evaluate", "questions", "--set")], ids=" ".join)
def test_every_mistake_of_a_file_of_questions_is_named_at_once(command: tuple[str, ...], folder: Path) -> None:
    lines = ['{"text": "hỏi"}', '{"q": 1}', "3", '{"text": "hỏi", "as_of": "31/02/2026", "cites": "Điều 1"}']
    (folder / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "cut.jsonl").write_text('{"text": "hỏi"}\n{"text": ', encoding="utf-8")

    said = refused(*command, "questions.jsonl")

    assert [line.split(": ")[0] for line in said.splitlines()] == [
        "questions.jsonl:2",
        "questions.jsonl:3",
        "questions.jsonl:4",
        "questions.jsonl:4",
    ]
    assert "'as_of' must be a day such as 2026-11-21, not '31/02/2026'" in said
    assert "cut.jsonl:2: not JSON" in refused(*command, "cut.jsonl")


def test_an_intent_without_messages_is_refused(folder: Path) -> None:
    (folder / "intents.yaml").write_text("greet: hello\n", encoding="utf-8")

    assert "intents.yaml: every intent must name a list" in refused("evaluate", "intents", "--set", "intents.yaml")


def test_a_question_about_a_place_that_is_unknown_is_refused_before_any_is_answered(folder: Path) -> None:
    (folder / "questions.jsonl").write_text(
        '{"text": "bảo hiểm y tế là gì"}\n{"text": "hỏi", "province": "ha_noy"}', encoding="utf-8"
    )

    said = refused("ask", "--file", "questions.jsonl")

    assert "ha_noy" in said
    assert "bảo hiểm" not in said
