"""Which groups may be chosen, which outcome they agree on, and what keeps them from agreeing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rules.engine.candidates import Candidates
from rules.engine.case import Case
from rules.engine.compiled import CompiledBenefit
from rules.engine.model import Need, Outcome, Unsettled
from rules.engine.nodes import name_gaps
from rules.engine.selection import NOBODY, Selection


class Settled(NamedTuple):
    """What the conditions alone say; ``missing`` and ``problems`` only while the outcome is open."""

    outcome: Outcome
    selection: Selection
    missing: dict[str, None] | None = None
    problems: Sequence[Unsettled] = ()

    @property
    def has_figures(self) -> bool:
        """Tell whether figures can be worked out: the outcome stands, or one group waits for a person."""
        open_ = self.outcome is Outcome.UNDETERMINED
        return not open_ or (not self.missing and len(self.selection.picks) == 1)


REFUSED: Final = Settled(Outcome.INELIGIBLE, NOBODY)


def settle(benefit: CompiledBenefit, case: Case) -> Settled:
    """Return the outcome that every possible pick agrees on, or what is missing."""
    found = benefit.find(case)
    return REFUSED if isinstance(found, int) else settle_among(found, benefit, case)


def settle_among(found: Candidates, benefit: CompiledBenefit, case: Case) -> Settled:
    """Return the outcome that the candidates found agree on, or what is missing."""
    required, chosen, surely, unknown, bits, leaves = found
    selection = chosen or benefit.select.choose(surely, unknown, case)
    picks = selection.picks
    outcome = picks[0][0].outcome
    refusable = selection.none_possible or required is None
    agreed = outcome is not Outcome.UNDETERMINED and not (refusable and outcome is not Outcome.INELIGIBLE)
    if len(picks) > 1 and agreed:
        same = picks[0][0].stands_for
        agreed = benefit.group_need is not Need.REQUIRED and all(p[0].stands_for == same for p in picks)
    if agreed:
        return Settled(outcome, selection)
    missing, problems = name_gaps(bits & case.open, leaves, case, benefit.by_fact)
    return Settled(Outcome.UNDETERMINED, selection, missing, problems)
