"""The catalogue tells what exists and how one applies for it, by the day."""

from __future__ import annotations

from datetime import date

import pytest

from rules.catalogue import Catalogue
from rules.engine.model import Status
from rules.errors import UnknownBenefit
from rules.service import EligibilityService

AUTUMN = date(2026, 11, 21)


@pytest.fixture(scope="module")
def catalogue(service: EligibilityService) -> Catalogue:
    return Catalogue(service.release)


def test_every_benefit_of_the_release_has_a_card(catalogue: Catalogue, service: EligibilityService) -> None:
    """A benefit without a name could be granted but not spoken of."""
    cards = catalogue.cards(AUTUMN)

    assert [card.id for card in cards] == list(service.release.benefits)
    assert all(card.name_vi and card.area and card.scope for card in cards)


def test_loans_stand_apart_and_the_poverty_standard_is_none_of_them(catalogue: Catalogue) -> None:
    """The list of loans is what the bank lends; whether a household is poor is another matter."""
    cards = catalogue.cards(AUTUMN)

    assert {card.id.startswith("loan.") for card in cards if card.area == "loans"} == {True}
    assert [card.id for card in cards if card.area == "poverty"] == ["poverty_status"]
    assert {card.area for card in cards if card.is_on_request} == {"poverty", "loans"}


def test_every_group_has_a_name(catalogue: Catalogue, service: EligibilityService) -> None:
    """The answer names the group the citizen belongs to."""
    names = [name for benefit in service.release.benefits for name in catalogue.groups(benefit).values()]

    assert names
    assert all(names)


def test_card_says_when_a_benefit_is_not_yet_there(catalogue: Catalogue) -> None:
    """The social pension began on 2025-07-01: the day before it must not be offered."""
    before = catalogue.benefit("social_pension", as_of=date(2025, 6, 30))
    after = catalogue.benefit("social_pension", as_of=date(2025, 7, 1))

    assert before.status is Status.NOT_YET
    assert after.status is Status.OPEN


def test_procedure_is_that_of_the_day_with_its_article(catalogue: Catalogue) -> None:
    """A file handed in on 2026-10-04 takes ten working days, one of the next day seven."""
    old = catalogue.procedure("social_pension", as_of=date(2026, 10, 4))
    new = catalogue.procedure("social_pension", as_of=date(2026, 10, 5))

    assert old is not None
    assert old.days_working == 10
    assert new is not None
    assert (new.days_working, new.fee_vnd) == (7, 0)
    assert [cite.document for cite in new.citations] == ["335/2026/NĐ-CP"]


def test_no_procedure_is_made_up_for_a_day_without_one(catalogue: Catalogue) -> None:
    """Before the first row there is nothing to say."""
    assert catalogue.procedure("social_pension", as_of=date(2025, 6, 30)) is None


def test_unknown_benefit_is_named_with_the_known_ones(catalogue: Catalogue) -> None:
    """A mistyped id is a programmer's mistake and says what would have been right."""
    with pytest.raises(UnknownBenefit, match="social_pension"):
        catalogue.procedure("social_pensions", as_of=AUTUMN)
