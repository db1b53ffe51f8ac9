"""Every figure that prose shows comes from the dated parameters, and is the one expected on its day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.citations import Citation
from rules.documents import Documents
from rules.errors import InvalidRules, NoSettledValue, NoValueInForce, UnknownFigure
from rules.figures import Figures
from rules.service import EligibilityService

GUIDE_FIGURES = Path(__file__).parents[2] / "knowledge" / "guides" / "figures.yaml"
GUIDES = yaml.safe_load(GUIDE_FIGURES.read_text(encoding="utf-8"))
# Days before this are outside what the guides may be asked about.
FIRST_DAY = date(2021, 7, 1)


@pytest.fixture(scope="module")
def figures(service: EligibilityService) -> Figures:
    return Figures.load(service)


def today() -> Iterator[tuple[str, str | None, date, Mapping[str, Any]]]:
    """Yield every figure of the guides as of the day of the list, or its last day, with the place where it has one."""
    for key, entry in GUIDES["figures"].items():
        for place, expected in entry.get("by_place", {None: entry}).items():
            yield key, place, min(GUIDES["as_of"], expected.get("to") or date.max), expected


def earlier() -> Iterator[tuple[str, date, Any]]:
    for key, entry in GUIDES["figures"].items():
        for row in entry.get("earlier", ()):
            if row["to"] >= FIRST_DAY:
                yield key, max(row["from"], FIRST_DAY), row["value"]
                yield key, row["to"], row["value"]


@pytest.mark.parametrize(("key", "place", "day", "expected"), list(today()), ids=str)
def test_figure_of_a_guide_is_shown_as_expected_with_its_document(
    key: str, place: str | None, day: date, expected: Mapping[str, Any], figures: Figures
) -> None:
    """A guide that names a figure without a value is not shown at all; a figure without an article is a claim."""
    figure = figures.value(key, as_of=day, province=place)

    assert figures.show(key, as_of=day, province=place) == expected["shown"]
    cites = [Citation(text) for text in GUIDES["figures"][key]["cites"]]
    assert any(one.document == other.document or one.same_law(other) for one in figure.citations for other in cites)


@pytest.mark.parametrize(("key", "day", "value"), list(earlier()), ids=str)
def test_figure_of_an_earlier_day_is_that_of_the_day(key: str, day: date, value: Any, figures: Figures) -> None:
    """A question about last year is answered with last year's figure."""
    assert float(figures.value(key, as_of=day).raw) == pytest.approx(float(value))  # type: ignore[arg-type]


def test_figure_that_counts_back_is_not_known_before_it_was_law(figures: Figures) -> None:
    """On 2026-08-15 nobody could know that the level of that day would become 540000."""
    day = date(2026, 8, 15)

    assert figures.value("social_pension.level", as_of=day).raw == 500000
    assert figures.value("social_pension.level", as_of=day, known_on=date(2026, 10, 20)).raw == 540000


def test_national_figure_does_not_go_by_place(figures: Figures) -> None:
    """The sentence says 'cả nước'; the local figure has a key of its own."""
    day = date(2026, 2, 1)

    assert figures.value("social_allowance.base_level", as_of=day, province="ha_noi").raw == 500000
    assert figures.value("social_allowance.local.base_level", as_of=day, province="ha_noi").raw == 650000
    assert figures.value("social_allowance.amount_1_5", as_of=day, province="ha_noi").raw == 750000


def test_dates_of_a_row_are_figures_too(figures: Figures) -> None:
    """Counted from and law since are two dates."""
    day = date(2026, 11, 21)

    assert figures.show("social_pension.level_from", as_of=day) == "01/7/2026"
    assert figures.show("social_pension.level_known_from", as_of=day) == "05/10/2026"


def test_short_form_of_money(figures: Figures) -> None:
    """In a sentence '100 triệu' reads better than nine digits."""
    assert figures.show("loan.poor_household.max", as_of=date(2026, 11, 21), short=True) == "100 triệu"


def test_no_figure_is_shown_for_a_day_without_one(figures: Figures) -> None:
    """From 2027 no contribution rate is set: the last one must not be shown, nor anything worked out from it."""
    new_year = date(2027, 1, 1)

    assert figures.show("health_insurance.contribution_rate", as_of=new_year) is None
    assert figures.show("health_insurance.student.self_pay_year", as_of=new_year) is None
    with pytest.raises(NoSettledValue):
        figures.value("health_insurance.near_poor.self_pay_month", as_of=new_year)
    with pytest.raises(NoValueInForce):
        figures.value("social_pension.level", as_of=date(2025, 6, 30))


def test_unknown_key_is_an_error_for_programs_and_nothing_for_prose(figures: Figures) -> None:
    """A mistyped key in a guide hides the section; in code it is found at once."""
    assert figures.show("social_pension.levle", as_of=FIRST_DAY) is None
    with pytest.raises(UnknownFigure):
        figures.value("social_pension.levle", as_of=FIRST_DAY)


def test_every_mistake_in_definitions_is_reported_at_once(service: EligibilityService) -> None:
    """An author corrects a file once, not once per mistake."""
    wrong = (
        "figures:\n"
        "  a.unknown: {name: A, unit: vnd, formula: social_pension.levle * 2}\n"
        "  a.fact: {name: A, unit: vnd, formula: monthly_pension_vnd * 2}\n"
        "  a.none: {name: A, unit: vnd}\n"
        "  a.circle: {name: A, unit: vnd, formula: a.circle + 1}\n"
        "  a.unit: {name: A, unit: dong, formula: '1'}\n"
        "  social_pension.level: {name: A, unit: vnd, formula: '1'}\n"
    )

    with pytest.raises(InvalidRules) as caught:
        Figures.load(service, Documents({"figures/wrong.yaml": wrong}))

    codes = {finding.code for finding in caught.value.findings}
    assert codes == {"unknown_figure", "bad_formula", "bad_figure", "circle", "unknown_word", "duplicate_id"}
