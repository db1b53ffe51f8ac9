"""Places by code and by name, before and after the merger of 2025-07-01."""

from __future__ import annotations

from datetime import date

import pytest

from rules.places import MERGED_ON, Places

BEFORE, AFTER = date(2025, 6, 30), MERGED_ON


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.load()


def test_there_are_34_units_made_of_63_provinces(places: Places) -> None:
    """Every former province lies in exactly one unit."""
    made_of = [old for unit in places.units.values() for old in unit.formed_from]

    assert (len(places.units), len(places.former)) == (34, 63)
    assert sorted(made_of) == sorted(places.former)
    assert all(places.from_old(old) in places.units for old in places.former)


def test_a_code_means_the_old_province_before_the_merger(places: Places) -> None:
    """The same code is a smaller place on 2025-06-30 than on the next day."""
    assert places.resolve("ho_chi_minh", BEFORE) == ("ho_chi_minh", ("ho_chi_minh",))
    unit, former = places.resolve("ho_chi_minh", AFTER)

    assert unit == "ho_chi_minh"
    assert set(former) == {"ho_chi_minh", "binh_duong", "ba_ria_vung_tau"}


def test_a_former_province_is_still_understood_after_the_merger(places: Places) -> None:
    """People go on living in Bình Dương."""
    assert places.resolve("binh_duong", AFTER) == ("ho_chi_minh", ("binh_duong",))


def test_an_unknown_code_offers_the_nearest(places: Places) -> None:
    """One clear message."""
    wrong = places.resolve("ha_nooi", AFTER)

    assert isinstance(wrong, str)
    assert "ha_noi" in wrong


@pytest.mark.parametrize(
    ("text", "province", "former"),
    [
        ("Tôi ở Hà Nội", "ha_noi", None),
        ("toi o ha noi", "ha_noi", None),
        ("nhà ở Bình Dương cũ", "ho_chi_minh", "binh_duong"),
        ("quê Hải Dương", "hai_phong", "hai_duong"),
    ],
)
def test_a_place_is_found_in_words(text: str, province: str, former: str | None, places: Places) -> None:
    """With accents and without; a former province keeps its own name."""
    (match,) = places.find(text)

    assert (match.province, match.former) == (province, former)
    assert text[slice(*match.span)] == match.text


def test_nothing_is_found_where_no_place_is_named(places: Places) -> None:
    """'Ba mẹ' is no province."""
    assert places.find("ba mẹ tôi không có lương hưu") == []
