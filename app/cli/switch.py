"""``ansinh switch list|off|on``: stop answering on a channel or about a benefit, at once and with a reason."""

from __future__ import annotations

import getpass
import json
from typing import Annotated

import typer
from rich.table import Table

from app.bootstrap import Parts
from app.cli.output import console, fail
from app.settings import Settings
from bot.errors import BotError
from bot.switches import SwitchKind
from core.clock import VIETNAM
from core.vietnamese.format import day

group = typer.Typer(no_args_is_help=True, help="Kill switches of channels and benefits; every process follows.")
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
Kind = Annotated[SwitchKind, typer.Argument(help="channel or benefit")]
Name = Annotated[str, typer.Argument(help="telegram, zalo_oa, zalo_bot, web, or the id of a benefit")]
By = Annotated[str, typer.Option("--by", help="who does it, for the audit log; default: the system's user")]


@group.command("list")
def list_switches(as_json: AsJson = False) -> None:
    """Show what is off, why and since when."""
    off = Parts.of(Settings()).switches.off()
    if as_json:
        shown = [
            {"kind": one.kind, "name": one.name, "reason": one.reason, "by": one.actor, "at": one.at.isoformat()}
            for one in off
        ]
        print(json.dumps(shown, ensure_ascii=False))
        return
    table = Table("what", "why", "who", "since")
    for one in off:
        at = one.at.astimezone(VIETNAM)
        table.add_row(f"{one.kind} {one.name}", one.reason, one.actor, f"{at:%H:%M} {day(at.date())}")
    console.print(table if off else "Everything is on.")


@group.command("off")
def turn_off(
    kind: Kind, name: Name, reason: Annotated[str, typer.Option("--reason", help="why, for colleagues")], by: By = ""
) -> None:
    """Switch off: a benefit gets no verdict, a channel keeps messages and says so once."""
    try:
        Parts.of(Settings()).switches.turn_off(kind, name, reason=reason, actor=by or getpass.getuser())
    except BotError as error:
        fail(error)
    console.print(f"{kind} {name} is off.")


@group.command("on")
def turn_on(kind: Kind, name: Name, by: By = "") -> None:
    """Switch on again; messages that were kept are answered now."""
    try:
        was_off = Parts.of(Settings()).switches.turn_on(kind, name, actor=by or getpass.getuser())
    except BotError as error:
        fail(error)
    console.print(f"{kind} {name} is on{'' if was_off else ' (it was)'}.")
