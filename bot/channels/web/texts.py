"""The page's words, read from a locale file; code and templates hold keys only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

LOCALES = Path(__file__).parent / "locale"


class MissingTextError(KeyError):
    """The locale has no text under a key."""

    def __init__(self, key: str, locale: str) -> None:
        self.key, self.locale = key, locale
        super().__init__(f"Locale {locale!r} has no text {key!r}; add it to {LOCALES / locale}.yaml.")


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of one language, by dotted key."""

    locale: str
    tree: Mapping[str, Any]

    @classmethod
    def load(cls, locale: str = "vi") -> Texts:
        """Read ``locale/<locale>.yaml``."""
        path = LOCALES / f"{locale}.yaml"
        return cls(locale, YAML(typ="safe").load(path.read_text(encoding="utf-8")))

    def __call__(self, key: str, **values: object) -> str:
        """Return the text under *key* with *values* filled in; raise ``MissingTextError`` where there is none."""
        found = self.part(key)
        if not isinstance(found, str):
            raise MissingTextError(key, self.locale)
        return found.format(**values) if values else found

    def part(self, key: str) -> Any:
        """Return the text, list or mapping under *key*."""
        found: Any = self.tree
        for step in key.split("."):
            if not isinstance(found, Mapping) or step not in found:
                raise MissingTextError(key, self.locale)
            found = found[step]
        return found
