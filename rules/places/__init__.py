"""The 34 units since 2025-07-01, the 63 provinces before, and how people call them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from core.vietnamese.text import fold, has_accents, nfc
from rules.findings import near, told
from rules.schema.nodes import plain_yaml

PROVINCES: Final = Path(__file__).with_name("provinces.yaml")
MERGED_ON: Final = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Unit:
    """One of the 34 units."""

    id: str
    name_vi: str
    full_name_vi: str
    formed_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormerProvince:
    """One of the 63 provinces before the merger. ``short_aliases`` need another word of place beside them."""

    id: str
    name_vi: str
    now: str
    aliases: tuple[str, ...] = ()
    short_aliases: tuple[str, ...] = ()
    place_hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """A place named in a text: the new unit, and the former province when only that can be meant."""

    province: str
    former: str | None
    span: tuple[int, int]
    text: str
    certain: bool


@dataclass(frozen=True)
class Places:
    """Units and former provinces by id."""

    units: Mapping[str, Unit]
    former: Mapping[str, FormerProvince]

    @classmethod
    def load(cls, path: Path | None = None) -> Places:
        """Read the list of places."""
        raw = plain_yaml(path or PROVINCES)
        units = {e["id"]: Unit(e["id"], e["name_vi"], e["full_name_vi"], tuple(e["formed_from"])) for e in raw["units"]}
        former = {
            e["id"]: FormerProvince(
                e["id"],
                e["name_vi"],
                e["now"],
                tuple(e.get("aliases", ())),
                tuple(e.get("short_aliases", ())),
                tuple(e.get("place_hints", ())),
            )
            for e in raw["former"]
        }
        return cls(units, former)

    def name(self, place: str) -> str:
        """Return the Vietnamese name of a new unit, else of a former province."""
        return self.units[place].name_vi if place in self.units else self.former[place].name_vi

    def names(self) -> frozenset[str]:
        """Return the names of all units and former provinces."""
        return frozenset(map(self.name, (*self.units, *self.former)))

    def from_old(self, former: str) -> str:
        """Return the new unit that took over a former province."""
        return self.former[former].now

    def resolve(self, place: str, on: date) -> tuple[str, tuple[str, ...]] | str:
        """Return (new unit, former provinces still possible) for a code as of *on*, or what is wrong with it.

        Before the merger a code means a former province; since then a new unit, or a former one that no unit is named
        after any more.
        """
        if place in self.former and (on < MERGED_ON or place not in self.units):
            return self.former[place].now, (place,)
        if place in self.units:
            return place, self.units[place].formed_from
        return told("unknown_province", name=place, near=self.near(place))

    def near(self, place: str) -> tuple[str, ...]:
        """Return the codes that may have been meant by *place*."""
        return near(place, [*self.units, *self.former])

    def find(self, text: str) -> list[PlaceMatch]:
        """Return the places named in *text*, longest names first, without overlaps.

        Accented names match accented text exactly and plain text by folding; ambiguous short forms are left out.
        """
        original, plain = nfc(text), fold(nfc(text))
        taken: list[tuple[int, int]] = []
        found: list[PlaceMatch] = []
        for name, place, is_hint in self._names:
            for hit in re.finditer(rf"(?<!\w){re.escape(fold(name))}(?!\w)", plain):
                start, end = hit.span()
                said = original[start:end]
                clash = has_accents(name) and has_accents(said) and nfc(name).lower() != said.lower()
                if clash or any(start < b and a < end for a, b in taken):
                    continue
                taken.append((start, end))
                former = None if place in self.units and not is_hint else place
                found.append(PlaceMatch(self.former[place].now, former, (start, end), said, not is_hint))
        return sorted(found, key=lambda match: match.span)

    @cached_property
    def _names(self) -> list[tuple[str, str, bool]]:
        names = [(n, f.id, False) for f in self.former.values() for n in (f.name_vi, *f.aliases)]
        names += [(hint, f.id, True) for f in self.former.values() for hint in f.place_hints]
        return sorted(names, key=lambda entry: (-len(entry[0]), not has_accents(entry[0])))
