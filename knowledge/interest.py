"""Work out the interest of one month for the sum a question names: *vay 60 triệu hộ cận nghèo mỗi tháng lãi nhiêu*.

The rate is the rules' of the day asked, and the section found says of which programme; nothing is said where it is
about several.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import yaml

from core.vietnamese.format import money, short_money
from core.vietnamese.money import read_money
from core.vietnamese.words import Word, split_words

DEFAULT_INTEREST = Path(__file__).with_name("interest.yaml")
LOAN = "loan."
_PERCENT = re.compile(r"(\d+(?:,\d+)?)\s*%")
_MOST_WORDS = 60


@dataclass(frozen=True)
class Interest:
    """The words of ``interest.yaml``."""

    interest: frozenset[str]
    month: frozenset[str]
    least: int
    line: str

    @classmethod
    def load(cls, path: Path = DEFAULT_INTEREST) -> Interest:
        """Read the words."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(frozenset(data["interest"]), frozenset(data["month"]), data["least"], data["line"])

    def told(self, question: str, benefits: Sequence[str], show: Callable[[str], str | None]) -> str | None:
        """Return the interest of a month on the sum in *question*; ``None`` where it asks for none.

        *benefits* are those of the section found, *show* gives the figure of a key as people read it.
        """
        words = split_words(question, limit=_MOST_WORDS)
        folded = {word.folded for word in words}
        if not (folded & self.interest and folded & self.month and len(benefits) == 1 and benefits[0].startswith(LOAN)):
            return None
        amount, rate = self._sum(words), show(f"{benefits[0]}.rate")
        percent = _PERCENT.fullmatch(rate.strip()) if rate else None
        if amount is None or rate is None or percent is None:
            return None
        a_month = (amount * Decimal(percent[1].replace(",", ".")) / 1200).quantize(Decimal(1), ROUND_HALF_UP)
        return self.line.format(sum=short_money(amount), interest=money(int(a_month)), rate=rate.strip())

    def _sum(self, words: Sequence[Word]) -> int | None:
        read = (read_money(words, at) for at in range(len(words)))
        return next((m.low for m in read if m is not None and m.low == m.high and (m.low or 0) >= self.least), None)
