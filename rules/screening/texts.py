"""The words of the screening: what it understands in a table and what it says. All from ``texts.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from core.vietnamese.text import fold, squeeze
from rules.schema.nodes import plain_yaml

TEXTS: Final = Path(__file__).with_name("texts.yaml")


def folded(text: object) -> str:
    """Return *text* as it is matched: without accents, capitals and stray spaces."""
    return fold(squeeze(str(text)))


@dataclass(frozen=True)
class Texts:
    """One file of words."""

    raw: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path = TEXTS) -> Texts:
        """Read the file."""
        return cls(plain_yaml(path))

    def say(self, part: str, key: str, **names: object) -> str:
        """Return a sentence with its blanks filled."""
        return str(self.raw[part][key]).format(**names)

    @cached_property
    def words(self) -> Mapping[str, frozenset[str]]:
        """Words by what they mean, folded."""
        return {
            kind: frozenset(folded(word) for word in words)
            for kind, words in self.raw["words"].items()
            if kind != "units"
        }

    @cached_property
    def units(self) -> Mapping[str, int]:
        """Words for large numbers, folded."""
        return {folded(word): int(size) for word, size in self.raw["words"]["units"].items()}
