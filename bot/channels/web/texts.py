"""The page's words, read from a locale file."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from core.texts import LocaleTexts

LOCALES = Path(__file__).parent / "locale"


class Texts(LocaleTexts):
    """Texts of the page."""

    @classmethod
    def load(cls, locale: str = "vi") -> Self:
        """Read ``locale/<locale>.yaml``."""
        return cls.read(LOCALES / f"{locale}.yaml")
