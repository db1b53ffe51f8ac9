"""Two sets of rule documents beside each other: what they say otherwise, and which worked cases that turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rules.authoring.validation import worked_cases
from rules.checking import WorkedCase
from rules.difference import Entry, Law, difference, touched_benefits
from rules.documents import Documents
from rules.figures.definitions import read_figures
from rules.impact import Impact, Subject, impact
from rules.service import EligibilityService

Heard = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs, which benefits that touches, and what it does to the worked cases of both sides."""

    entries: tuple[Entry, ...]
    touched: tuple[str, ...]
    impact: Impact

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "touched": list(self.touched),
            "impact": self.impact.to_json(),
            "differences": [entry.to_json() for entry in self.entries],
        }


def compare(old: Documents, new: Documents, *, with_cases: bool = True, heard: Heard | None = None) -> Comparison:
    """Compare two sets of documents; raises :class:`rules.errors.InvalidRules` where one makes no release."""
    before, after = EligibilityService.of(old), EligibilityService.of(new)
    entries = difference(law_of(old, before), law_of(new, after))
    touched = touched_benefits(before.release, after.release)
    cases = _cases(old, new) if with_cases and touched else []

    def progress(done: int) -> None:
        if heard is not None:
            heard("worked cases", done, len(cases))

    return Comparison(
        tuple(entries), touched, impact(before, after, subjects_of(cases), benefits=touched, progress=progress)
    )


def law_of(documents: Documents, service: EligibilityService) -> Law:
    """Return what is needed to put *documents* in words."""
    figures = read_figures(documents, service.release)[0]
    return Law(service.release, figures, service.vocabulary, service.places)


def subjects_of(cases: Iterable[WorkedCase]) -> Iterator[Subject]:
    """Yield worked cases as somebody to be judged."""
    return (Subject(case.id, case.facts, case.as_of, case.known_on, case.province) for case in cases)


def _cases(old: Documents, new: Documents) -> list[WorkedCase]:
    """Return the cases of both sides, those of the new first; of equal ids only one."""
    both = (*worked_cases(new)[0], *worked_cases(old)[0])
    return list({case.id: case for case in reversed(both)}.values())
