"""``ansinh evaluate dialogues``: hold every dialogue of a set through the real Rasa and judge where it ended."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from actions.evaluate import Ending, Verdict, evaluate_dialogues
from app.bootstrap import Parts
from app.cli.chat import hold, prepared, ready
from app.cli.dialogue_script import read_script
from app.cli.output import console, emit, errors
from app.logs import configure
from app.running import running_dialogue
from app.settings import Settings

_NO_TAGS = ("-",)


def dialogues(
    set_: Annotated[Path, typer.Option("--set", help="dialogues with what is expected after the last turn, YAML")],
    only: Annotated[list[str] | None, typer.Option(help="ids of the dialogues to hold; default: all")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a dialogue, then the sums")] = False,
) -> None:
    """Hold the dialogues of a set through the real Rasa; not all right: exit code 1."""
    items = [item for item in read_script(set_) if not only or str(item["id"]) in only]
    configure("WARNING")
    parts = Parts.of(Settings())
    model = prepared(parts)
    endings, took = asyncio.run(_held(parts, model, items))
    verdicts = evaluate_dialogues(items, endings)
    sums = _sums(items, verdicts, took)
    if as_json:
        for item, verdict, ending in zip(items, verdicts, endings, strict=True):
            emit(_told(item, verdict, ending))
        emit(sums)
    else:
        console.print(_table(items, verdicts))
        console.print(_by_tag(sums["tags"]))
        console.print(f"{sums['right']} of {sums['dialogues']} right; {sums['ms_per_message']} ms a message.")
    raise typer.Exit(0 if sums["right"] == sums["dialogues"] else 1)


async def _held(parts: Parts, model: Path, items: Sequence[Mapping[str, Any]]) -> tuple[list[Ending], float]:
    """Hold *items* one after the other; return where each ended, and the seconds all of it took."""
    async with running_dialogue(parts, parts.dialogue(), model) as running:
        await ready(running)
        endings, started = [], time.monotonic()
        with errors.status("Holding the dialogues …") as status:
            for number, item in enumerate(items, start=1):
                status.update(f"Holding the dialogues … {number} of {len(items)}")
                ended = await hold(running, item)
                endings.append(Ending(str(item["id"]), ended["replies"], ended["state"]))
        return endings, time.monotonic() - started


def _sums(items: Sequence[Mapping[str, Any]], verdicts: Sequence[Verdict], took: float) -> dict[str, Any]:
    held, right = Counter[str](), Counter[str]()
    for item, verdict in zip(items, verdicts, strict=True):
        tags = [str(tag) for tag in item.get("tags") or _NO_TAGS]
        held.update(tags)
        right.update(tags if verdict.is_right else ())
    messages = sum(len(item["turns"]) for item in items)
    return {
        "dialogues": len(items),
        "right": sum(verdict.is_right for verdict in verdicts),
        "wrong": [verdict.id for verdict in verdicts if not verdict.is_right],
        "messages": messages,
        "ms_per_message": round(took / max(messages, 1) * 1000),
        "tags": {tag: {"right": right[tag], "of": held[tag]} for tag in sorted(held)},
    }


def _told(item: Mapping[str, Any], verdict: Verdict, ending: Ending) -> dict[str, Any]:
    return {
        "id": verdict.id,
        "title": item.get("title", ""),
        "right": verdict.is_right,
        "differences": list(verdict.differences),
        "replies": ending.replies,
        "state": ending.state,
    }


def _table(items: Sequence[Mapping[str, Any]], verdicts: Sequence[Verdict]) -> Table:
    table = Table("", "id", "title", "what differs")
    for item, verdict in zip(items, verdicts, strict=True):
        mark = "[green]right" if verdict.is_right else "[red]wrong"
        table.add_row(
            mark, escape(verdict.id), escape(str(item.get("title", ""))), "\n".join(map(escape, verdict.differences))
        )
    return table


def _by_tag(tags: Mapping[str, Mapping[str, int]]) -> Table:
    table = Table("tag", "right", "of")
    for tag, counts in tags.items():
        table.add_row(escape(tag), str(counts["right"]), str(counts["of"]))
    return table
