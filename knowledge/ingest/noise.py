"""Leaves out what a web page puts around a text: menus, captions said again, forms, lists of other news."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

DEFAULT_WORDS = Path(__file__).with_name("noise.yaml")
_LONG = 25  # characters; shorter lines may repeat in a law ("Điều này", table cells)


@dataclass(frozen=True)
class NoiseFilter:
    """What counts as noise."""

    lines: re.Pattern[str]
    tail: re.Pattern[str]

    @classmethod
    def load(cls, path: Path = DEFAULT_WORDS) -> NoiseFilter:
        """Read the expressions."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(*(re.compile("|".join(f"(?:{e})" for e in data[key]), re.IGNORECASE) for key in ("lines", "tail")))

    def without_noise(self, lines: Sequence[str]) -> list[str]:
        """Return *lines* of a page without its noise; for a text with articles use the lines as they are."""
        kept = [line for line in self._until_tail(lines) if not self.lines.match(line)]
        seen: Counter[str] = Counter()
        result = []
        for line in kept:
            seen[line] += 1
            if len(line) < _LONG or seen[line] == 1:
                result.append(line)
        return result

    def _until_tail(self, lines: Sequence[str]) -> Sequence[str]:
        for at in range(len(lines) // 2, len(lines)):
            if self.tail.match(lines[at]):
                return lines[:at]
        return lines
