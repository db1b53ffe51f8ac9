"""``ansinh ask``: what the service replies to one first message, from rules and guides together."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from app.bootstrap import Parts
from app.cli.options import AsOf, AsOfOption, Province, known_province
from app.cli.output import console, emit, fail
from app.logs import configure
from app.settings import Settings


def ask(
    text: Annotated[str | None, typer.Argument(help="the question")] = None,
    file: Annotated[Path | None, typer.Option(help="questions as JSON lines with id and text")] = None,
    as_of: AsOfOption = None,
    province: Province = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a question")] = False,
) -> None:
    """Answer a question, or a file of them, by the law of a day."""
    if (text is None) == (file is None):
        fail("Give either a question or --file QUESTIONS.jsonl.", code=2)
    questions = list(_questions(text, file))
    configure("WARNING")
    parts = Parts.of(Settings())
    place = known_province(parts.rules.places, province)
    parts.library.ensure()
    answerer = parts.answerer()
    for question in questions:
        day = as_of.day if as_of else _day(question) or parts.clock.today()
        started = time.perf_counter()
        reply = answerer.reply(question["text"], as_of=day, province=question.get("province") or place)
        took = {"took_ms": round((time.perf_counter() - started) * 1000, 1)}
        if as_json:
            emit({"id": question["id"], **reply.to_json(), **took})
        else:
            _show(question, reply.to_json(), file is not None)


def _questions(text: str | None, file: Path | None) -> Iterator[dict[str, Any]]:
    if text is not None:
        yield {"id": "ask", "text": text}
    if file is None:
        return
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file} cannot be read ({error}). Give a UTF-8 file with one JSON object a line.", code=2)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)
        except json.JSONDecodeError as error:
            fail(f"{file}:{number}: not JSON: {error.msg}.", code=2)
        if not isinstance(question, dict) or not isinstance(question.get("text"), str):
            fail(f'{file}:{number}: a question is an object with a "text"; found {line[:80]}', code=2)
        yield {"id": str(number), **question}


def _day(question: dict[str, Any]) -> date | None:
    raw = question.get("as_of")
    return AsOf.parse(str(raw)).day if raw else None


def _show(question: dict[str, Any], reply: dict[str, Any], many: bool) -> None:
    if many:
        console.print(f"[bold]{escape(str(question['id']))}[/] {escape(question['text'])}")
    console.print(f"[dim]{reply['status']}[/]\n{escape(reply['answer'])}")
    for citation in reply["citations"]:
        console.print(f"[dim]  {escape(citation)}[/]")
    console.print()
