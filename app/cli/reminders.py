"""``ansinh reminders``: who is to be told of a change; the list first, then the sending."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, TypeVar

import typer
from rich.markup import escape
from rich.table import Table

from app.bootstrap import Parts
from app.cli.options import AsOfOption
from app.cli.output import console, emit
from app.logs import configure
from app.reminders import prospects, reminders
from app.settings import Settings
from bot.reminders.sending import Due, Reminders, Standing
from bot.signals import Signals
from bot.storage import Storage

application = typer.Typer(no_args_is_help=True, help="Reminders citizens agreed to.")

T = TypeVar("T")
DaysAhead = Annotated[
    int | None, typer.Option(min=0, max=365, help="how long before its day a change is due; default: the setting")
]


@application.command("list")
def list_(
    as_of: AsOfOption = None,
    days_ahead: DaysAhead = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a reminder")] = False,
) -> None:
    """Show what would be sent, and what a person has to look at; sends nothing."""
    due = _with_reminders(lambda found, days: found.due(days_ahead=days, today=_day(as_of)), days_ahead)
    for one in due if as_json else ():
        emit(one.to_json())
    if not as_json:
        console.print(_table(due))
        console.print(_summary(due))


@application.command()
def send(
    days_ahead: DaysAhead = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object; asks nothing")] = False,
) -> None:
    """Send what the list shows as sendable; the running service delivers it. Each change is told once."""

    async def work(found: Reminders, days: int) -> tuple[int, int]:
        due = await found.due(days_ahead=days)
        sendable = sum(one.standing is Standing.SENDS for one in due)
        if sendable and not yes and not as_json:
            typer.confirm(f"Send {sendable} reminders?", abort=True)
        return await found.send(due), len(due)

    sent, due = _with_reminders(work, days_ahead)
    if as_json:
        emit({"sent": sent, "for_staff": due - sent})
    else:
        console.print(f"{sent} put into the outbox, {due - sent} left for a person: ansinh reminders list")


def _with_reminders(work: Callable[[Reminders, int], Awaitable[T]], days_ahead: int | None) -> T:
    configure("WARNING")
    parts = Parts.of(Settings())
    days = parts.settings.reminders_days_ahead if days_ahead is None else days_ahead

    async def run() -> T:
        storage = Storage(parts.database)
        try:
            return await work(reminders(parts, storage, Signals(), prospects(parts, parts.interviews())), days)
        finally:
            storage.close()

    return asyncio.run(run())


def _day(as_of: object) -> date | None:
    return getattr(as_of, "day", None)


def _table(due: list[Due]) -> Table:
    table = Table("from", "standing", "channel", "conversation", "whose", "benefit")
    for one in due:
        cells = (str(one.standing), one.channel, one.conversation_id, one.prospect.person, one.prospect.benefit)
        table.add_row(one.prospect.on.isoformat(), *(escape(cell) for cell in cells))
    return table


def _summary(due: list[Due]) -> str:
    sendable = sum(one.standing is Standing.SENDS for one in due)
    return f"{len(due)} due: {sendable} can be sent, {len(due) - sendable} need a person."
