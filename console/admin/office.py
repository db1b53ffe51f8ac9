"""What editors and approvers work with: drafts, publishing, trials, and the words for what went wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.admin.shelf import Shelf
from console.admin.trials import Trial, TrialOpen, Trials
from console.errors import NotFound, Refused
from console.gate import Gate
from rules.authoring.comparison import law_of
from rules.difference import Entry, difference
from rules.documents import Documents
from rules.errors import InvalidRules
from rules.store.active import RuleSet
from rules.store.drafts import DraftStore
from rules.store.errors import (
    BaseMoved,
    MergeConflict,
    NothingChanged,
    SecondPersonNeeded,
    StaleDraft,
    StoreError,
    TooEarly,
    UnfitDraft,
    UnknownDraft,
    WrongState,
)
from rules.store.publishing import Publisher
from rules.store.records import Draft, ReleaseRecord

_PROBLEMS: dict[type[Exception], str] = {
    StaleDraft: "stale",
    WrongState: "wrong_state",
    SecondPersonNeeded: "second_person",
    NothingChanged: "nothing_changed",
    UnfitDraft: "unfit",
    BaseMoved: "base_moved",
    MergeConflict: "merge_conflict",
    TooEarly: "too_early",
    TrialOpen: "trial_open",
}
PROBLEMS: tuple[type[Exception], ...] = tuple(_PROBLEMS)


@dataclass(frozen=True)
class Office:
    """The stores of one process; the checks of both are the findings of trials."""

    gate: Gate
    shelf: Shelf
    trials: Trials
    drafts: DraftStore
    publisher: Publisher

    @classmethod
    def of(cls, gate: Gate, shelf: Shelf) -> Office:
        """Return the office over what the console was given."""
        trials = Trials(gate.deps, shelf)
        drafts = DraftStore(gate.deps.releases, trials.check)
        return cls(gate, shelf, trials, drafts, Publisher(drafts, trials.check))

    def draft(self, id_: str) -> Draft:
        """Return a draft; raises :class:`console.errors.NotFound`."""
        try:
            return self.drafts.get(id_)
        except UnknownDraft as error:
            raise NotFound from error

    def newest(self) -> ReleaseRecord:
        """Return the newest release; where there is none yet nothing can be changed."""
        found = self.gate.deps.releases.newest()
        if found is None:
            raise Refused(409, "no_release")
        return found

    def trial(self, draft: Draft) -> Trial:
        """Return what the draft does."""
        return self.trials.of(self.shelf.documents(draft.base_seq), self.documents(draft))

    def documents(self, draft: Draft | None) -> Documents:
        """Return the documents of a draft, of the newest release without one."""
        if draft is None:
            return self.shelf.documents(self.newest().seq)
        key = (draft.id, draft.version, draft.base_seq)
        return self.shelf.changed(key, draft.base_seq, lambda: self.drafts.changed_texts(draft))

    def rules_of(self, documents: Documents) -> RuleSet | None:
        """Return the rules of *documents*, ``None`` while they are read beside the page.

        Worked cases are no part of the law: with the same law it is the same rules. Raises
        :class:`rules.errors.InvalidRules`.
        """
        current = self.shelf.current
        if current.documents.law_id == documents.law_id:
            return current
        return self.shelf.aside.get(("law", documents.law_id), lambda: self.shelf.set_of(documents))

    def documents_at(self, draft: Draft, version: int) -> Documents:
        """Return the documents as the draft had them at *version*; as it has them now where that is not known."""
        step = next((step for step in self.drafts.steps(draft.id) if step.version == version), None)
        return self.drafts.documents(draft if step is None else replace(draft, changes=step.changes))

    def since(self, draft: Draft, version: int) -> tuple[Entry, ...]:
        """Return in words what changed in the draft since *version*; nothing where that cannot be put in words."""
        return self.words(self.documents_at(draft, version), self.drafts.documents(draft))

    def words_between(self, before: ReleaseRecord, after: ReleaseRecord) -> tuple[Entry, ...] | None:
        """Return in words what a release changed; ``None`` while that is worked out beside the page."""
        key = ("words", before.content_hash, after.content_hash)
        documents = self.shelf.documents
        return self.shelf.aside.get(key, lambda: self.words(documents(before.seq), documents(after.seq)))

    def words(self, old: Documents, new: Documents) -> tuple[Entry, ...]:
        """Return in words what *new* says otherwise than *old*; nothing where one makes no release."""

        def told() -> tuple[Entry, ...]:
            try:
                before, after = (law_of(one, self.shelf.set_of(one).service) for one in (old, new))
            except InvalidRules:
                return ()
            return tuple(difference(before, after))

        return self.shelf.drawn(("words", old.content_hash, new.content_hash), told)


def problem_of(error: Exception) -> str:
    """Return the key under ``admin.problems`` that tells what went wrong."""
    return next((key for kind, key in _PROBLEMS.items() if isinstance(error, kind)), "unknown")


__all__ = ["PROBLEMS", "Office", "StoreError", "problem_of"]
