"""A family in one message: a line for each person, what is sure first, then what it hangs on, then what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from actions.grounds import AGES
from actions.interview import Interview
from actions.judging import ELIGIBLE, INELIGIBLE, UNDETERMINED, Judged
from actions.lines import Line
from actions.looking_ahead import LookingAhead
from actions.phrasebook import Phrasebook, capitalised
from actions.ports import SELF, Decision, Leaf, PersonId
from actions.supposing import Supposing
from actions.telling import FactTeller
from actions.wording import LOAN, LOANS, Wording, worth_telling
from core.vietnamese.format import money

MOST_PEOPLE = 6
MOST_VERDICTS = 2
MOST_MISSING = 2
MONTHLY = "amount_vnd_per_month"
# An age limit further away than this is no news to anybody.
NEAR_YEARS = 15


@dataclass(frozen=True)
class PersonLine:
    """What there is to say about one person; ``key`` is the same as long as nothing changed."""

    person: PersonId
    text: str
    decisions: tuple[Decision, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing can be said of her yet."""
        return not self.text


class HouseholdSummary:
    """Says how a whole family stands."""

    def __init__(
        self, phrasebook: Phrasebook, teller: FactTeller, wording: Wording, supposing: Supposing, ahead: LookingAhead
    ) -> None:
        self._phrasebook, self._teller, self._wording = phrasebook, teller, wording
        self._supposing, self._ahead = supposing, ahead

    def lines(
        self,
        interview: Interview,
        judged: Sequence[Judged],
        *,
        as_of: date,
        whole: bool = False,
        again: bool = False,
    ) -> list[Line]:
        """Return one line a person, and the sum.

        Those told before are left out, unless the *whole* is summed up or she asks for it *again*.
        """
        told = [self.person(interview, one, as_of=as_of, looks_ahead=whole) for one in judged[:MOST_PEOPLE]]
        news = [
            one for one in told if not one.is_empty and (whole or again or interview.told.get(one.person) != one.text)
        ]
        for one in news:
            interview.told[one.person] = one.text
        lines = [Line(self._phrasebook.say("family_line", text=one.text), 9) for one in news]
        if not lines:
            return []
        decisions = [decision for one in news for decision in one.decisions]
        return [*lines, *self._sum(judged, whole=whole), self._law(decisions)]

    def person(self, interview: Interview, judged: Judged, *, as_of: date, looks_ahead: bool = False) -> PersonLine:
        """Return how one person stands."""
        say, name = self._phrasebook.say, self._phrasebook.person(judged.person)
        entitled = [d for d in worth_telling(judged) if d.outcome == ELIGIBLE]
        paid = [d for d in entitled if d.results.get("paid") is not False]
        entitled = ((paid if looks_ahead else []) or entitled)[:MOST_VERDICTS]
        parts = [self._wording.short(decision, as_of=as_of) for decision in entitled]
        decisions = list(entitled)
        if not entitled:
            parts, decisions = self._not_entitled(interview, judged, as_of, looks_ahead)
        if not parts:
            return PersonLine(judged.person, "", ())
        facts = interview.people.get(judged.person, {})
        # A summary is of what was told before: the age is enough to know who is meant.
        shown = {fact: facts[fact] for fact in AGES if fact in facts} if looks_ahead else facts
        known = self._teller.tell_all(shown)
        text = say(
            "family_person" if known else "family_person_bare",
            Person=capitalised(name),
            known=known,
            verdicts="; ".join(parts),
        )
        return PersonLine(judged.person, text, tuple(decisions))

    def _not_entitled(
        self, interview: Interview, judged: Judged, as_of: date, looks_ahead: bool
    ) -> tuple[list[str], list[Decision]]:
        """Return the way to what is nearest, or what is missing, or what is refused and until when."""
        say = self._phrasebook.say
        asked = judged.of(judged.asked)
        still_open = [d for d in asked if d.outcome == UNDETERMINED and d.missing]
        for decision in sorted(still_open, key=lambda d: len(d.missing))[:MOST_VERDICTS]:
            branches = self._supposing.branches(interview, judged.person, decision, as_of=as_of)
            ways = [b for b in branches if b.decision.outcome == ELIGIBLE and self._supposing.is_everyday(b)]
            if ways:
                short = self._wording.short(ways[0].decision, as_of=as_of)
                text = say("short_if", conditions=self._wording.conditions(ways[0]), verdict=short)
                return [text], [ways[0].decision]
        refused = [d for d in asked if d.outcome == INELIGIBLE and self._is_asked_for(interview, d)]
        refused = [d for d in refused if self._is_about_her(d)]
        if refused:
            return [self._refused(interview, judged.person, refused[0], as_of, looks_ahead)], refused[:1]
        for decision in sorted(still_open, key=lambda d: len(d.missing)):
            missing = self._supposing.tellable(interview, judged.person, decision, as_of=as_of)
            if 0 < len(decision.missing) == len(missing) <= MOST_MISSING:
                benefit = self._wording.benefit(decision.benefit, as_of=as_of)
                return [say("short_open", benefit=benefit, facts=self._teller.names(missing))], [decision]
        return ([say("short_nothing")], []) if interview.people.get(judged.person) else ([], [])

    def _refused(
        self, interview: Interview, person: PersonId, decision: Decision, as_of: date, looks_ahead: bool
    ) -> str:
        since = self._ahead.first_due(interview, person, decision.benefit, as_of=as_of) if looks_ahead else ""
        return f"{self._wording.short_refusal(decision, as_of=as_of)}{since}"

    @staticmethod
    def _is_asked_for(interview: Interview, decision: Decision) -> bool:
        """Tell whether a refusal is news: that one may not borrow is none where nobody asked for a loan."""
        asks_for_loans = any(asked == LOANS or asked.startswith(LOAN) for asked in interview.benefits)
        return asks_for_loans or not decision.benefit.startswith(LOAN)

    @staticmethod
    def _is_about_her(decision: Decision) -> bool:
        """Tell whether the refusal rests on what was told, so that it is worth a word in a family.

        That a child is not seventy is not.
        """
        against = [leaf for leaf in decision.reasons if leaf.verdict is False and leaf.source == "told"]
        years = [leaf.threshold - leaf.value for leaf in against if leaf.fact in AGES and _are_years(leaf)]
        return bool(against) and min(years, default=0) <= NEAR_YEARS

    def _sum(self, judged: Sequence[Judged], *, whole: bool) -> list[Line]:
        paid = list(_monthly(judged))
        if len(paid) < 2 and not (whole and paid):
            return []
        return [Line(self._phrasebook.say("family_sum", total=money(sum(paid))), 7)]

    def _law(self, decisions: Sequence[Decision]) -> Line:
        return self._wording.citations(citation for decision in decisions for citation in decision.citations[:2])


def _are_years(leaf: Leaf) -> bool:
    return type(leaf.threshold) is int and type(leaf.value) is int


def _monthly(judged: Iterable[Judged]) -> Iterable[int]:
    """Yield what is surely paid each month, in đồng: of one person's benefits those that are paid together."""
    for one in judged:
        for decision in one.eligible:
            amount = decision.results.get(MONTHLY)
            if isinstance(amount, int) and decision.results.get("paid") is not False:
                yield amount


def about_household(interview: Interview) -> list[PersonId]:
    """Return everyone a summary has to speak of."""
    told = [*interview.subjects, *(p for p in interview.people_told_of if p not in interview.subjects)]
    return told or [SELF]
