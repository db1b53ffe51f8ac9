"""Words people read, by dotted key, out of YAML: code and templates hold keys only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ruamel.yaml import YAML


class MissingText(KeyError):
    """There is no text under a key."""

    def __init__(self, key: str, source: Path) -> None:
        self.key, self.source = key, source
        super().__init__(f"There is no text {key!r}; add it to {source}.")


@dataclass(frozen=True)
class LocaleTexts:
    """Texts of one language."""

    source: Path
    tree: Mapping[str, Any]

    @classmethod
    def read(cls, source: Path) -> Self:
        """Read one file, or a folder of them: then the first part of a key is the name of its file."""
        if source.is_dir():
            return cls(source, {path.stem: _read(path) for path in sorted(source.glob("*.yaml"))})
        return cls(source, _read(source))

    def __call__(self, key: str, **values: object) -> str:
        """Return the text under *key* with *values* filled in; raise ``MissingText`` where there is none."""
        found = self.part(key)
        if not isinstance(found, str):
            raise MissingText(key, self.source)
        return found.format(**values) if values else found

    def part(self, key: str) -> Any:
        """Return the text, list or mapping under *key*; raise ``MissingText`` where there is none."""
        found: Any = self.tree
        for step in key.split("."):
            if not isinstance(found, Mapping) or step not in found:
                raise MissingText(key, self.source)
            found = found[step]
        return found

    def has(self, key: str) -> bool:
        """Tell whether there is anything under *key*."""
        try:
            self.part(key)
        except MissingText:
            return False
        return True


def _read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}
