"""The few sentences the channels say without the dialogue, from ``bot/locale/vi.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

FILE = Path(__file__).resolve().parent.parent / "locale" / "vi.yaml"


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences by key, typed commands and what they stand for, and the words of an opened conversation."""

    sentences: Mapping[str, str]
    commands: Mapping[str, str]
    started: str

    @classmethod
    def load(cls, path: Path = FILE) -> Phrases:
        """Read the locale file."""
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        return cls(content["phrases"], content["commands"], content["started"])

    def __getitem__(self, key: str) -> str:
        return self.sentences[key]
