"""``ansinh chat``: talk in the terminal, or hold scripted dialogues, through the real Rasa."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from app.bootstrap import Parts
from app.cli.dialogue_script import read_script
from app.cli.options import AsOfOption
from app.cli.output import console, emit, errors, fail
from app.logs import configure
from app.rasa import RasaUnavailable
from app.running import Running, running_dialogue
from app.settings import Settings
from bot.conversation.words import harmless, tidy
from bot.messages import Reply

FAREWELLS = frozenset({"/quit", "/thoat", "exit", "quit"})


def chat(
    script: Annotated[Path | None, typer.Option(help="dialogues to hold, YAML")] = None,
    as_of: AsOfOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a dialogue (with --script)")] = False,
) -> None:
    """Talk with the service here, or hold the dialogues of a file and show where each ended."""
    if as_json and script is None:
        fail("--json goes with --script FILE.", code=2)
    dialogues = read_script(script) if script else None
    configure("WARNING")
    parts = Parts.of(Settings())
    model = prepared(parts)
    day = as_of.day.isoformat() if as_of else None
    work = _hold(parts, model, dialogues, as_json) if dialogues is not None else _talk(parts, model, day)
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def prepared(parts: Parts) -> Path:
    """Make the index ready and return the trained model; end where Rasa is not there."""
    with errors.status("Preparing the dialogue and the knowledge index …"):
        try:
            model = parts.rasa.train(lambda _: None)
        except RasaUnavailable as error:
            fail(error)
        parts.library.ensure()
    return model


async def ready(running: Running) -> None:
    """Wait until Rasa answers."""
    with errors.status("Rasa is warming up (about half a minute) …"):
        await running.supervisor.wait_ready()
        while not await running.client.ready():
            await asyncio.sleep(0.3)


async def _talk(parts: Parts, model: Path, as_of: str | None) -> None:
    async with running_dialogue(parts, parts.dialogue(), model) as running:
        await ready(running)
        conversation = f"terminal-{secrets.token_hex(8)}"
        metadata = {"channel": "terminal", "is_group": False, **({"as_of": as_of} if as_of else {})}
        console.print("[dim]Gõ câu hỏi rồi Enter; /quit để thoát.[/]")
        offered: tuple[str, ...] = ()
        while (text := await asyncio.to_thread(_read_line)) is not None:
            asked = _chosen(text, offered)
            replies = await running.client.respond(conversation, asked, metadata=metadata)
            offered = _offered(replies)
            for reply in replies:
                _show(reply)


def _read_line() -> str | None:
    try:
        text = console.input("[bold cyan]> [/]")
    except EOFError:
        return None
    return None if text.strip().lower() in FAREWELLS else text


def _offered(replies: Sequence[Reply]) -> tuple[str, ...]:
    """Return what a typed number may choose; nothing where a number is an answer of its own."""
    if any(reply.numeric_answer for reply in replies):
        return ()
    return tuple(choice.payload for reply in replies for choice in reply.choices)


def _chosen(text: str, offered: Sequence[str]) -> str:
    number = text.strip()
    if number.isdecimal() and 1 <= int(number) <= len(offered):
        return offered[int(number) - 1]
    return harmless(tidy(text)) or "?"


def _show(reply: Reply) -> None:
    console.print(escape(reply.text))
    for number, choice in enumerate(reply.choices, start=1):
        console.print(f"  [cyan]{number}.[/] {escape(choice.title)}")


async def _hold(parts: Parts, model: Path, dialogues: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    async with running_dialogue(parts, parts.dialogue(), model) as running:
        await ready(running)
        for item in dialogues:
            ending = await hold(running, item)
            if as_json:
                emit(ending)
            else:
                _show_ending(item, ending)


async def hold(running: Running, item: Mapping[str, Any]) -> dict[str, Any]:
    """Hold one dialogue from its first turn to its last; return every reply and where it ended."""
    conversation = f"script-{item['id']}-{secrets.token_hex(4)}"
    metadata: dict[str, object] = {"channel": "terminal", "is_group": item.get("channel") == "group"}
    if "as_of" in item:
        metadata["as_of"] = str(item["as_of"])
    if item.get("province"):
        metadata["province"] = item["province"]
    said: list[list[str]] = []
    offered: tuple[str, ...] = ()
    for turn in item["turns"]:
        replies = await running.client.respond(conversation, _chosen(str(turn), offered), metadata=metadata)
        offered = _offered(replies)
        said.append([reply.text for reply in replies])
    interview = running.dialogue.store.load(conversation)
    return {"id": item["id"], "replies": said, "state": interview.to_state() if interview else {}}


def _show_ending(item: Mapping[str, Any], ending: Mapping[str, Any]) -> None:
    console.print(f"[bold]{escape(str(item['id']))}[/] {escape(str(item.get('title', '')))}")
    for turn, replies in zip(item["turns"], ending["replies"], strict=True):
        console.print(f"  [cyan]> {escape(str(turn))}[/]")
        for reply in replies:
            console.print("  " + escape(reply).replace("\n", "\n  "))
    for result in ending["state"].get("results", []):
        console.print(f"  [dim]= {escape(str(result))}[/]")
    console.print()
