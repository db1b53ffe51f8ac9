"""What the engine remembers of days and places is bounded for all of them together, and never changes an answer."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from rules.engine.room import Room
from rules.engine.snapshot import Engine
from rules.service import EligibilityService

DAY = date(2026, 11, 21)
PROVINCES = ("ha_noi", "hue", "lao_cai", "ca_mau")
PEOPLE = [
    {
        "date_of_birth": f"{1940 + number}-03-0{number % 9 + 1}",
        "household_status": status,
        "monthly_pension_vnd": number,
    }
    for number, status in enumerate(["poor", "near_poor", "other"] * 6)
]


@pytest.fixture(scope="module")
def service() -> EligibilityService:
    return EligibilityService.load()


def bounded(service: EligibilityService, room: Room) -> EligibilityService:
    """Return a service over the same rules that may remember as much as *room* allows."""
    return EligibilityService(service.release, service.vocabulary, service.places, Engine(service.release, None, room))


def asked(service: EligibilityService) -> Iterator[object]:
    """Judge everybody somewhere on one of three days, and yield what was found."""
    for number, facts in enumerate(PEOPLE * 2):
        day, province = DAY + timedelta(days=number % 3), PROVINCES[number % len(PROVINCES)]
        yield service.assess(facts, as_of=day, province=province).to_json()


def test_little_room_gives_the_same_answers(service: EligibilityService) -> None:
    """Forgetting in between costs time, nothing else; what is kept never weighs more than allowed."""
    room = Room(places=2, most=300)

    answers = list(asked(bounded(service, room)))

    assert answers == list(asked(service))
    assert 0 < room.weight <= 300


def test_a_place_that_left_is_freed_at_once(service: EligibilityService) -> None:
    """Nothing in it refers to itself: otherwise it would stay until all rubbish is looked for, which is rarely."""
    small = bounded(service, Room(places=1))
    small.assess(PEOPLE[0], as_of=DAY, province="ha_noi").to_json()
    first = weakref.ref(small.case(PEOPLE[0], as_of=DAY, known_on=DAY, province="ha_noi").table)

    gc.disable()
    try:
        small.assess(PEOPLE[0], as_of=DAY, province="hue").to_json()
        assert first() is None
    finally:
        gc.enable()


class Place:
    """Something that keeps."""

    def __init__(self, room: Room) -> None:
        self.room, self.weight, self.turn, self.left = room, 0, room.turn(), False
        room.enter(self)

    def leave(self) -> None:
        self.left = True

    def forget(self) -> None:
        self.room.released(self)


def test_what_was_looked_at_longest_ago_is_forgotten_first() -> None:
    """The province most people ask from is not the one that is worked out again and again."""
    room = Room(most=10)
    busy, quiet = Place(room), Place(room)
    room.add(busy, 4)
    room.add(quiet, 4)
    busy.turn = room.turn()

    room.add(busy, 3)

    assert (busy.weight, quiet.weight, room.weight) == (7, 0, 7)


def test_one_place_alone_forgets_its_own() -> None:
    """Where nobody else keeps anything the bound still holds."""
    room = Room(most=10)
    only = Place(room)

    room.add(only, 11)

    assert room.weight == 0


def test_too_many_places_make_the_oldest_leave() -> None:
    """Days go by; yesterday's places need not be looked up any more."""
    room = Room(places=2)
    first, second = Place(room), Place(room)
    first.turn = room.turn()

    third = Place(room)

    assert [place.left for place in (first, second, third)] == [False, True, False]


def test_what_is_written_to_a_place_that_left_takes_no_room_for_good() -> None:
    """A decision may be read long after its day made room for others; in months that must not fill the room."""
    room = Room(places=1, most=100)
    for _ in range(50):
        gone, stays = Place(room), Place(room)
        room.add(stays, 60)
        room.add(gone, 60)

    assert stays.weight == 60
    assert room.weight <= 100
