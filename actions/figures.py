"""Figures of a decision in words: amounts, shares, rates, terms. Which are told and how each is written.

Nothing is computed here but the rounding of what is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from actions.phrasebook import Phrasebook
from actions.ports import Decision
from core.vietnamese.format import day, decimal, money, percent, short_money


def _day(value: Any) -> str:
    return day(value if isinstance(value, date) else date.fromisoformat(str(value)))


def _rate(value: float) -> str:
    """Write a rate to four decimals, as banks do."""
    return percent(round(value, 4))


def _sum(amount_vnd: int) -> str:
    """Say round millions short (40 triệu), other sums to the đồng (10.800.000 đ)."""
    return short_money(amount_vnd) if amount_vnd % 1_000_000 == 0 else money(amount_vnd)


# How each result field is written, in this order; fields not listed are for machines.
_FIGURES: Mapping[str, Callable[[Any], str]] = {
    "amount_vnd_per_month": money,
    "amount_vnd": _sum,
    "rice_kg_per_head_per_month": decimal,
    "state_support_percent": percent,
    "self_pay_vnd_per_month": money,
    "benefit_percent": percent,
    "max_loan_vnd_per_month": short_money,
    "max_loan_vnd": short_money,
    "interest_percent_per_year": _rate,
    "max_term_months": decimal,
    "collateral": str,
}
# Figures whose lower bound is worth telling where the exact one is not known.
_AT_LEAST = frozenset(
    {
        "amount_vnd_per_month",
        "amount_vnd",
        "state_support_percent",
        "benefit_percent",
        "max_loan_vnd",
        "max_loan_vnd_per_month",
    }
)
# Figures of which both bounds are told where the exact one is not known.
_BETWEEN = frozenset({"interest_percent_per_year"})
# No figure to tell where they are nothing: who pays the rest is said by the sentence.
_NOT_WHEN_NOTHING = frozenset({"self_pay_vnd_per_month", "state_support_percent"})
_AFTER_LOCAL = "self_pay_after_local_vnd_per_month"
# Said after the verdict where there is room.
_DETAILS: Mapping[str, Callable[[Any], str]] = {
    "household_pays_vnd_per_month": money,
    "local_support_percent": percent,
    _AFTER_LOCAL: money,
    "waiting_days": decimal,
    "card_valid_until": _day,
    "max_training_vnd_per_month": short_money,
    "max_loan_household_vnd": short_money,
    "max_percent_of_contract": percent,
    "collateral_above_vnd": short_money,
    "local_interest_percent_per_year": _rate,
    "overdue_percent_per_year": _rate,
    "grace_months": decimal,
    "first_due_on": _day,
    "final_due_on": _day,
    "arrears_vnd": money,
    "next_step": str,
    "ask_local_fund": str,
}


class FigureWording:
    """Says the figures of a decision."""

    def __init__(self, phrasebook: Phrasebook) -> None:
        self._phrasebook = phrasebook

    def main(self, decision: Decision) -> str:
        """Return the figures said with the verdict; empty where there are none."""
        figures, say = decision.results, self._phrasebook.say
        told = []
        for name, write in _FIGURES.items():
            if self._is_told(name, figures):
                told.append(say(f"result_{self._figure_key(name, figures[name])}", value=write(figures[name])))
            elif name in _AT_LEAST and (lowest := decision.bounds.get(name, (None, None))[0]):
                told.append(say(f"result_{name}_from", value=write(lowest)))
            elif name in _BETWEEN and None not in (bounds := decision.bounds.get(name, (None, None))):
                told.append(say(f"result_{name}_between", lowest=write(bounds[0]), highest=write(bounds[1])))
        return ", ".join(told)

    def second(self, decision: Decision) -> str:
        """Return the figures that come second; empty where there are none."""
        said = []
        for name, write in _DETAILS.items():
            value = decision.results.get(name)
            if name == _AFTER_LOCAL and value == 0:
                said.append(self._phrasebook.say("detail_nothing_left_after_local"))
            elif value not in (None, False, 0, ""):
                key = f"detail_{name}_{value}" if name == "next_step" else f"detail_{name}"
                said.append(self._phrasebook.say(key, value=write(value)))
        return self._phrasebook.say("details", details="; ".join(said)) if said else ""

    @staticmethod
    def _figure_key(name: str, value: Any) -> str:
        if name == "state_support_percent" and value == 100:
            return "state_support_full"
        return f"collateral_{value}" if name == "collateral" else name

    def _is_told(self, name: str, figures: Mapping[str, Any]) -> bool:
        value = figures.get(name)
        if value is None or (name in _NOT_WHEN_NOTHING and not value):
            return False
        return name != "collateral" or value in ("none", "required")
