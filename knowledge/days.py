"""Hear that a question is about the law of a former day: *hồi năm 2024 lãi mấy*, *trước tháng 7/2026 đóng bao nhiêu*.

Only a date that follows a word of ``days.yaml`` counts; when somebody was born or left a list is no question about the
law. Days to come are left to the guides, which tell what is known of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml

from core.vietnamese.dates import read_date
from core.vietnamese.format import day as shown
from core.vietnamese.words import Word, split_words

DEFAULT_DAYS = Path(__file__).with_name("days.yaml")
_NEAR = 5
_MID_YEAR, _MID_MONTH = (7, 1), 15


@dataclass(frozen=True)
class Days:
    """The words of ``days.yaml``."""

    then: frozenset[str]
    until: frozenset[str]
    happened: frozenset[str]
    heading: str
    only_now: str

    @classmethod
    def load(cls, path: Path = DEFAULT_DAYS) -> Days:
        """Read the words."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        words = {name: frozenset(data[name]) for name in ("then", "until", "happened")}
        return cls(**words, heading=data["heading"], only_now=data["only_now"])

    def asked(self, question: str, *, today: date) -> date | None:
        """Return the former day whose law *question* asks for; ``None`` where it is today's.

        A year stands for its first of July, a month for its middle; *trước* for the day before it began.
        """
        words = split_words(question, limit=60)
        for at in range(len(words)):
            told = read_date(words, at, today=today)
            if told is None or not _names_a_year(words[told.start : told.end]) or self._happened(words, told.start):
                continue
            before = "^" if at == 0 else words[at - 1].folded
            if before in self.until:
                return _past(_first(told.iso) - timedelta(days=1), today)
            return _past(_middle(told.iso), today) if before in self.then else None
        return None

    def headed(self, text: str, day: date) -> str:
        """Put before *text* of which day it tells."""
        return f"{self.heading.format(day=shown(day))}\n{text}"

    def headed_now(self, text: str, day: date) -> str:
        """Put before *text*, which tells of today, that nothing is known of the *day* asked about."""
        return f"{self.only_now.format(day=shown(day))}\n{text}"

    def _happened(self, words: Sequence[Word], at: int) -> bool:
        return any(word.folded in self.happened for word in words[max(at - 1 - _NEAR, 0) : max(at - 1, 0)])


def _names_a_year(words: Sequence[Word]) -> bool:
    return any((len(word.text) == 4 and word.text.isdigit()) or "." in word.text for word in words if word.is_number)


def _first(iso: str) -> date:
    year, month, day = (*map(int, iso.split("-")), 1, 1)[:3]
    return date(year, month, day)


def _middle(iso: str) -> date:
    parts = [int(part) for part in iso.split("-")]
    if len(parts) == 1:
        return date(parts[0], *_MID_YEAR)
    return date(parts[0], parts[1], parts[2] if len(parts) > 2 else _MID_MONTH)


def _past(day: date, today: date) -> date | None:
    return day if (day.year, day.month) < (today.year, today.month) else None
