"""On what a verdict rests, and what stands against it: the conditions behind it, no wording."""

from __future__ import annotations

from actions.asking import AGE, BIRTH
from actions.ports import Decision, FactId, Leaf
from actions.whatif import GROWN_UP_AGE

AGES = (AGE, BIRTH)
YOUNGER = ("less_than", "at_most")
CARD = "health_insurance_card"
# What brings a card that the budget pays or supports; other facts lead to cards that somebody else pays.
BRINGS_A_CARD = ("household_status", "current_allowance", "merit_status", "study_level", "area_lists")


def failed(decision: Decision) -> list[Leaf]:
    """Return the conditions that what was told does not meet."""
    return [leaf for leaf in decision.reasons if leaf.verdict is False]


def telling_against(decision: Decision) -> list[Leaf]:
    """Return the failed conditions that say something: those about what was told, an age that is too high last.

    Who is seventy is not refused for being no child: where a benefit has many groups, the nearest one is named.
    """
    leaves = [leaf for leaf in failed(decision) if leaf.label_vi and bears_on_it(decision, leaf)]
    told = [leaf for leaf in leaves if leaf.source == "told" and not _is_for_the_young(leaf)]
    ages = [leaf for leaf in told if leaf.fact in AGES]
    return [leaf for leaf in told if leaf not in ages[1:]]


def bears_on_it(decision: Decision, leaf: Leaf) -> bool:
    """Tell whether meeting *leaf* could bring what was refused: a pension brings no card that the budget pays."""
    return decision.benefit != CARD or leaf.fact in BRINGS_A_CARD


def _is_for_the_young(leaf: Leaf) -> bool:
    """Tell whether the condition is an age limit from above that an adult misses."""
    is_from_above = leaf.operator.removeprefix("age_") in YOUNGER
    return leaf.fact in AGES and is_from_above and type(leaf.threshold) is int and leaf.threshold < GROWN_UP_AGE + 10


def facts_bearing_on(decision: Decision) -> list[FactId]:
    """Return the facts behind *decision*, each once."""
    return list(dict.fromkeys(leaf.fact for leaf in decision.reasons))
