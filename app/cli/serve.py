"""``ansinh serve`` and ``ansinh prepare``: make ready what is missing, then run everything."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from app.bootstrap import Parts
from app.cli.output import console, fail
from app.logs import configure
from app.preparing import prepare_all
from app.rasa import RasaUnavailable
from app.servers import PortTaken
from app.service import run_service
from app.settings import Settings
from core.migrations import UnknownRevision
from rules.errors import InvalidRules


def prepare() -> None:
    """Make ready what a start needs: database, dialogue model, knowledge index."""
    _prepared(console)


def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on; default: HOST")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on; default: PORT")] = None,
) -> None:
    """Run the service: web chat, webhooks, dialogue, delivery. Ctrl-C stops all of it."""
    parts = _prepared(console)
    given = {"host": host, "port": port}
    settings = parts.settings.model_copy(update={key: value for key, value in given.items() if value is not None})
    parts.settings = settings
    configure(settings.log_level, as_json=settings.log_json)
    try:
        asyncio.run(run_service(parts, say=console.print))
    except PortTaken as error:
        fail(error)
    console.print("Đã dừng.")


def _prepared(screen: Console) -> Parts:
    settings = Settings()
    configure("WARNING")
    parts = Parts.of(settings)
    try:
        prepare_all(parts, screen)
    except (InvalidRules, RasaUnavailable, UnknownRevision) as error:
        fail(error)
    return parts
