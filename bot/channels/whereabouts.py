"""Guess the province somebody is in from the position she shared, so that she can confirm it by one press.

The position itself is looked at here and nowhere else; only names of units leave. A guess by the nearest populated
places, not by borders: right at the first place in about nine of ten cases, so never taken as a fact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("whereabouts.tsv")
FARTHEST_KM: Final = 60.0  # beyond this it is the open sea or another country
MOST_UNITS: Final = 2
BESIDE_KM: Final = 15.0  # how much farther than the nearest place the next unit may begin
EARTH_RADIUS_KM: Final = 6371.0

Near = Callable[[object, object], Sequence[str]]


@dataclass(frozen=True, slots=True, order=True)
class PlacePoint:
    """A populated place: degrees, and the Vietnamese name of the unit it lies in."""

    latitude: float
    longitude: float
    unit: str


class Whereabouts:
    """The units nearest to a position, by *points*."""

    def __init__(self, points: Sequence[PlacePoint]) -> None:
        self._points = tuple(points)

    @classmethod
    def load(cls, path: Path = FILE) -> Whereabouts:
        """Read the table of places."""
        lines = (line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
        rows = (line.split("\t") for line in lines)
        return cls([PlacePoint(float(latitude), float(longitude), unit) for latitude, longitude, unit in rows])

    def near(self, latitude: object, longitude: object, *, most: int = MOST_UNITS) -> tuple[str, ...]:
        """Return the names of at most *most* units near by, nearest first; none for what is no place in Vietnam."""
        position = _degrees(latitude, 90.0), _degrees(longitude, 180.0)
        if position[0] is None or position[1] is None:
            return ()
        here = position[0], position[1]
        distances = sorted((_km(here, point), point.unit) for point in self._points)
        reach = min(FARTHEST_KM, distances[0][0] * 2 + BESIDE_KM) if distances[0][0] <= FARTHEST_KM else 0.0
        return tuple(dict.fromkeys(unit for km, unit in distances if km <= reach))[:most]


def nowhere(latitude: object, longitude: object) -> Sequence[str]:  # noqa: ARG001
    """Guess nothing."""
    return ()


def _degrees(value: object, most: float) -> float | None:
    """Return the number that a channel sent as a number or as text; ``None`` where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        degrees = float(value)
    except (ValueError, OverflowError):
        return None
    return degrees if math.isfinite(degrees) and abs(degrees) <= most else None


def _km(here: tuple[float, float], point: PlacePoint) -> float:
    """Return the distance on a plane that touches the earth between the two: exact enough for a country's size."""
    north = math.radians(point.latitude - here[0])
    east = math.radians(point.longitude - here[1]) * math.cos(math.radians((point.latitude + here[0]) / 2))
    return EARTH_RADIUS_KM * math.hypot(north, east)
