"""``ansinh evaluate``: measure the service on sets of its own kind. Each measurement is a module beside this one."""

from __future__ import annotations

import typer

from app.cli.evaluate_dialogues import dialogues
from app.cli.evaluate_intents import intents
from app.cli.evaluate_knowledge import knowledge
from app.cli.evaluate_questions import questions

evaluate = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Measure the service on a set.")
for command in (
    dialogues,
    intents,
    knowledge,
    questions,
):
    evaluate.command()(command)
