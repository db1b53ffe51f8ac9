"""Phrases that decide what a message is about, where facts and intents do not (``dialogue/phrases/cues.yml``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from actions.phrasebook import FOLDER
from actions.ports import FactId, PersonId, Raw
from core.vietnamese.text import fold, nfc
from dialogue.components.lexicon import Phrases
from dialogue.components.spelling import Spelling


@dataclass(frozen=True)
class Cues:
    """What hints at paperwork, at private matters, at a fact that is not told, at a certificate that is missing."""

    procedure: Phrases
    age: Phrases
    turning: Sequence[str]
    question: Phrases
    cards: Phrases
    what_of: Phrases
    private: Phrases
    not_yet: Phrases
    hints: Mapping[FactId, Phrases]
    no_certificate: Mapping[FactId, Phrases]
    makes_subject: frozenset[FactId]
    spouses: frozenset[PersonId]
    may_be: Mapping[PersonId, Sequence[PersonId]]
    new_topic: Phrases
    asks: Phrases
    # Of what was told before, another fact is told by the same words.
    meant_after: Mapping[FactId, Mapping[str, Any]]
    follows: Sequence[Mapping[str, Any]]

    @classmethod
    def load(cls, spelling: Spelling, path: Path = FOLDER / "phrases" / "cues.yml") -> Cues:
        """Read the phrases."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(
            turning=data["turning"],
            procedure=Phrases(spelling, data["procedure"]),
            age=Phrases(spelling, data["age"]),
            question=Phrases(spelling, data["question"]),
            cards=Phrases(spelling, data["cards"]),
            what_of=Phrases(spelling, data["what_of"]),
            private=Phrases(spelling, data["private"]),
            not_yet=Phrases(spelling, data["not_yet"]),
            hints={fact: Phrases(spelling, patterns) for fact, patterns in data["hints"].items()},
            makes_subject=frozenset(data["makes_subject"]),
            spouses=frozenset(data["spouses"]),
            may_be=data["may_be"],
            new_topic=Phrases(spelling, data["new_topic"]),
            asks=Phrases(spelling, data["asks"]),
            meant_after=data["meant_after"],
            follows=data["follows"],
            no_certificate={fact: Phrases(spelling, p) for fact, p in data["no_certificate"].items()},
        )

    def without_turning(self, text: str) -> str:
        """Return *text* without the words by which it turns to someone or something else.

        Without accents only several words count: ``con`` alone is a child.
        """
        written = nfc(text.lstrip()).lower()
        for words in self.turning:
            if written.startswith(f"{words} ") or (" " in words and fold(written).startswith(f"{fold(words)} ")):
                return nfc(text.lstrip())[len(words) :].lstrip()
        return text

    def hinted(self, text: str) -> list[FactId]:
        """Return the facts that *text* speaks of."""
        return [fact for fact, phrases in self.hints.items() if phrases.occur_in(text)]

    def meant(self, fact: FactId, known: Mapping[FactId, Raw]) -> FactId:
        """Return the fact that is told by the words of *fact* once *known* was told."""
        rule = self.meant_after.get(fact)
        told = rule is not None and any(known.get(name) == value for name, value in rule["where"].items())
        return str(rule["fact"]) if rule is not None and told else fact

    def following(self, known: Mapping[FactId, Raw]) -> list[tuple[FactId, Raw]]:
        """Return the facts not told that follow from *known*."""
        return [
            (str(rule["fact"]), rule["value"])
            for rule in self.follows
            if rule["fact"] not in known and all(known.get(name) in values for name, values in rule["from"].items())
        ]

    def without_certificate(self, text: str, asked: FactId | None) -> FactId | None:
        """Return the fact that *text* says there is no certificate for, *asked* being the pending question."""
        if asked in self.no_certificate and self.not_yet.occur_in(text):
            return asked
        return next((fact for fact, phrases in self.no_certificate.items() if phrases.occur_in(text)), None)
