"""Which groups may be chosen, which outcome they agree on, and what keeps them from agreeing."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.engine.case import Case
from rules.engine.compiled import CompiledBenefit
from rules.engine.model import Need, Outcome, Unsettled
from rules.engine.nodes import LeafSpec, name_gaps, open_bits
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
    required = False if case.state & benefit.refusing else benefit.requires.run(case)
    if required is False:
        return REFUSED
    selection = benefit.select.choose(benefit.tests, case)
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
    missing, problems = _gaps(benefit, selection, required, case)
    return Settled(Outcome.UNDETERMINED, selection, missing, tuple(problems))


def _gaps(
    benefit: CompiledBenefit, selection: Selection, required: bool | None, case: Case
) -> tuple[dict[str, None], list[Unsettled]]:
    """Return what is missing for the common conditions and the groups that may still be chosen."""
    leaves: list[LeafSpec] = []
    bits = open_bits(benefit.requires, case, leaves) if required is None else 0
    unknown = ~case.known
    for group in selection.unknown:
        pick = group.pick
        bits |= open_bits(pick, case, leaves) if pick.others or not pick.asks else pick.asks & unknown
    return name_gaps(bits, leaves, case, benefit.by_fact)
