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
from app.cli.rules import AsJson, documents_in, releases_here, rules
from app.rulebook import Desk, rules_desk
from app.settings import Settings
from core.audit import BadAuditEntry
from core.clock import VIETNAM
from rules.authoring.validation import release_findings, validate
from rules.documents import Documents
from rules.errors import RulesError
from rules.store.drafts import DraftStore
from rules.store.records import Draft

__all__ = ["rules"]


def _said(text: str) -> str:
    """Return *text* without spaces around it; an empty one is a mistake."""
    if not text.strip():
        raise typer.BadParameter("it is empty")
    return text.strip()


Actor = Annotated[str, typer.Option("--as", callback=_said, help="who you are, as the audit log names you")]
DraftId = Annotated[str, typer.Argument(help="id of the draft")]
Title = Annotated[str, typer.Option(callback=_said, help="what changes, in a sentence")]
Comment = Annotated[str, typer.Option(help="what the others should know")]


@rules.command("import")
def import_(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="folder of rule files, as export writes them")
    ],
    title: Title,
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Make a draft of the rule files in a folder, and send it to a second person; exit 1 with every finding."""
    documents = documents_in(folder)
    if findings := validate(documents):
        fail(*findings)
    with _desk() as desk:
        newest = desk.releases.newest()
        base = desk.releases.documents(newest) if newest else Documents({})
        changes = documents.changes_from(base)
        if not changes:
            fail(f"{folder} holds what the newest release holds: nothing to send.")
        draft = desk.drafts.open(actor=actor, title=title, changes=changes)
        _say(desk.drafts.submit(draft.id, version=draft.version, actor=actor), as_json=as_json)


@rules.command("go-back")
def go_back(
    release: Annotated[int, typer.Argument(help="number of the release")],
    title: Title,
    actor: Actor,
    as_json: AsJson = False,
) -> None:
    """Make a draft that goes back to an older release, and send it to a second person."""
    with _desk() as desk:
        newest = desk.releases.newest()
        if newest is not None and release == newest.seq:
            fail(f"Release {release} is the newest: there is nothing to go back from.")
        draft = desk.drafts.open_return(actor=actor, title=title, to=release)
        _say(desk.drafts.submit(draft.id, version=draft.version, actor=actor), as_json=as_json)


@rules.command()
def upgrade(title: Title, actor: Actor, as_json: AsJson = False) -> None:
    """Make a draft that brings the rule files of this package into what was edited here."""
    with _desk() as desk:
        offer = desk.seeder.offer()
        if offer is None:
            fail("The newest release holds the rule files of this package already.")
        draft, merged = desk.drafts.open_upgrade(actor=actor, title=title, offer=offer)
        for path, line in merged.conflicts if not as_json else ():
            console.print(f"{path}:{line}: both sides changed this; the edit made here was kept", style="yellow")
        conflicts = [{"path": path, "line": line} for path, line in merged.conflicts]
        _say(draft, as_json=as_json, conflicts=conflicts)


@rules.command()
def drafts(as_json: AsJson = False) -> None:
    """List the drafts that are not published yet."""
    with releases_here() as releases:
        found = DraftStore(releases, release_findings).in_state()
    if as_json:
        for draft in found:
            emit(draft.to_json())
        return
    table = Table("draft", "state", "version", "base", "author", "title")
    for draft in found:
        table.add_row(draft.id, draft.state, str(draft.version), str(draft.base_seq), draft.author, escape(draft.title))
    console.print(table)


@rules.command()
def submit(draft: DraftId, actor: Actor, comment: Comment = "", as_json: AsJson = False) -> None:
    """Send a draft to a second person."""
    with _desk() as desk:
        version = desk.drafts.get(draft).version
        _say(desk.drafts.submit(draft, version=version, actor=actor, comment=comment), as_json=as_json)


@rules.command()
def approve(draft: DraftId, actor: Actor, comment: Comment = "", as_json: AsJson = False) -> None:
    """Approve a draft that somebody else made."""
    with _desk() as desk:
        version = desk.drafts.get(draft).version
        _say(desk.drafts.approve(draft, version=version, actor=actor, comment=comment), as_json=as_json)


@rules.command("send-back")
def send_back(draft: DraftId, actor: Actor, comment: Comment = "", as_json: AsJson = False) -> None:
    """Give a draft back to its author."""
    with _desk() as desk:
        version = desk.drafts.get(draft).version
        _say(desk.drafts.send_back(draft, version=version, actor=actor, comment=comment), as_json=as_json)


@rules.command()
def discard(draft: DraftId, actor: Actor, comment: Comment = "", as_json: AsJson = False) -> None:
    """Give a draft up; it stays readable."""
    with _desk() as desk:
        version = desk.drafts.get(draft).version
        _say(desk.drafts.discard(draft, version=version, actor=actor, comment=comment), as_json=as_json)


@rules.command()
def publish(
    draft: DraftId,
    actor: Actor,
    on: Annotated[
        datetime | None, typer.Option(help="in use from this moment in Vietnam, as 2027-01-01; default: at once")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Release an approved draft: at once, or from a day on."""
    with _desk() as desk:
        moment = on.replace(tzinfo=VIETNAM) if on is not None else None
        version = desk.drafts.get(draft).version
        release = desk.publisher.publish(draft, version=version, actor=actor, active_from=moment)
    if as_json:
        emit(release.to_json())
    else:
        console.print(f"release {release.seq} ({release.law_id}), in use from {release.active_from.isoformat()}")


@contextmanager
def _desk() -> Iterator[Desk]:
    parts = Parts.of(Settings())
    try:
        yield rules_desk(parts.database, parts.clock)
    except (RulesError, OSError, BadAuditEntry) as error:
        fail(error, code=2)
    finally:
        parts.database.dispose()


def _say(draft: Draft, *, as_json: bool, **more: object) -> None:
    if as_json:
        emit(draft.to_json() | more)
    else:
        console.print(f"draft {draft.id} is {draft.state} (version {draft.version}, {len(draft.changes)} documents)")
