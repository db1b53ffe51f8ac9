"""The console's words, by dotted key: one YAML file for each part of it; code and templates hold keys only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

LOCALES = Path(__file__).parent / "locale"


class MissingText(KeyError):
    """The locale has no text under a key."""

    def __init__(self, key: str, locale: str) -> None:
        self.key, self.locale = key, locale
        super().__init__(f"Locale {locale!r} has no text {key!r}; add it under {LOCALES / locale}.")


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of one language; the first part of a key is the name of its file."""

    locale: str
    tree: Mapping[str, Any]

    @classmethod
    def load(cls, locale: str = "vi") -> Texts:
        """Read every ``locale/<locale>/<part>.yaml``."""
        yaml = YAML(typ="safe")
        files = sorted((LOCALES / locale).glob("*.yaml"))
        return cls(locale, {path.stem: yaml.load(path.read_text(encoding="utf-8")) or {} for path in files})

    def __call__(self, key: str, **values: object) -> str:
        """Return the text under *key* with *values* filled in; raise ``MissingText`` where there is none."""
        found = self.part(key)
        if not isinstance(found, str):
            raise MissingText(key, self.locale)
        return found.format(**values) if values else found

    def part(self, key: str) -> Any:
        """Return the text, list or mapping under *key*."""
        found: Any = self.tree
        for step in key.split("."):
            if not isinstance(found, Mapping) or step not in found:
                raise MissingText(key, self.locale)
            found = found[step]
        return found

    def has(self, key: str) -> bool:
        """Tell whether there is anything under *key*."""
        try:
            self.part(key)
        except MissingText:
            return False
        return True
