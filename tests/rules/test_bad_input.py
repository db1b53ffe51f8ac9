"""What cannot be taken is named once each, all at once; and no figure is guessed for a day without one."""

from __future__ import annotations

from datetime import date

import pytest

from rules.errors import InvalidFacts, NoValueInForce
from rules.figures import Figures
from rules.service import EligibilityService

DAY = date(2026, 11, 22)


def test_every_mistake_is_told_at_once(service: EligibilityService) -> None:
    """An unknown fact, wrong types, a day no calendar has, a birth after the day asked, an unknown province."""
    facts = {
        "agee": 3,
        "household_status": 5,
        "monthly_pension_vnd": "nhiều",
        "date_of_birth": "2027-05-01",
        "left_poverty_list_on": "2026-02-31",
    }

    with pytest.raises(InvalidFacts) as caught:
        service.assess(facts, as_of=DAY, province="ha_noii")

    assert [(finding.code, finding.path) for finding in caught.value.findings] == [
        ("unknown_fact", "agee"),
        ("wrong_value", "household_status"),
        ("wrong_value", "monthly_pension_vnd"),
        ("wrong_value", "left_poverty_list_on"),
        ("born_later", "date_of_birth"),
        ("unknown_province", "province"),
    ]
    assert "Có phải là ha_noi, ha_nam" in caught.value.findings[-1].message


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"date_of_birth": "1950", "date_of_death": "1949-12-31"}, "died_before_birth"),
        ({"date_of_death": "2026-11-23"}, "died_later"),
        ({"date_of_birth": "2026-11-23"}, "born_later"),
    ],
)
def test_contradictions_are_told(service: EligibilityService, facts: dict, code: str) -> None:
    """Nothing is judged that cannot be so."""
    assert [finding.code for finding in service.check(facts, as_of=DAY)] == [code]


@pytest.mark.parametrize(
    "facts", [{"date_of_birth": "2026-11-22"}, {"date_of_death": "2026"}, {"date_of_birth": "2026"}]
)
def test_what_may_be_so_is_no_contradiction(service: EligibilityService, facts: dict) -> None:
    """Born today; died this year, on a day not told."""
    assert service.check(facts, as_of=DAY) == []


def test_a_day_without_a_value_has_a_name(service: EligibilityService) -> None:
    """Never the last row, never the first."""
    with pytest.raises(NoValueInForce) as caught:
        Figures.load(service).value("social_pension.level", as_of=date(2020, 1, 1))

    assert (caught.value.key, caught.value.day) == ("social_pension.level", date(2020, 1, 1))
