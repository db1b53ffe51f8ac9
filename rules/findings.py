"""One mistake in a rule file or in what was told: what and where; its sentence stands in ``findings.yaml``.

A key is a code, or a code with a case of its own behind a dot (``missing_key.rows``). Codes are stable and for
machines; ``params`` fill the sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

from core.texts import LocaleTexts
from core.vietnamese.format import day

TEXTS: Final = Path(__file__).with_name("findings.yaml")


class Position(Protocol):
    """Where something stands: the source of a statement."""

    @property
    def path(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake; lines and columns count from 1, 0 is none. ``about`` is what it is found in: a case, a person."""

    key: str
    path: str
    line: int = 0
    column: int = 0
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    about: str = ""

    @classmethod
    def at(cls, place: Position, key: str, /, **params: Any) -> Finding:
        """Return a finding on what stands at *place*."""
        return cls(key, place.path, place.line, place.column, params)

    @property
    def code(self) -> str:
        """What kind of mistake it is, for machines."""
        return self.key.partition(".")[0]

    @property
    def message(self) -> str:
        """The sentence, for people."""
        text = told(self.key, **self.params)
        return f"{self.about}: {text}" if self.about else text

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        place = f"{place}:{self.column}" if self.line and self.column else place
        return f"{place}: {self.message} [{self.code}]"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values: the code, what fills the sentence, and the sentence."""
        return {
            "code": self.code,
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "params": {name: _plain(value) for name, value in self.params.items()},
            "about": self.about,
            "message": self.message,
        }


def told(key: str, /, **params: Any) -> str:
    """Return the sentence under *key*, filled; ``near`` names what may have been meant."""
    texts = _texts()
    found = texts.part(key)
    text = str(found["text"] if isinstance(found, Mapping) else found)
    near = params.pop("near", ())
    filled = {name: _shown(texts, value) for name, value in params.items()}
    return text.format(**filled) + (texts("near", names=", ".join(near)) if near else "")


def near(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the words that may have been meant by *word*, the likeliest first."""
    return tuple(get_close_matches(word, list(dict.fromkeys(known)), n=3, cutoff=0.6))


def yaml_problem(error: Exception) -> str:
    """Return what the parser found, in Vietnamese where its words are known."""
    said = str(getattr(error, "problem", None) or error).splitlines()[0]
    return str(_texts().part("yaml_problems").get(said, said))


def kind_of_value(value: Any) -> str:
    """Return a value as a sentence names it: a key of ``words`` for what has parts, else the value."""
    if isinstance(value, Mapping):
        return "@mapping"
    if value is None or isinstance(value, bool):
        return f"@{str(value).lower()}"
    return "@list" if isinstance(value, list | tuple) else str(value)


@lru_cache(maxsize=1)
def _texts() -> LocaleTexts:
    return LocaleTexts.read(TEXTS)


def _shown(texts: LocaleTexts, value: Any) -> str:
    if isinstance(value, date):
        return day(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_shown(texts, part) for part in value)
    text = str(value)
    return str(texts.part("words").get(text[1:], text)) if text.startswith("@") else text


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return str(value).removeprefix("@")
