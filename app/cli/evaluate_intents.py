"""``ansinh evaluate intents``: how well Rasa tells what a message wants, with accents and without."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from app.bootstrap import Parts
from app.cli.chat import prepared
from app.cli.files import read_yaml
from app.cli.output import console, emit, errors, fail
from app.logs import configure
from app.rasa import RasaUnavailable
from app.settings import Settings


def intents(
    set_: Annotated[Path, typer.Option("--set", help="YAML: intent -> messages the model was not trained on")],
    at_least: Annotated[float, typer.Option(help="share of right actions below which the exit code is 1")] = 0.9,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object, with every mistake")] = False,
) -> None:
    """Measure the recognition of intents, each message with its accents and without."""
    messages = read_yaml(set_)
    if (
        not messages
        or not isinstance(messages, dict)
        or not all(isinstance(texts, list) and texts for texts in messages.values())
    ):
        fail(f"{set_}: every intent must name a list of messages: `intent: [message, message]`.", code=2)
    configure("WARNING")
    parts = Parts.of(Settings())
    model = prepared(parts)
    try:
        with errors.status("Reading every message …"):
            measured = parts.rasa.measure(model, set_)
    except RasaUnavailable as error:
        fail(error)
    if as_json:
        emit(measured)
    else:
        _show(measured)
    worst = min(measured["action_accuracy"], measured["bare_action_accuracy"])
    raise typer.Exit(0 if worst >= at_least else 1)


def _show(measured: dict[str, Any]) -> None:
    for mistake in measured["mistakes"]:
        told = ", ".join(mistake["taken_for"])
        console.print(f"{escape(mistake['text'])}: {escape(mistake['is'])} [dim]taken for[/] {escape(told)}")
    console.print(
        f"{measured['messages']} messages: {measured['written_accuracy']:.3f} right with accents, "
        f"{measured['bare_accuracy']:.3f} without; {measured['alike_accuracy']:.3f} alike in both; "
        f"the right action follows {measured['action_accuracy']:.3f} of them with accents, "
        f"{measured['bare_action_accuracy']:.3f} without; "
        f"{measured['cpu_ms_per_parse']} ms of CPU each."
    )
