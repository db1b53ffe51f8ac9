"""Hides in the bot's own words what is hidden beside the chat: staff read the rest, and uncover both by one noted look.

Where the bot lists what it heard, only what is known to be harmless stays: a value that was corrected since, or a case
that is forgotten, is hidden too. Elsewhere the sensitive values themselves are hidden. The citizen's words are hers and
stay: whoever answers must read them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

HIDDEN: Final = "••••"
_REPEATED: Final = re.compile(rf"{HIDDEN}(?:, {HIDDEN})+")


class Told(Protocol):
    """A fact in the words of the bot."""

    @property
    def person(self) -> str: ...
    @property
    def value(self) -> str | None: ...
    @property
    def is_sensitive(self) -> bool: ...


@dataclass(frozen=True)
class Covering:
    """Covers lines. ``frames``: what the bot says before and after a list of facts; ``places`` may always be read."""

    frames: tuple[tuple[str, str], ...] = ()
    places: frozenset[str] = frozenset()

    def cover(self, text: str, facts: Sequence[Told]) -> str:
        """Return a line of the bot without what is sensitive in *facts*."""
        harmless = {fact.value for fact in facts if fact.value and not fact.is_sensitive}
        people = {fact.person for fact in facts}

        def listed(found: re.Match[str]) -> str:
            parts = [self._part(part, people, harmless) for part in found["facts"].split("; ")]
            return found["before"] + "; ".join(parts) + found["after"]

        for frame in self._lists:
            text = frame.sub(listed, text)
        sensitive = {fact.value for fact in facts if fact.value and fact.is_sensitive}
        return _without(text, sensitive)

    @cached_property
    def _lists(self) -> tuple[re.Pattern[str], ...]:
        return tuple(
            re.compile(rf"(?P<before>{re.escape(before)})(?P<facts>[^\n]+?)(?P<after>{re.escape(after)})(?=\s|$)")
            for before, after in self.frames
        )

    def _part(self, part: str, people: Iterable[str], harmless: Iterable[str]) -> str:
        """Cover what the list says of one person, or of the household, or the place."""
        if part in self.places:
            return part
        whose = next((f"{person} " for person in people if part.startswith(f"{person} ")), "")
        return whose + _REPEATED.sub(HIDDEN, ", ".join(_kept(part[len(whose) :], harmless)))


def _kept(values: str, harmless: Iterable[str]) -> Iterable[str]:
    """Yield values that are known to be harmless as they are, others hidden; a value may hold a comma."""
    known = sorted(harmless, key=len, reverse=True)
    while values:
        found = next((one for one in known if values == one or values.startswith(f"{one}, ")), None)
        yield found or HIDDEN
        values = values[len(found) + 2 :] if found else values.partition(", ")[2]


def _without(text: str, words: Iterable[str]) -> str:
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    if not longest_first:
        return text
    return re.sub(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
