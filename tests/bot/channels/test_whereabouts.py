"""A shared position becomes the name of a province to confirm, or nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.whereabouts import Whereabouts
from bot.conversation.phrases import Phrases
from rules.facts.reader import FactReader
from rules.service import EligibilityService

HERE = Whereabouts.load()


@pytest.mark.parametrize(
    ("place", "latitude", "longitude", "unit"),
    [
        ("Nguyễn Trãi, Hà Nội", "20.995", "105.805", "Hà Nội"),
        ("Rạch Giá, now of An Giang", 10.012, 105.081, "An Giang"),
        ("Phú Quốc", 10.22, 103.96, "An Giang"),
        ("Côn Đảo", 8.682, 106.606, "Hồ Chí Minh"),
        ("Lý Sơn", 15.38, 109.11, "Quảng Ngãi"),
        ("Mường Tè", 22.38, 102.83, "Lai Châu"),
        ("Đà Lạt", 11.94, 108.458, "Lâm Đồng"),
    ],
)
def test_unit_of_a_place_comes_first(place: str, latitude: object, longitude: object, unit: str) -> None:
    assert HERE.near(latitude, longitude)[0] == unit


def test_beside_a_border_both_units_are_offered() -> None:
    """Between Đèo Cả's two sides nobody can tell by distance."""
    assert set(HERE.near(12.88, 109.40)) == {"Đắk Lắk", "Khánh Hòa"}


@pytest.mark.parametrize(("latitude", "longitude"), [(17.97, 102.6), (48.85, 2.35), (13.0, 115.0), (0, 0)])
def test_other_countries_and_the_open_sea_lead_to_no_guess(latitude: float, longitude: float) -> None:
    assert HERE.near(latitude, longitude) == ()


@given(st.none() | st.booleans() | st.text(max_size=9) | st.floats(), st.integers() | st.floats() | st.lists(st.none()))
def test_whatever_is_sent_as_a_position_does_no_harm(latitude: object, longitude: object) -> None:
    assert len(HERE.near(latitude, longitude)) <= 2


def test_every_unit_offered_is_understood_when_it_is_chosen() -> None:
    """The choice is sent on as words; they must name the same unit to the reader of facts."""
    service, phrases = EligibilityService.load(), Phrases.load()
    reader = FactReader(service.vocabulary, None, service.places)
    units = {unit.name_vi: unit.id for unit in service.places.units.values()}

    read = {name: reader.read(phrases["i_live_in"].format(place=name), today=date(2026, 11, 22)) for name in units}

    assert {point.unit for point in HERE._points} == set(units)
    assert {name: reading.province for name, reading in read.items()} == units
