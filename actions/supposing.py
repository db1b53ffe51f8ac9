"""Verdicts at once, without asking back: settled ones as they are, open ones under their conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from actions.interview import Interview
from actions.judging import ELIGIBLE, UNDETERMINED, Judge, Judged
from actions.lines import Line
from actions.ports import Decision
from actions.whatif import Branch, WhatIf
from actions.wording import Wording, worth_telling
from core.citations import Citation

MOST_OPEN = 2


@dataclass(frozen=True)
class Supposed:
    """What can be said of a case as far as it was told."""

    lines: tuple[Line, ...] = ()
    citations: tuple[Citation, ...] = ()
    judged: tuple[Judged, ...] = field(default=(), repr=False)

    @property
    def is_answer(self) -> bool:
        """Tell whether anything can be said."""
        return bool(self.lines)


class Supposing:
    """Says as much of a case as its facts allow."""

    def __init__(self, judge: Judge, what_if: WhatIf, wording: Wording) -> None:
        self._judge, self._what_if, self._wording = judge, what_if, wording

    def answer(self, interview: Interview, *, as_of: date) -> Supposed:
        """Return the verdicts on everyone in *interview*, conditional where a fact is not told."""
        judged = self._judge.judge(interview, as_of=as_of)
        lines: list[Line] = []
        citations: list[Citation] = []
        for one in judged:
            settled = worth_telling(one)
            lines += self._wording.verdict(one, as_of=as_of, province=interview.province)
            citations += [c for decision in settled for c in decision.citations]
            if not any(decision.outcome == ELIGIBLE for decision in settled):
                branches = self._branches(interview, one, as_of)
                lines += self._wording.conditional(one.person, branches, as_of=as_of) if branches else []
                citations += [c for branch in branches for c in branch.decision.citations]
        return Supposed(tuple(lines), tuple(dict.fromkeys(citations)), tuple(judged))

    def _branches(self, interview: Interview, judged: Judged, as_of: date) -> list[Branch]:
        """Return the branches of the open verdict that hangs on the fewest facts."""
        facts = interview.facts_of(judged.person)
        for decision in _nearest_first(judged):
            branches = self._what_if.branches(facts, decision, as_of=as_of, province=interview.province)
            if branches:
                return branches
        return []


def _nearest_first(judged: Judged) -> Sequence[Decision]:
    asked = [benefit for scope in judged.scopes if scope.asked for benefit in scope.benefits]
    still_open = [decision for decision in judged.of(asked) if decision.outcome == UNDETERMINED and decision.missing]
    return sorted(still_open, key=lambda decision: len(decision.missing))[:MOST_OPEN]
