"""``ansinh serve`` and ``ansinh prepare``: make ready what is missing, then run everything."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Mapping
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy.exc import InterfaceError, OperationalError

from app import tuning
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

PAUSES = (1, 2, 5, 10)  # seconds between looks at a database that is away


def prepare() -> None:
    """Make ready what a start needs: database, dialogue model, knowledge index."""
    _prepared(console)


def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on; default: HOST")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on; default: PORT")] = None,
) -> None:
    """Run the service: web chat, webhooks, dialogue, delivery. Ctrl-C stops all of it."""
    given = {key: value for key, value in {"host": host, "port": port}.items() if value is not None}
    with_database(lambda: _serve(given))
    console.print("Đã dừng.")


def with_database(work: Callable[[], None], *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Do *work*, again from its beginning while it fails because the database is away."""
    for pause in itertools.chain(PAUSES, itertools.repeat(PAUSES[-1])):
        try:
            work()
            return
        except (OperationalError, InterfaceError) as error:
            reason = f"The database does not answer ({error.orig})."
            console.print(f"{reason} Again in {pause} s; Ctrl-C ends.", markup=False)
            sleep(pause)


def _serve(given: Mapping[str, str | int]) -> None:
    parts, stop = _prepared(console), asyncio.Event()
    parts.settings = settings = parts.settings.model_copy(update=given)
    configure(settings.log_level, as_json=settings.log_json)
    try:
        tuning.run(run_service(parts, say=console.print, stop=stop))
    except PortTaken as error:
        fail(error)
    except (OperationalError, InterfaceError):
        if not stop.is_set():  # else it was ending anyway
            raise


def _prepared(screen: Console) -> Parts:
    settings = Settings()
    configure("WARNING")
    parts = Parts.of(settings)
    try:
        prepare_all(parts, screen)
    except (InvalidRules, RasaUnavailable, UnknownRevision) as error:
        fail(error)
    return parts
