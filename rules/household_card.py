"""Health-insurance cards of a family, as cheaply as the law allows.

Members without a group of their own take part by household: the first pays in full, each further one less
(25/2008/QH12, Điều 13 khoản 6). Since 01/7/2025 some groups may choose that form instead of their own (Điều 13 khoản 5
điểm e, both as amended by 51/2024/QH15). Which members should do so depends on how many buy together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.citations import Citation
from rules.engine.decision import Decision

CARD: Final = "health_insurance_card"
BY_HOUSEHOLD: Final = "household_voluntary"
_CHOOSES, _RANK = "chooses_household_form", "hi_household_rank"
_YEARLY: Final = "self_pay_vnd_per_year"

JudgeCard = Callable[[str, Mapping[str, Any]], Decision]


@dataclass(frozen=True, slots=True)
class CardChoice:
    """How one member gets the card: by the group of their own, or by household as number ``rank``.

    ``yearly_vnd`` is what the member pays a year, in đồng; ``None`` where it is not settled yet.
    """

    person: str
    decision: Decision
    rank: int | None
    yearly_vnd: int | None
    chosen: bool

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "person": self.person,
            "contribution_group": self.decision.results.get("contribution_group"),
            "benefit_percent": self.decision.results.get("benefit_percent"),
            "rank": self.rank,
            "yearly_vnd": self.yearly_vnd,
            "chosen": self.chosen,
        }


@dataclass(frozen=True, slots=True)
class CardPlan:
    """The cheapest lawful way to a card for each member, had all who buy by household bought in one year.

    ``total_vnd`` is what the family pays a year where all of it is settled, else ``None``; ``saved_vnd`` is how much
    less that is than if nobody chose the household form.
    """

    choices: tuple[CardChoice, ...]
    total_vnd: int | None
    saved_vnd: int
    citations: tuple[Citation, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "members": [choice.to_json() for choice in self.choices],
            "total_vnd": self.total_vnd,
            "saved_vnd": self.saved_vnd,
            "citations": [cite.text for cite in self.citations],
        }


def plan_cards(people: Mapping[str, Mapping[str, Any]], judge: JudgeCard) -> CardPlan:
    """Return the cheapest plan for *people*; ``judge(person, more facts)`` decides on a card.

    A rank or a choice that was told stays as it was told, and no choice lowers what the card covers.
    """
    as_it_is = {person: judge(person, {}) for person in people}
    free = [person for person in people if _RANK not in people[person]]
    forced = [person for person in free if _group(as_it_is[person]) == BY_HOUSEHOLD]
    taken = [int(people[person][_RANK]) for person in people if isinstance(people[person].get(_RANK), int)]
    choosers = [person for person in free if _may_choose(person, people[person], as_it_is[person], judge)]
    choosers.sort(key=lambda person: -(_yearly(as_it_is[person]) or 0))
    plans = [_planned(people, as_it_is, forced, choosers[:count], taken, judge) for count in range(len(choosers) + 1)]
    best = min(plans, key=_known_total)
    saved = max(0, _known_total(plans[0]) - _known_total(best))
    return CardPlan(tuple(best), _total(best), saved, _citations(best))


def _may_choose(person: str, told: Mapping[str, Any], own: Decision, judge: JudgeCard) -> bool:
    if _CHOOSES in told or not _yearly(own) or _group(own) == BY_HOUSEHOLD:
        return False
    other = judge(person, {_CHOOSES: True, _RANK: 1})
    return _group(other) == BY_HOUSEHOLD and _covers(other) >= _covers(own)


def _planned(
    people: Collection[str],
    as_it_is: Mapping[str, Decision],
    forced: Sequence[str],
    choosing: Sequence[str],
    taken: Sequence[int],
    judge: JudgeCard,
) -> list[CardChoice]:
    ranks = dict(zip((*forced, *choosing), _free_ranks(taken), strict=False))
    choices = []
    for person in people:
        rank, chosen = ranks.get(person), person in choosing
        more: dict[str, Any] = {_RANK: rank} if rank is not None else {}
        decision = judge(person, {**more, _CHOOSES: True} if chosen else more) if more else as_it_is[person]
        choices.append(CardChoice(person, decision, rank, _yearly(decision), chosen))
    return choices


def _free_ranks(taken: Collection[int]) -> Sequence[int]:
    return [rank for rank in range(1, 100) if rank not in taken]


def _known_total(plan: Sequence[CardChoice]) -> int:
    return sum(choice.yearly_vnd or 0 for choice in plan)


def _total(plan: Sequence[CardChoice]) -> int | None:
    return None if any(choice.yearly_vnd is None for choice in plan) else _known_total(plan)


def _citations(plan: Sequence[CardChoice]) -> tuple[Citation, ...]:
    by_text = {cite.text: cite for choice in plan if choice.rank is not None for cite in choice.decision.citations}
    return tuple(by_text.values())


def _group(decision: Decision) -> object:
    return decision.results.get("contribution_group")


def _yearly(decision: Decision) -> int | None:
    value = decision.results.get(_YEARLY)
    return int(value) if value is not None else None


def _covers(decision: Decision) -> float:
    return float(decision.results.get("benefit_percent", 0))
