"""Publishing: one release row, one audit row and the moved pointer, in one transaction; by a second person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from rules.store.drafts import Check, DraftStore
from rules.store.errors import BaseMoved, TooEarly, UnfitDraft, WrongState
from rules.store.records import Draft, DraftState, ReleaseKind, ReleaseRecord
from rules.store.releases import NewRelease, locked_head
from rules.store.tables import DraftRow


class Publisher:
    """Turns approved drafts into releases. *check* gives what keeps documents from being released."""

    def __init__(self, drafts: DraftStore, check: Check) -> None:
        self._drafts, self._releases, self._check = drafts, drafts.releases, check

    def publish(
        self, draft: str, *, version: int, actor: str, active_from: datetime | None = None, message: str = ""
    ) -> ReleaseRecord:
        """Release an approved draft, in use from *active_from* (default: at once).

        Raises :class:`StaleDraft`, :class:`WrongState`, :class:`SecondPersonNeeded`, :class:`UnfitDraft`,
        :class:`BaseMoved`, :class:`TooEarly`; then nothing has changed.
        """
        current = self._drafts.get(draft)
        if current.approver is None:
            fitting = [DraftState.APPROVED.value]
            raise WrongState(draft, step="publishing", state=current.state, fitting=fitting)
        self._drafts.check_second_person(draft, actor)
        self._drafts.check_second_person(draft, current.approver)
        documents = self._drafts.documents(current)
        if findings := self._check(documents):
            raise UnfitDraft(findings)
        moment = self._when(current, active_from)
        with self._releases.database.session() as session:
            head = locked_head(session)
            if head.seq != current.base_seq:
                raise BaseMoved(draft, base=current.base_seq, newest=head.seq)
            self._drafts.take(session, current, version, (DraftState.APPROVED,), "publishing")
            _mark_published(session, current)
            self._drafts.note(session, current, version + 1, actor, "published", message, "{}")
            new = NewRelease(
                current.kind,
                documents,
                current.seed_hash,
                message or current.title,
                current.author,
                current.approver,
                actor,
                moment,
                current.id,
                current.returns_to,
            )
            return self._releases.append(session, new, head=head)

    def _when(self, draft: Draft, asked: datetime | None) -> datetime:
        """Return when the release comes into use; it does not overtake its base, unless it goes back behind it."""
        now = self._releases.clock.now()
        moment = max(asked or now, now)
        base = self._releases.get(draft.base_seq)
        if moment < base.active_from and draft.kind is not ReleaseKind.RETURN:
            raise TooEarly(moment, base=base.seq, base_from=base.active_from)
        return moment


def _mark_published(session: Session, draft: Draft) -> None:
    row = session.get(DraftRow, draft.id, populate_existing=True)
    assert row is not None  # noqa: S101  (taken just now)
    row.state = DraftState.PUBLISHED.value
    session.flush()
