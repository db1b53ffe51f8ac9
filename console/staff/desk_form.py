"""What the desk's page sends: the story, what was filled in by hand so far, and the one thing done just now."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from console.forms import FieldError, Form, day, words
from console.staff.desk_case import HOUSEHOLD, MOST_PEOPLE, MOST_STORY, SELF, ByPerson, DeskCases
from console.staff.places import known_province
from rules.errors import InvalidFacts
from rules.facts.vocabulary import Vocabulary
from rules.places import Places

_FORM: Final = Form(
    words("story", longest=MOST_STORY, required=False),
    day("as_of", required=False),
    words("province", longest=40, required=False),
    words("by_hand", longest=20_000, required=False),
    words("loans", longest=4, required=False),
    words("remove", longest=120, required=False),
    words("set", longest=200, required=False),
    words("add_person", longest=40, required=False),
    words("drop_person", longest=40, required=False),
    words("fact", longest=120, required=False),
    words("words", longest=300, required=False),
    words("ask", longest=120, required=False),
    words("asked", longest=120, required=False),
    words("about", longest=40, required=False),
    words("ask_fact", longest=80, required=False),
    words("skip", longest=120, required=False),
    words("skipped", longest=8000, required=False),
)
_PERSON: Final = re.compile(r"[a-z][a-z_0-9]{0,29}")
_MOST_FACTS: Final = 400
_MOST_SKIPPED: Final = 60
_SEVERAL: Final = frozenset({"child", "brother", "sister", "grandchild", "uncle", "aunt"})  # kinds one may have more of


@dataclass(frozen=True, slots=True)
class Sent:
    """One form as it was sent, read and checked.

    ``asked`` is the key (``person:fact``) of the question staff chose themselves, empty where the best one is asked;
    ``skipped`` are keys the caller cannot answer; ``about`` is whom staff fill something in for;
    ``not_understood`` a key and the words that say nothing of it.
    """

    story: str
    as_of: date | None
    province: str | None
    by_hand: ByPerson
    with_loans: bool
    errors: Mapping[str, FieldError]
    not_understood: tuple[str, str] | None = None
    asked: str = ""
    skipped: tuple[str, ...] = ()
    about: str = ""


class DeskForm:
    """Reads what the page sent."""

    def __init__(self, cases: DeskCases, vocabulary: Vocabulary, places: Places) -> None:
        self._cases, self._vocabulary, self._places = cases, vocabulary, places

    def read(self, data: Mapping[str, Any], *, today: date) -> Sent:
        """Return what was sent, with what was done just now taken in."""
        filled = _FORM.read(data)
        sent = {name: filled.values.get(name) for name in _FORM.fields}
        by_hand = self._by_hand(sent["by_hand"])
        self._remove(by_hand, sent["remove"])
        self._choose(by_hand, sent["set"])
        by_hand.pop(sent["drop_person"] or "", None)
        if sent["add_person"] and _PERSON.fullmatch(sent["add_person"]) and len(by_hand) < MOST_PEOPLE:
            by_hand.setdefault(self._new(sent["add_person"], by_hand, sent["story"] or "", today), {})
        missed = self._write(by_hand, sent["fact"], sent["words"], today)
        skipped = self._skipped(sent["skipped"], sent["skip"])
        return Sent(
            sent["story"] or "",
            sent["as_of"],
            known_province(self._places, sent["province"]),
            by_hand,
            bool(sent["loans"]),
            filled.errors,
            missed,
            self._asked(sent, by_hand, skipped),
            skipped,
            sent["about"] or "",
        )

    def _asked(self, sent: Mapping[str, Any], by_hand: ByPerson, skipped: tuple[str, ...]) -> str:
        """Return the key staff chose to ask for, until it is answered or skipped."""
        if sent["ask_fact"]:
            return self._owned(sent["about"], sent["ask_fact"])
        if sent["ask"] is not None:
            return sent["ask"] if all(self._key(sent["ask"])) else ""
        person, fact = self._key(sent["asked"])
        is_answered = by_hand.get(person, {}).get(fact) is not None
        return "" if not person or is_answered or f"{person}:{fact}" in skipped else f"{person}:{fact}"

    def _new(self, kind: str, by_hand: ByPerson, story: str, today: date) -> str:
        """Return the id of one more *kind*: a second child is ``child_2``, a second mother is the one there is."""
        known = {*by_hand, *self._cases.told(story, {}, today=today).facts}
        if kind not in known or kind not in _SEVERAL:
            return kind
        return next(name for name in (f"{kind}_{number}" for number in range(2, 40)) if name not in known)

    def _owned(self, person: str | None, fact: str) -> str:
        if fact not in self._vocabulary.facts:
            return ""
        owner = HOUSEHOLD if self._vocabulary.facts[fact].scope == "household" else person or SELF
        return ":".join(self._key(f"{owner}:{fact}"))

    def _skipped(self, before: str | None, now: str | None) -> tuple[str, ...]:
        """Return the keys that the caller cannot answer, each once."""
        keys = [key for key in [*(before or "").split(), now or ""] if all(self._key(key))]
        return tuple(dict.fromkeys(keys))[:_MOST_SKIPPED]

    def _by_hand(self, text: str | None) -> dict[str, dict[str, Any]]:
        """Return what was filled in before; what is no fact of ours is dropped."""
        try:
            found = json.loads(text or "{}")
        except ValueError:
            return {}
        if not isinstance(found, dict):
            return {}
        kept = {
            person: {fact: value for fact, value in facts.items() if self._is_fact(fact, value)}
            for person, facts in list(found.items())[: MOST_PEOPLE + 1]
            if _PERSON.fullmatch(str(person)) and isinstance(facts, dict)
        }
        return kept if sum(len(facts) for facts in kept.values()) <= _MOST_FACTS else {}

    def _is_fact(self, fact: str, value: Any) -> bool:
        if fact not in self._vocabulary.facts:
            return False
        try:
            if value is not None:
                self._vocabulary.parse(fact, value)
        except InvalidFacts:
            return False
        return True

    def _remove(self, by_hand: dict[str, dict[str, Any]], key: str | None) -> None:
        person, fact = self._key(key)
        if person:
            by_hand.setdefault(person, {})[fact] = None

    def _choose(self, by_hand: dict[str, dict[str, Any]], key: str | None) -> None:
        head, _, value = (key or "").rpartition("=")
        person, fact = self._key(head)
        if not person:
            return
        definition = self._vocabulary.facts[fact]
        raw: Any = value == "true" if definition.type == "bool" else [value] if definition.multiple else value
        if self._is_fact(fact, raw):
            by_hand.setdefault(person, {})[fact] = raw

    def _write(
        self, by_hand: dict[str, dict[str, Any]], key: str | None, text: str | None, today: date
    ) -> tuple[str, str] | None:
        """Take in an answer in words; return its key and the words where they say nothing of the fact."""
        person, fact = self._key(key)
        if not person or not text or not text.strip():
            return None
        try:
            by_hand.setdefault(person, {})[fact] = self._cases.answer(fact, person, text, today=today)
        except InvalidFacts:
            return f"{person}:{fact}", text
        return None

    def _key(self, key: str | None) -> tuple[str, str]:
        person, _, fact = (key or "").partition(":")
        known = _PERSON.fullmatch(person) and fact in self._vocabulary.facts
        return (person, fact) if known else ("", "")
