"""``ansinh privacy prove|export``: show that nothing is left of someone, or everything that is kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.table import Table

from app.bootstrap import Parts
from app.cli.output import console, fail
from app.privacy import privacy_of
from app.settings import Settings
from bot.erasure import Left
from core.clock import VIETNAM
from core.vietnamese.format import day

group = typer.Typer(no_args_is_help=True, help="What is kept of whom: proof of deletion, export.")
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]
Conversation = Annotated[str, typer.Argument(help="id of the conversation, as logs and the console name it")]


@group.command("prove")
def prove(
    conversation: Annotated[str, typer.Argument(help="id of the conversation; none with --all-erased")] = "",
    all_erased: Annotated[bool, typer.Option("--all-erased", help="hold all stores against all erasures")] = False,
    as_json: AsJson = False,
) -> None:
    """Count what is left of a conversation in each store; end with 1 where anything is."""
    if bool(conversation) == all_erased:
        fail("give the id of a conversation, or --all-erased", code=2)
    if all_erased:
        _prove_all(as_json=as_json)
    else:
        _prove_one(conversation, as_json=as_json)


@group.command("export")
def export(conversation: Conversation) -> None:
    """Print everything kept of a conversation as JSON."""
    with privacy_of(Parts.of(Settings())) as privacy:
        kept = asyncio.run(privacy.export.of(conversation))
    if kept is None:
        fail(f"nothing is kept of {conversation}")
    print(json.dumps(kept, ensure_ascii=False, indent=2))


def _prove_one(conversation: str, *, as_json: bool) -> None:
    with privacy_of(Parts.of(Settings())) as privacy:
        proof = asyncio.run(privacy.erasures.prove(conversation))
    erased = proof.erased_at.isoformat() if proof.erased_at else None
    _show(proof.left, {"conversation": conversation, "erased_at": erased, "is_gone": proof.is_gone}, as_json=as_json)
    if not as_json:
        at = proof.erased_at.astimezone(VIETNAM) if proof.erased_at else None
        when = f"erased {at:%H:%M} {day(at.date())}" if at else "never erased"
        console.print(f"{conversation}: {when}; {'nothing is left' if proof.is_gone else 'something is left'}.")
    raise typer.Exit(0 if proof.is_gone else 1)


def _prove_all(*, as_json: bool) -> None:
    with privacy_of(Parts.of(Settings())) as privacy:
        sweep = asyncio.run(privacy.erasures.sweep())
    told = {"erased": sweep.tombstones, "wrote_again": sweep.returned, "is_clean": sweep.is_clean}
    _show(sweep.left, told, as_json=as_json)
    if not as_json:
        console.print(f"{sweep.tombstones} erased, of whom {sweep.returned} wrote again since.")
    raise typer.Exit(0 if sweep.is_clean else 1)


def _show(left: Sequence[Left], told: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({**told, "left": {one.store: one.count for one in left}}, ensure_ascii=False))
        return
    table = Table("store", "left")
    for one in left:
        table.add_row(one.store, str(one.count))
    console.print(table)
