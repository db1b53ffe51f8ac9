"""The console's words: one YAML file for each part of it."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from core.texts import LocaleTexts

LOCALES = Path(__file__).parent / "locale"


class Texts(LocaleTexts):
    """Texts of the console; the first part of a key is the name of its file."""

    @classmethod
    def load(cls, locale: str = "vi") -> Self:
        """Read every ``locale/<locale>/<part>.yaml``."""
        return cls.read(LOCALES / locale)
