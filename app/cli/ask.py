"""``ansinh ask``: what the service replies to one first message, from rules and guides together."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from app.bootstrap import Parts
from app.cli.options import AsOf, AsOfOption, Province, known_province
from app.cli.output import console, emit, fail
from app.cli.question_file import read_questions
from app.logs import configure
from app.settings import Settings


def ask(
    text: Annotated[str | None, typer.Argument(help="the question")] = None,
    file: Annotated[Path | None, typer.Option(help="questions: JSON lines with a text, or YAML")] = None,
    as_of: AsOfOption = None,
    province: Province = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a question")] = False,
) -> None:
    """Answer a question, or a file of them, by the law of a day."""
    if (text is None) == (file is None):
        fail("Give either a question or --file QUESTIONS.jsonl.", code=2)
    questions = read_questions(file) if file is not None else [{"id": "ask", "text": text or ""}]
    configure("WARNING")
    parts = Parts.of(Settings())
    everywhere = known_province(parts.rules.places, province)
    places = [known_province(parts.rules.places, question.get("province")) for question in questions]
    parts.library.ensure()
    answerer = parts.answerer()
    for question, place in zip(questions, places, strict=True):
        day = as_of.day if as_of else _day(question) or parts.clock.today()
        started = time.perf_counter()
        reply = answerer.reply(str(question["text"]), as_of=day, province=place or everywhere)
        took = {"took_ms": round((time.perf_counter() - started) * 1000, 1)}
        if as_json:
            emit({"id": question["id"], **reply.to_json(), **took})
        else:
            _show(question, reply.to_json(), file is not None)


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
