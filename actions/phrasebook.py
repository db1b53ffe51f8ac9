"""The sentences of the dialogue, by key: ``dialogue/domain`` and ``dialogue/phrases`` hold them, Python none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent.parent / "dialogue"


class UnknownPhrase(Exception):
    """A sentence was asked for that nobody has written."""

    def __init__(self, key: str, where: str) -> None:
        self.key, self.where = key, where
        super().__init__(f"There is no phrase {key!r} in {where}. Write it there, with its placeholders.")


def capitalised(text: str) -> str:
    """Return *text* with its first letter in upper case."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Phrasebook:
    """Sentences with ``{placeholders}``, names of people, half-sentences of facts."""

    responses: Mapping[str, str]
    people: Mapping[str, Any]
    facts: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Phrasebook:
        """Read every sentence below *folder* (the ``dialogue`` directory)."""
        responses: dict[str, str] = {}
        for path in sorted((folder / "domain").glob("*.yml")):
            for key, variants in (_read(path).get("responses") or {}).items():
                responses[key] = variants[0]["text"]
        phrases = folder / "phrases"
        return cls(responses, _read(phrases / "people.yml"), _read(phrases / "facts.yml"))

    def say(self, key: str, **values: object) -> str:
        """Return the sentence *key* (without ``utter_``) with its values; how the citizen is addressed is known."""
        sentence = self.responses.get(f"utter_{key}")
        if sentence is None:
            raise UnknownPhrase(f"utter_{key}", "dialogue/domain")
        you = str(values.pop("you", self.you))
        known = {"you": you, "You": capitalised(you), **values}
        return sentence.format_map(known)

    @property
    def you(self) -> str:
        """How the citizen is addressed unless she showed otherwise."""
        return str(self.people["address"]["default"])

    @property
    def notice_version(self) -> int:
        """The version of the notice on data."""
        return int(self.people["notice_version"])

    def person(self, person: str) -> str:
        """Return how *person* (``mother``, ``child_2``) is called in a reply."""
        kind, _, number = person.rpartition("_") if person[-1:].isdigit() else (person, "", "")
        names: Mapping[str, str] = self.people["people"]
        name = names.get(kind, names["other"]).format(you=self.you)
        return self.people["another"].format(person=name, number=number) if number else name

    def is_grown_up(self, person: str) -> bool:
        """Tell whether *person* cannot be a child."""
        return person.rstrip("0123456789_") in self.people["grown_up"]

    def fact(self, fact: str) -> Mapping[str, str]:
        """Return the half-sentences of *fact*, by the value they stand for; empty where none is written."""
        return {_key(k): str(v) for k, v in (self.facts["facts"].get(fact) or {}).items()}

    def choice(self, fact: str, value: str) -> str | None:
        """Return the short title of *value* as a choice, or ``None``."""
        titles = {_key(k): str(v) for k, v in (self.facts["choices"].get(fact) or {}).items()}
        return titles.get(value)

    def find_out(self, fact: str) -> str | None:
        """Return the key of the advice on how to find *fact* out, or ``None``."""
        advice = self.facts["find_out"].get(fact)
        return str(advice) if advice else None

    def question(self, fact: str, person: str) -> str | None:
        """Return how *fact* of *person* is asked here, or ``None`` for the vocabulary's own wording."""
        words = self.facts["questions"].get(fact)
        name = self.person(person)
        return str(words).format(person=name, Person=capitalised(name)) if words else None

    def range(self, kind: str, **values: object) -> str:
        """Return a rough value (``at_least``, ``at_most``, ``between``) in words."""
        return str(self.facts["ranges"][kind]).format_map(values)


def _key(key: object) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
