"""Provinces in forms: the units of today by name."""

from __future__ import annotations

from rules.places import Places


def province_choices(places: Places) -> list[tuple[str, str]]:
    """Return (id, name) of every unit, by name."""
    return sorted(((unit.id, unit.name_vi) for unit in places.units.values()), key=lambda pair: pair[1])


def known_province(places: Places, given: str | None) -> str | None:
    """Return *given* where it is the id of a unit, else ``None``."""
    return given if given and given in places.units else None
