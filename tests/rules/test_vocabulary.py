"""What was told is read strictly, every mistake at once, with a sentence that helps."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rules.engine.values import NO_DATE, Choice, Choices, FactValue, Span
from rules.errors import InvalidFacts
from rules.service import EligibilityService
from tests.rules.small import VOCABULARY

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("fact", "raw", "value"),
    [
        ("is_pregnant", True, True),
        ("monthly_pension_vnd", 540000, Span.of(540000)),
        ("monthly_pension_vnd", {"min": 2, "max": 3}, Span(2, 3)),
        ("monthly_pension_vnd", {"min": 2}, Span(2, None)),
        ("monthly_pension_vnd", {"max": 3}, Span(0, 3)),
        ("date_of_birth", "1951", Span(date(1951, 1, 1), date(1951, 12, 31))),
        ("date_of_birth", "1952-02", Span(date(1952, 2, 1), date(1952, 2, 29))),
        ("date_of_birth", date(1951, 5, 2), Span.of(date(1951, 5, 2))),
        ("left_poverty_list_on", "none", NO_DATE),
        ("household_status", "poor", Choice(frozenset({"poor"}))),
        ("household_status", ["poor", "near_poor"], Choice(frozenset({"poor", "near_poor"}))),
        ("work_roles", ["employee"], Choices(frozenset({"employee"}), frozenset({"employee"}))),
        ("monthly_benefit_kind", {"only": ["survivor"]}, Choices(frozenset(), frozenset({"survivor", "none"}))),
    ],
)
def test_a_raw_value_is_read_as_what_it_says(fact: str, raw: Any, value: FactValue) -> None:
    """Exact, a span, or one of several."""
    assert VOCABULARY.parse(fact, raw) == value


@pytest.mark.parametrize(
    ("fact", "raw", "part"),
    [
        ("is_pregnant", "yes", "true hoặc false"),
        ("is_pregnant", 1, "true hoặc false"),
        ("monthly_pension_vnd", "540k", "phải là một số"),
        ("monthly_pension_vnd", -1, "nhỏ hơn 0"),
        ("monthly_pension_vnd", 1.5, "số nguyên"),
        ("monthly_pension_vnd", {"min": 3, "max": 2}, "lớn hơn số lớn"),
        ("monthly_pension_vnd", {"from": 3}, "{min, max}"),
        ("priority_workers_percent", 101, "lớn hơn 100"),
        ("age_years", 131, "lớn hơn 130"),
        ("date_of_birth", "1951-13", "không có trong lịch"),
        ("date_of_birth", "2/5/1951", "phải là ngày"),
        ("date_of_birth", "2025-02-29", "không có trong lịch"),
        ("household_status", "rich", "không có trong poor"),
        ("household_status", "pooor", "Có phải là poor"),
        ("work_roles", ["none", "employee"], "không đi cùng"),
        ("work_roles", [], "không nói gì"),
        ("houshold_status", "poor", "Có phải là household_status"),
    ],
)
def test_a_wrong_value_gets_one_clear_sentence(fact: str, raw: Any, part: str) -> None:
    """What was asked, what was found, what to do."""
    with pytest.raises(InvalidFacts) as caught:
        VOCABULARY.parse(fact, raw)

    assert part in str(caught.value)


def test_everything_wrong_is_said_at_once(service: EligibilityService) -> None:
    """A form is sent back once."""
    told = {"is_pregnant": "yes", "household_status": "rich", "no_such_fact": 1, "date_of_birth": "2030-01-01"}

    with pytest.raises(InvalidFacts) as caught:
        service.assess(told, as_of=DAY, province="atlantis")

    codes = [finding.code for finding in caught.value.findings]
    assert sorted(codes) == ["born_later", "unknown_fact", "unknown_province", "wrong_value", "wrong_value"]
    assert [finding.code for finding in service.check(told, as_of=DAY, province="atlantis")] == codes


def test_contradictions_are_found(service: EligibilityService) -> None:
    """Nobody dies before being born, or lives in two provinces."""
    died = service.check({"date_of_birth": "1951", "date_of_death": "1950-12-31"}, as_of=DAY)
    placed = service.check({"former_province": "ca_mau"}, as_of=DAY, province="ha_noi")

    assert [finding.code for finding in died] == ["died_before_birth"]
    assert [finding.code for finding in placed] == ["wrong_former_province"]


def test_what_is_presumed_is_said(service: EligibilityService) -> None:
    """A presumption nobody sees would be a guess."""
    told = {"date_of_birth": "1950-01-01", "monthly_pension_vnd": 0, "monthly_social_insurance_benefit_vnd": 0}

    decision = service.assess(told, as_of=DAY, benefits=["social_pension"]).decision("social_pension")

    assert decision.presumed == {"is_vn_citizen": True}


def test_a_told_fact_wins_over_what_is_presumed(service: EligibilityService) -> None:
    """The presumption is only for silence."""
    told = {"date_of_birth": "1950-01-01", "monthly_pension_vnd": 0, "monthly_social_insurance_benefit_vnd": 0,
            "is_vn_citizen": False}  # fmt: skip

    decision = service.assess(told, as_of=DAY, benefits=["social_pension"]).decision("social_pension")

    assert decision.outcome == "ineligible"
    assert decision.presumed == {}


def test_what_was_parsed_before_is_not_taken_for_another_type() -> None:
    """1 is no yes, and true is no number, whatever was told before."""
    VOCABULARY.parse_all({"is_vn_citizen": True, "hi_household_members_buying": 1})

    _values, findings = VOCABULARY.parse_all({"is_vn_citizen": 1, "hi_household_members_buying": True})

    assert [finding.path for finding in findings] == ["is_vn_citizen", "hi_household_members_buying"]
