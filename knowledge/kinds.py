"""What a question asks for (the amount, the place, the papers …), by its words in ``kinds.yaml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.syllables import folded

DEFAULT_KINDS = Path(__file__).with_name("kinds.yaml")


@dataclass(frozen=True)
class Kinds:
    """Phrases without accents, by the kind of section that answers them."""

    phrases: Mapping[str, Sequence[str]]

    @classmethod
    def load(cls, path: Path = DEFAULT_KINDS) -> Kinds:
        """Read the phrases."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def asked(self, syllables: Sequence[str]) -> str:
        """Return the kind of section that *syllables* ask for first of all; empty where they do not say."""
        return next(iter(self.all_asked(syllables)), "")

    def all_asked(self, syllables: Sequence[str]) -> tuple[str, ...]:
        """Return every kind that *syllables* ask for, the most particular first."""
        written = f" {' '.join(map(folded, syllables))} "
        return tuple(
            kind for kind, phrases in self.phrases.items() if any(f" {phrase} " in written for phrase in phrases)
        )
