"""All commands, registered in one place; heavy imports happen inside the command that needs them."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli import reminders, telegram, zalo, zalo_bot
from app.cli.ask import ask
from app.cli.chat import chat
from app.cli.check import check
from app.cli.doctor import doctor
from app.cli.evaluate import evaluate
from app.cli.family import family
from app.cli.knowledge import group as knowledge
from app.cli.output import console
from app.cli.privacy import group as privacy
from app.cli.rules_drafts import rules
from app.cli.screen import screen
from app.cli.serve import prepare, serve
from app.cli.switch import group as switch
from app.cli.user import user
from app.rulebook import package_version


def register(application: typer.Typer) -> None:
    """Add every command to *application*."""
    application.callback()(ansinh)
    for command in (
        serve,
        prepare,
        chat,
        ask,
        check,
        family,
        screen,
        doctor,
    ):
        application.command()(command)
    for name, group in (
        ("evaluate", evaluate),
        ("knowledge", knowledge),
        ("privacy", privacy),
        ("switch", switch),
        ("reminders", reminders.application),
        ("telegram", telegram.application),
        ("rules", rules),
        ("user", user),
        ("zalo", zalo.application),
        ("zalo-bot", zalo_bot.application),
    ):
        application.add_typer(group, name=name)


def _tell(version: bool) -> None:
    if version:
        console.print(f"ansinh {package_version()}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_tell, is_eager=True, help="print the version and end")]


def ansinh(version: Version = False) -> None:
    """Trợ lý chính sách an sinh: BHYT, trợ cấp xã hội, vay vốn NHCSXH."""
