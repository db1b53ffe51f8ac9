"""What can go wrong with releases and drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rules.errors import RulesError
from rules.findings import Finding


class StoreError(RulesError):
    """Base of what the store raises."""


class UnknownRelease(StoreError):
    """No such release is kept."""

    def __init__(self, asked: object) -> None:
        self.asked = asked
        super().__init__(f"no release {asked!r}. The releases kept are listed by: ansinh rules history")


class UnknownDraft(StoreError):
    """No such draft is kept."""

    def __init__(self, draft: str) -> None:
        self.draft = draft
        super().__init__(f"no draft {draft!r}. The drafts are listed by: ansinh rules drafts")


class StaleDraft(StoreError):
    """The draft went on since it was read: what was about to be written would have been lost, or would lose."""

    def __init__(self, draft: str, *, asked: int, found: int, by: str, state: str) -> None:
        self.draft, self.asked, self.found, self.by, self.state = draft, asked, found, by, state
        super().__init__(
            f"draft {draft}: version {asked} was changed meanwhile; version {found} by {by} is now {state}. "
            "Read it again and repeat the step."
        )


class WrongState(StoreError):
    """The step does not fit the state the draft is in."""

    def __init__(self, draft: str, *, step: str, state: str, fitting: Sequence[str]) -> None:
        self.draft, self.step, self.state, self.fitting = draft, step, state, tuple(fitting)
        super().__init__(f"draft {draft} is {state}; {step} needs it to be {' or '.join(fitting)}.")


class SecondPersonNeeded(StoreError):
    """Somebody who changed the draft may neither approve nor publish it."""

    def __init__(self, draft: str, actor: str, editors: Sequence[str]) -> None:
        self.draft, self.actor, self.editors = draft, actor, tuple(editors)
        super().__init__(f"{actor} worked on draft {draft} (by {', '.join(editors)}); a second person has to do this.")


class NothingChanged(StoreError):
    """The draft says what its base says."""

    def __init__(self, draft: str) -> None:
        self.draft = draft
        super().__init__(f"draft {draft} changes nothing. Change a document first, or discard it.")


class UnfitDraft(StoreError):
    """The documents do not make a release: every finding at once."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        shown = "\n".join(map(str, findings))
        super().__init__(f"{len(findings)} finding(s); nothing was released:\n{shown}")


class BaseMoved(StoreError):
    """Another release was published since the draft was begun."""

    def __init__(self, draft: str, *, base: int, newest: int) -> None:
        self.draft, self.base, self.newest = draft, base, newest
        super().__init__(
            f"draft {draft} was begun on release {base}; release {newest} came after it. "
            "Bring the draft up to date (rebase), have it approved again and publish."
        )


class MergeConflict(StoreError):
    """Both sides changed the same place: by document, the lines that meet."""

    def __init__(self, conflicts: Sequence[tuple[str, int]]) -> None:
        self.conflicts = tuple(conflicts)
        shown = ", ".join(f"{path}:{line}" if line else path for path, line in conflicts)
        super().__init__(f"both sides changed {shown}. Decide there by hand and save the draft.")


class TooEarly(StoreError):
    """The release would overtake the one it is built on, which is not in use yet."""

    def __init__(self, asked: datetime, *, base: int, base_from: datetime) -> None:
        self.asked, self.base, self.base_from = asked, base, base_from
        super().__init__(
            f"release {base}, on which this one is built, is in use only from {base_from.isoformat()}; "
            f"{asked.isoformat()} is earlier. Choose a later time, or first go back to the release in use."
        )
