"""``ansinh rules import``, ``submit``, ``approve``, ``publish``, ``go-back`` and so on: changes without a console.

Who runs a command on the machine says who he is with ``--as``; that two persons stand behind every release is checked
by the store all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.bootstrap import Parts
from app.cli.output import console, emit, fail
from app.cli.rules import AsJson, rules
from app.rulebook import Desk, rules_desk
from app.settings import Settings
from core.clock import VIETNAM
from rules.documents import Documents
from rules.errors import RulesError
from rules.store.records import Draft

__all__ = ["rules"]

Actor = Annotated[str, typer.Option("--as", help="who you are, as the audit log names you")]
DraftId = Annotated[str, typer.Argument(help="id of the draft")]
Title = Annotated[str, typer.Option(help="what changes, in a sentence")]
Comment = Annotated[str, typer.Option(help="what the others should know")]


@rules.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="folder of rule files, as export writes them")],
    title: Title,
    actor: Actor,
) -> None:
    """Make a draft of the rule files in a folder, and send it to a second person."""
    with _desk() as desk:
        documents = Documents.read(folder)
        newest = desk.releases.newest()
        base = desk.releases.documents(newest) if newest else Documents({})
        draft = desk.drafts.open(actor=actor, title=title, changes=documents.changes_from(base))
        _say(draft)
        _say(desk.drafts.submit(draft.id, version=draft.version, actor=actor))


@rules.command("go-back")
def go_back(release: Annotated[int, typer.Argument(help="number of the release")], title: Title, actor: Actor) -> None:
    """Make a draft that goes back to an older release, and send it to a second person."""
    with _desk() as desk:
        draft = desk.drafts.open_return(actor=actor, title=title, to=release)
        _say(desk.drafts.submit(draft.id, version=draft.version, actor=actor))


@rules.command()
def upgrade(title: Title, actor: Actor) -> None:
    """Make a draft that brings the rule files of this package into what was edited here."""
    with _desk() as desk:
        offer = desk.seeder.offer()
        if offer is None:
            fail("The newest release holds the rule files of this package already.")
        draft, merged = desk.drafts.open_upgrade(actor=actor, title=title, offer=offer)
        for path, line in merged.conflicts:
            console.print(f"{path}:{line}: both sides changed this; the edit made here was kept", style="yellow")
        _say(draft)


@rules.command()
def drafts(as_json: AsJson = False) -> None:
    """List the drafts that are not published yet."""
    with _desk() as desk:
        found = desk.drafts.in_state()
    if as_json:
        for draft in found:
            emit(draft.to_json())
        return
    table = Table("draft", "state", "version", "base", "author", "title")
    for draft in found:
        table.add_row(draft.id, draft.state, str(draft.version), str(draft.base_seq), draft.author, escape(draft.title))
    console.print(table)


@rules.command()
def submit(draft: DraftId, actor: Actor, comment: Comment = "") -> None:
    """Send a draft to a second person."""
    with _desk() as desk:
        version = desk.drafts.get(draft).version
        _say(desk.drafts.submit(draft, version=version, actor=actor, comment=comment))


@rules.command()
def approve(draft: DraftId, actor: Actor, comment: Comment = "") -> None:
    """Approve a draft that somebody else made."""
    with _desk() as desk:
        version = desk.drafts.get(draft).version
        _say(desk.drafts.approve(draft, version=version, actor=actor, comment=comment))


@rules.command("send-back")
def send_back(draft: DraftId, actor: Actor, comment: Comment = "") -> None:
    """Give a draft back to its author."""
    with _desk() as desk:
        version = desk.drafts.get(draft).version
        _say(desk.drafts.send_back(draft, version=version, actor=actor, comment=comment))


@rules.command()
def publish(
    draft: DraftId,
    actor: Actor,
    on: Annotated[
        datetime | None, typer.Option(help="in use from this moment in Vietnam, as 2027-01-01; default: at once")
    ] = None,
) -> None:
    """Release an approved draft: at once, or from a day on."""
    with _desk() as desk:
        moment = on.replace(tzinfo=VIETNAM) if on is not None else None
        version = desk.drafts.get(draft).version
        release = desk.publisher.publish(draft, version=version, actor=actor, active_from=moment)
    console.print(f"release {release.seq} ({release.law_id}), in use from {release.active_from.isoformat()}")


@contextmanager
def _desk() -> Iterator[Desk]:
    parts = Parts.of(Settings())
    try:
        yield rules_desk(parts.database, parts.clock)
    except (RulesError, OSError, UnicodeDecodeError) as error:
        fail(error, code=2)
    finally:
        parts.database.dispose()


def _say(draft: Draft) -> None:
    console.print(f"draft {draft.id} is {draft.state} (version {draft.version}, {len(draft.changes)} documents)")
