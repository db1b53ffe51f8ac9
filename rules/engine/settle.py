"""Which groups may be chosen, which outcome they agree on, and what keeps them from agreeing."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.engine.case import Case
from rules.engine.compiled import CompiledBenefit
from rules.engine.model import Need, Outcome, Unsettled
from rules.engine.nodes import Gaps
from rules.engine.selection import NOBODY, Selection


class Settled(NamedTuple):
    """What the conditions alone say; ``missing`` and ``problems`` only while the outcome is open."""

    outcome: Outcome
    selection: Selection
    missing: dict[str, None] | None = None
    problems: tuple[Unsettled, ...] = ()

    @property
    def has_figures(self) -> bool:
        """Tell whether figures can be worked out: the outcome stands, or one group waits for a person."""
        open_ = self.outcome is Outcome.UNDETERMINED
        return not open_ or (not self.missing and len(self.selection.picks) == 1)


REFUSED: Final = Settled(Outcome.INELIGIBLE, NOBODY)


def settle(benefit: CompiledBenefit, case: Case) -> Settled:
    """Return the outcome that every possible pick agrees on, or what is missing."""
    required = benefit.requires.run(case)
    if required is False:
        return REFUSED
    selection = benefit.select.choose(benefit.groups, case)
    picks = selection.picks
    if not picks:
        return REFUSED
    outcome = picks[0][0].outcome
    refusable = selection.none_possible or required is None
    agreed = not (refusable and outcome is not Outcome.INELIGIBLE)
    if len(picks) > 1:
        agreed = agreed and benefit.group_need is not Need.REQUIRED and all(p[0].outcome is outcome for p in picks)
    if agreed and outcome is not Outcome.UNDETERMINED:
        return Settled(outcome, selection)
    missing: dict[str, None] = {}
    problems: list[Unsettled] = []
    found = Gaps()
    if required is None:
        found.add(benefit.requires, case)
    open_ = ~case.known
    for group in selection.unknown:
        pick = group.pick
        if pick.asks and not pick.others:
            found.bits |= pick.asks & open_
        else:
            found.add(pick, case)
    found.name(case, missing, problems, benefit.by_fact)
    return Settled(Outcome.UNDETERMINED, selection, missing, tuple(problems))
