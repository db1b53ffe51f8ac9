"""Drafts: a change from its first word to its approval. Two editors at once never lose an update.

Every step names the version it was taken on; a step on a version that is no longer the newest is refused.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rules.documents import Documents, text_hash
from rules.findings import Finding
from rules.store.errors import (
    MergeConflict,
    NothingChanged,
    SecondPersonNeeded,
    StaleDraft,
    StoreError,
    UnfitDraft,
    UnknownDraft,
    WrongState,
)
from rules.store.merging import Merged, merge
from rules.store.records import Draft, DraftState, DraftStep, ReleaseKind, draft_of, manifest_text, step_of
from rules.store.releases import ReleaseStore
from rules.store.seeding import SeedOffer
from rules.store.tables import DraftRow, StepRow
from rules.store.texts import keep, texts_of

Check = Callable[[Documents], list[Finding]]
EDITABLE: Final = (DraftState.DRAFT, DraftState.SENT_BACK)
ALIVE: Final = (*EDITABLE, DraftState.SUBMITTED, DraftState.APPROVED)
EDITING_STEPS: Final = ("opened", "saved", "rebased")


class DraftStore:
    """The drafts in one database. *check* gives what keeps documents from being released."""

    def __init__(self, releases: ReleaseStore, check: Check) -> None:
        self.releases, self._check = releases, check
        self._database, self._clock = releases.database, releases.clock

    def open(self, *, actor: str, title: str, changes: Mapping[str, str | None] | None = None) -> Draft:
        """Begin a draft on the newest release."""
        return self._open(actor, title, ReleaseKind.EDIT, changes or {})

    def open_return(self, *, actor: str, title: str, to: int) -> Draft:
        """Begin a draft that goes back to release *to*: it is published like every other."""
        target, newest = self.releases.documents(to), self._newest()
        changes = target.changes_from(self.releases.documents(newest))
        seed = self.releases.get(to).seed_hash
        return self._open(actor, title, ReleaseKind.RETURN, changes, returns_to=to, seed_hash=seed)

    def open_upgrade(self, *, actor: str, title: str, offer: SeedOffer) -> tuple[Draft, Merged]:
        """Begin a draft that brings the rule files of the package into the edits made here.

        Where both changed the same lines the draft keeps the edit, and the places are returned.
        """
        newest = self.releases.get(self._newest())
        ours = self.releases.documents(newest)
        merged = merge(self.releases.seed_documents(newest.seed_hash), ours, offer.documents)
        changes = merged.documents.changes_from(ours)
        draft = self._open(actor, title, ReleaseKind.UPGRADE, changes, seed_hash=offer.documents.content_hash)
        return draft, merged

    def get(self, draft: str) -> Draft:
        """Return one draft; raises :class:`UnknownDraft`."""
        with self._database.session() as session:
            row = session.get(DraftRow, draft)
            if row is None:
                raise UnknownDraft(draft)
            return draft_of(row)

    def in_state(self, states: Collection[DraftState] = ALIVE, *, limit: int = 100) -> list[Draft]:
        """Return the drafts in *states*, last changed first."""
        asked = select(DraftRow).where(DraftRow.state.in_([state.value for state in states]))
        with self._database.session() as session:
            return [draft_of(row) for row in session.scalars(asked.order_by(DraftRow.updated_at.desc()).limit(limit))]

    def base(self, draft: Draft) -> Documents:
        """Return the documents the draft was begun on."""
        return self.releases.documents(draft.base_seq)

    def documents(self, draft: Draft) -> Documents:
        """Return the documents as the draft would have them."""
        return self.base(draft).changed(self.changed_texts(draft))

    def changed_texts(self, draft: Draft) -> dict[str, str | None]:
        """Return the texts the draft changes, ``None`` for a document it removes."""
        kept = {path: hash_ for path, hash_ in draft.changes.items() if hash_ is not None}
        with self._database.session() as session:
            texts = texts_of(session, kept)
        return {path: texts.get(path) for path in draft.changes}

    def steps(self, draft: str) -> list[DraftStep]:
        """Return everything that happened to the draft, first first."""
        with self._database.session() as session:
            rows = session.scalars(select(StepRow).where(StepRow.draft_id == draft).order_by(StepRow.version))
            return [step_of(row) for row in rows]

    def editors(self, draft: str) -> tuple[str, ...]:
        """Return who worked on the content of the draft."""
        return tuple(dict.fromkeys(step.actor for step in self.steps(draft) if step.action in EDITING_STEPS))

    def save(
        self, draft: str, *, version: int, actor: str, changes: Mapping[str, str | None], comment: str = ""
    ) -> Draft:
        """Change documents of the draft: a text replaces, ``None`` removes; others stay as the draft has them.

        Raises :class:`StaleDraft`, :class:`WrongState`, :class:`BadDocumentPath`.
        """
        current = self.get(draft)
        base = self.base(current)
        documents = base.changed(self.changed_texts(current)).changed(changes)
        return self._step(
            current, version, actor, "saved", DraftState.DRAFT, EDITABLE, comment, documents.changes_from(base)
        )

    def rebase(self, draft: str, *, version: int, actor: str) -> Draft:
        """Bring the draft onto the newest release; raises :class:`MergeConflict` where both changed the same lines."""
        current = self.get(draft)
        newest = self._newest()
        head = self.releases.documents(newest)
        if current.kind is ReleaseKind.RETURN and current.returns_to is not None:
            changes = self.releases.documents(current.returns_to).changes_from(head)
        else:
            merged = merge(self.base(current), self.documents(current), head)
            if merged.conflicts:
                raise MergeConflict(merged.conflicts)
            changes = merged.documents.changes_from(head)
        return self._step(
            current, version, actor, "rebased", DraftState.DRAFT, (*EDITABLE, DraftState.APPROVED), "", changes, newest
        )

    def submit(self, draft: str, *, version: int, actor: str, comment: str = "") -> Draft:
        """Send the draft to a second person; raises :class:`NothingChanged`, :class:`UnfitDraft` with every finding."""
        current = self.get(draft)
        if not current.changes:
            raise NothingChanged(draft)
        if findings := self._check(self.documents(current)):
            raise UnfitDraft(findings)
        return self._step(current, version, actor, "submitted", DraftState.SUBMITTED, EDITABLE, comment)

    def send_back(self, draft: str, *, version: int, actor: str, comment: str) -> Draft:
        """Give the draft back to its author with a comment; he may take it back himself."""
        waiting = (DraftState.SUBMITTED, DraftState.APPROVED)
        return self._step(self.get(draft), version, actor, "sent_back", DraftState.SENT_BACK, waiting, comment)

    def approve(self, draft: str, *, version: int, actor: str, comment: str = "") -> Draft:
        """Approve exactly this version; raises :class:`SecondPersonNeeded` to whoever worked on it."""
        current = self.get(draft)
        self.check_second_person(draft, actor)
        return self._step(
            current, version, actor, "approved", DraftState.APPROVED, (DraftState.SUBMITTED,), comment, approver=actor
        )

    def discard(self, draft: str, *, version: int, actor: str, comment: str = "") -> Draft:
        """Give the draft up; it stays readable."""
        return self._step(self.get(draft), version, actor, "discarded", DraftState.DISCARDED, ALIVE, comment)

    def check_second_person(self, draft: str, actor: str) -> None:
        """Raise :class:`SecondPersonNeeded` where *actor* worked on the draft."""
        editors = self.editors(draft)
        if actor in editors:
            raise SecondPersonNeeded(draft, actor, editors)

    def take(self, session: Session, draft: Draft, version: int, states: Iterable[DraftState], step: str) -> None:
        """Move the draft to its next version within *session*, or raise: only one of two who try at once succeeds."""
        changed = session.connection().execute(
            update(DraftRow)
            .where(DraftRow.id == draft.id, DraftRow.version == version)
            .where(DraftRow.state.in_([state.value for state in states]))
            .values(version=version + 1, updated_at=self._clock.now())
        )
        if changed.rowcount:
            return
        row = session.get(DraftRow, draft.id, populate_existing=True)
        assert row is not None  # noqa: S101  (drafts are never deleted)
        if row.version == version:
            raise WrongState(draft.id, step=step, state=row.state, fitting=[state.value for state in states])
        last = session.get(StepRow, (draft.id, row.version))
        by = last.actor if last else row.author
        raise StaleDraft(draft.id, asked=version, found=row.version, by=by, state=row.state)

    def note(
        self, session: Session, draft: Draft, version: int, actor: str, action: str, comment: str, changes: str
    ) -> None:
        """Write down one step and its audit entry."""
        session.add(
            StepRow(
                draft_id=draft.id,
                version=version,
                action=action,
                actor=actor,
                at=self._clock.now(),
                comment=comment,
                changes=changes,
            )
        )
        session.flush()
        documents = sorted(json.loads(changes))
        self.releases.audit.record(
            session,
            actor=actor,
            action=f"rules.draft.{action}",
            subject=f"draft/{draft.id}",
            details={"version": version, "base": draft.base_seq, "documents": documents[:20], "count": len(documents)},
        )

    def _step(
        self,
        draft: Draft,
        version: int,
        actor: str,
        action: str,
        state: DraftState,
        fitting: Iterable[DraftState],
        comment: str,
        changes: Mapping[str, str | None] | None = None,
        base: int | None = None,
        *,
        approver: str | None = None,
    ) -> Draft:
        with self._database.session() as session:
            self.take(session, draft, version, fitting, action)
            row = session.get(DraftRow, draft.id, populate_existing=True)
            assert row is not None  # noqa: S101  (taken just now)
            row.state, row.approver = state.value, approver
            if changes is not None:
                keep(session, [text for text in changes.values() if text is not None])
                row.changes = _hashes(changes)
                row.base_seq = row.base_seq if base is None else base
            session.flush()
            self.note(session, draft_of(row), version + 1, actor, action, comment, row.changes)
            return draft_of(row)

    def _open(
        self,
        actor: str,
        title: str,
        kind: ReleaseKind,
        changes: Mapping[str, str | None],
        *,
        returns_to: int | None = None,
        seed_hash: str | None = None,
    ) -> Draft:
        newest = self.releases.get(self._newest())
        documents = self.releases.documents(newest)
        changes = documents.changed(changes).changes_from(documents)
        now = self._clock.now()
        row = DraftRow(
            id=secrets.token_hex(8),
            title=title,
            kind=kind.value,
            base_seq=newest.seq,
            seed_hash=seed_hash or newest.seed_hash,
            returns_to=returns_to,
            state=DraftState.DRAFT.value,
            version=1,
            changes=_hashes(changes),
            author=actor,
            approver=None,
            created_at=now,
            updated_at=now,
        )
        with self._database.session() as session:
            keep(session, [text for text in changes.values() if text is not None])
            session.add(row)
            session.flush()
            self.note(session, draft_of(row), 1, actor, "opened", "", row.changes)
            return draft_of(row)

    def _newest(self) -> int:
        newest = self.releases.newest()
        if newest is None:
            raise StoreError("the store holds no release yet; the service makes the first one when it starts")
        return newest.seq


def _hashes(changes: Mapping[str, str | None]) -> str:
    return manifest_text({path: text_hash(text) if text is not None else None for path, text in changes.items()})
