"""How much is remembered of all days and places together: what was looked at longest ago is emptied first.

What single values say, and the wording of conditions, is kept by day and place (:mod:`rules.engine.table`). Each entry
has a weight of about a quarter of a kilobyte; together they never weigh more than ``most``.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Final, Protocol

MOST_PLACES: Final = 64  # days and places; their leaves alone take up to half a megabyte each
MOST_KEPT: Final = 180_000  # in weights: about 40 MB
_LEFT_FREE: Final = 4  # a quarter is freed at once, so that room is made rarely


class Kept(Protocol):
    """What is remembered of one day and place.

    ``turn`` tells when it was looked at last; after ``leave`` it is looked up no more.
    """

    turn: int
    weight: int
    leave: Callable[[], object]

    def forget(self) -> None:
        """Forget what can be worked out again."""
        ...


class Room:
    """Shared by all days and places of one engine. Decisions are made by several threads; room is made by one."""

    def __init__(self, *, places: int = MOST_PLACES, most: int = MOST_KEPT) -> None:
        self._most_places, self._most = places, most
        self._places: list[Kept] = []
        self._turn = 0
        self._weight = 0
        self._lock = Lock()

    @property
    def weight(self) -> int:
        """How much is kept now."""
        return self._weight

    def turn(self) -> int:
        """Return a number greater than before."""
        self._turn += 1
        return self._turn

    def enter(self, place: Kept) -> None:
        """Keep *place*, too; the one looked at longest ago leaves where there are too many."""
        with self._lock:
            self._places.append(place)
            if len(self._places) > self._most_places:
                self._leave(min(self._places, key=lambda one: one.turn))

    def add(self, place: Kept, weight: int) -> None:
        """Note that *place* keeps more; others forget where it is too much."""
        place.weight += weight
        self._weight += weight
        if self._weight > self._most:
            self._make_room(place)

    def released(self, place: Kept) -> None:
        """Note that *place* forgot all."""
        self._weight -= place.weight
        place.weight = 0

    def _leave(self, place: Kept) -> None:
        self._places.remove(place)
        place.leave()
        place.forget()

    def _make_room(self, keeps: Kept) -> None:
        with self._lock:
            # Places that left may have been written to since by a case still at hand: what they keep goes with it.
            self._weight = sum(one.weight for one in self._places)
            if self._weight <= self._most:
                return
            aim = self._most - self._most // _LEFT_FREE
            for place in sorted(self._places, key=lambda one: one.turn):
                if self._weight <= aim:
                    return
                if place is not keeps:
                    place.forget()
            if self._weight > aim:
                keeps.forget()
