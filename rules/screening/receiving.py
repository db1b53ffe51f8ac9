"""Which benefits somebody is told to receive already."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from rules.engine.model import Release
from rules.engine.values import Choices
from rules.screening.numbers import Unreadable
from rules.screening.texts import Texts, folded

_SEVERAL: Final = re.compile(r"\s*[;|+\n]\s*")
_OTHER: Final = "other"


class Receiving:
    """Reads a list of benefits by id, name and further names."""

    def __init__(self, release: Release, texts: Texts) -> None:
        self._texts = texts
        self._names: dict[str, str] = {}
        for benefit in release.benefits.values():
            for name in (*benefit.aliases, benefit.name_vi, benefit.id):
                self._names[folded(name)] = benefit.id
        self._from: Mapping[str, Any] = texts.raw["receiving_from"]
        self._paid = {
            one: Choices(frozenset({said["is"]}), frozenset(said.get("one_of", ())) | {said["is"]})
            for one, said in texts.raw["allowances_of"]["sure"].items()
        }
        self._unsure = frozenset(texts.raw["allowances_of"]["unsure"])
        self._known: dict[frozenset[str], Choices] = {}

    def read(self, text: str) -> frozenset[str] | None:
        """Return the benefits named, ``None`` where nothing is said; raises :class:`Unreadable`."""
        plain = folded(text)
        if not plain or plain in self._texts.words["unknown"]:
            return None
        if plain in self._texts.words["none"]:
            return frozenset()
        found: set[str] = set()
        for part in _SEVERAL.split(plain):
            benefit = self._names.get(part)
            if benefit is None:
                raise Unreadable("wrong_value")
            found.add(benefit)
        return frozenset(found)

    def allowances_of(self, receives: object) -> Choices | None:
        """Return the allowances that somebody who receives these benefits is paid; ``None`` where that is not sure."""
        if not isinstance(receives, frozenset):
            return None
        known = self._known.get(receives)
        if known is None and not receives & self._unsure:
            parts = [self._paid[one] for one in sorted(receives) if one in self._paid]
            nothing = frozenset({"none"})
            known = self._known[receives] = Choices(
                frozenset().union(*(part.definite for part in parts)) or nothing,
                frozenset().union(*(part.possible for part in parts)) or nothing,
            )
        return known

    def told_by(self, allowances: object) -> frozenset[str] | None:
        """Return the benefits that allowances already paid stand for."""
        if not isinstance(allowances, Choices):
            return None
        paid = allowances.possible - {"none"}
        return frozenset(self._from.get(one, self._from[_OTHER])["benefit"] for one in paid)
