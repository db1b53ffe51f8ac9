"""All commands, registered in one place; heavy imports happen inside the command that needs them."""

from __future__ import annotations

import typer

from app.cli.ask import ask
from app.cli.chat import chat
from app.cli.check import check
from app.cli.doctor import doctor
from app.cli.screen import screen
from app.cli.serve import prepare, serve


def register(application: typer.Typer) -> None:
    """Add every command to *application*."""
    for command in (serve, prepare, chat, ask, check, screen, doctor):
        application.command()(command)
