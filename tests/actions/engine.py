"""A small real stand-in for the rules: two benefits judged now and seen ahead."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.citations import Citation

LAW = Citation("176/2025/NĐ-CP, Điều 3")
LEVEL = 540_000


@dataclass(frozen=True)
class Leaf:
    fact: str
    verdict: bool | None
    value: Any
    threshold: Any
    label_vi: str
    source: str = "told"
    operator: str = ">="
    citation: Citation | None = LAW


@dataclass(frozen=True)
class Decision:
    benefit: str
    outcome: str
    group: str | None = None
    results: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    refer_to_human: bool = False
    refer_reasons: tuple[Any, ...] = ()
    notes: tuple[Any, ...] = ()
    granted_anyhow: bool = False
    citations: tuple[Citation, ...] = (LAW,)
    reasons: tuple[Leaf, ...] = ()
    presumed: Mapping[str, Any] = field(default_factory=dict)
    reservation: bool = False
    bounds: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    fact: str
    benefits: tuple[str, ...]


class Engine:
    """Judges the social pension and the allowance of severely disabled people, three-valued."""

    def assess(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        province: str | None,
        benefits: Sequence[str],
        known_on: date | None = None,
    ) -> list[Decision]:
        judges = {"social_pension": self._pension, "social_allowance": self._disabled}
        return [judges[benefit](facts) for benefit in benefits if benefit in judges]

    def next_question(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        province: str | None,
        benefits: Sequence[str],
        unanswerable: Collection[str],
    ) -> Question | None:
        for decision in self.assess(facts, as_of=as_of, province=province, benefits=benefits):
            for fact in decision.missing:
                if fact not in unanswerable:
                    return Question(fact, (decision.benefit,))
        return None

    def _pension(self, facts: Mapping[str, Any]) -> Decision:
        age = _between(facts.get("age_years"))
        household = facts.get("household_status")
        old_enough = _at_least(age, 75)
        poor = None if household is None else household in ("poor", "near_poor")
        by_age = _or(old_enough, _and(_at_least(age, 70), poor))
        no_pension = _none_of(facts.get("monthly_pension_vnd"), 1)
        low_benefit = _none_of(facts.get("monthly_social_insurance_benefit_vnd"), LEVEL)
        holds = _and(by_age, _and(no_pension, low_benefit))
        reasons = (
            Leaf("age_years", by_age, facts.get("age_years"), 75, "từ đủ 75 tuổi"),
            Leaf("monthly_pension_vnd", no_pension, facts.get("monthly_pension_vnd"), 0, "không có lương hưu"),
            Leaf(
                "monthly_social_insurance_benefit_vnd",
                low_benefit,
                facts.get("monthly_social_insurance_benefit_vnd"),
                LEVEL,
                "không hưởng trợ cấp BHXH từ mức hưu trí xã hội trở lên",
            ),
        )
        open_facts = {
            "age_years": age == (0, 200),
            "household_status": by_age is None and household is None and age != (0, 200),
            "monthly_pension_vnd": no_pension is None,
            "monthly_social_insurance_benefit_vnd": low_benefit is None,
        }
        return _decision("social_pension", holds, open_facts, reasons, "age_75" if old_enough else "age_70_74_poor")

    def _disabled(self, facts: Mapping[str, Any]) -> Decision:
        degree = facts.get("disability_degree")
        holds = None if degree is None else degree == "severe"
        reasons = (Leaf("disability_degree", holds, degree, "severe", "khuyết tật nặng"),)
        return _decision("social_allowance", holds, {"disability_degree": degree is None}, reasons, "disabled_severe")


def _decision(
    benefit: str, holds: bool | None, open_facts: Mapping[str, bool], reasons: tuple[Leaf, ...], group: str
) -> Decision:
    if holds:
        amount = {"social_pension": LEVEL, "social_allowance": LEVEL * 3 // 2}[benefit]
        return Decision(benefit, "eligible", group, {"amount_vnd_per_month": amount}, reasons=reasons)
    if holds is False:
        return Decision(benefit, "ineligible", reasons=reasons)
    missing = tuple(fact for fact, is_open in open_facts.items() if is_open)
    return Decision(benefit, "undetermined", missing=missing, reasons=reasons)


def _between(value: Any) -> tuple[int, int]:
    if isinstance(value, dict):
        return value.get("min", 0), value.get("max", 200)
    return (0, 200) if value is None else (value, value)


def _at_least(age: tuple[int, int], threshold: int) -> bool | None:
    return True if age[0] >= threshold else False if age[1] < threshold else None


def _none_of(amount: Any, limit: int) -> bool | None:
    """Tell whether *amount* stays below *limit*."""
    if amount is None:
        return None
    low, high = (amount.get("min", 0), amount.get("max")) if isinstance(amount, dict) else (amount, amount)
    if low >= limit:
        return False
    return True if high is not None and high < limit else None


def _and(a: bool | None, b: bool | None) -> bool | None:
    return False if a is False or b is False else None if a is None or b is None else True


def _or(a: bool | None, b: bool | None) -> bool | None:
    return True if a or b else None if a is None or b is None else False


class Ahead:
    """Sees nobody's verdict change but that of who is 72: social pension from 2029."""

    def changes(self, facts: Mapping[str, Any], *, as_of: date, province: str | None, benefit: str) -> list[Any]:
        if facts.get("age_years") != 72 or benefit != "social_pension":
            return []
        older = {**facts, "age_years": 75}
        before, after = (
            Engine().assess(f, as_of=as_of, province=province, benefits=[benefit])[0] for f in (facts, older)
        )
        return [Change(benefit, date(2029, 5, 2), ("time",), before, after, (), 75)]

    def near_misses(self, facts: Mapping[str, Any], *, as_of: date, province: str | None, benefit: str) -> list[Any]:
        return [NearMiss(benefit, "household_status", ("near_poor",), as_of)] if facts.get("age_years") == 72 else []


@dataclass(frozen=True)
class Change:
    benefit: str
    on: date
    why: tuple[str, ...]
    before: Decision
    after: Decision
    because: tuple[Leaf, ...]
    age: int | None


@dataclass(frozen=True)
class NearMiss:
    benefit: str
    fact: str
    values: tuple[Any, ...]
    since: date
    citations: tuple[Citation, ...] = (LAW,)
