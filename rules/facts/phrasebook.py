"""The phrases of every fact, as the lexicon holds them: what is said, which fact and value it means.

A fact's entry in ``lexicon/facts/*.yaml`` may hold

* ``values``: value -> phrases that say it; ``said``: the same for values that cannot be a key (spans);
* ``slots``: phrases with a ``<slot>`` whose content is the value;
* ``topic``: what the fact is about; beside an amount (or date, count) it takes that as its value, affirmed it
  means ``affirmed``, denied it means ``denied``;
* ``lacking``: words that speak of the fact only when denied (``không có khoản nào``);
* ``denied``: the value (or value -> value) when a phrase is negated;
* ``answers``: value -> short replies that count only while this fact is asked for; ``if_yes`` and ``if_no``: what plain
  yes and no mean then;
* ``suits``: whom it can be said of (``adult``, ``child``); ``relation: true`` when its phrases name a relative of
  the person, ``absorbs`` when the people inside its phrases
  are not spoken of further (``all``, or ``plain``: all but those in its slots);
* ``stands``: facts whose longer phrases may hold its words without taking them (``"*"``: all facts);
* ``asking_tells: true``: to ask about it tells it too; ``only_with``: words of which the message must hold some;
  ``masks``: its words ask for no benefit (``always``, or only when ``said``);
* ``acts_on_other: true``: said of the writer it is done to somebody else (*tôi nhận nuôi*); ``general: true``: in a
  question that names nobody it describes a sort of people (*trưởng thôn có thẻ miễn phí?*);
* ``of_house: true``, ``not_of_house: true``: not told where a person, or the household, is the subject;
* ``listed: true`` when several such things are denied in one breath (``không lương hưu, trợ cấp gì``).

``neutral`` phrases take their words and say nothing. ``compounds`` are words that belong together: a phrase that holds
only part of one (``lương`` of ``lương hưu``) is not meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import yaml

from rules.facts.patterns import PatternBook

Raw = bool | int | float | str | dict[str, int] | list[str]
_SLOT_OF_TYPE = {"money_vnd": "money", "int": "n", "date": "date", "percent": "percent"}
_NOTHING = object()


class FactShape(Protocol):
    """What the reader must know of a fact."""

    @property
    def scope(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def values(self) -> Mapping[str, str]: ...
    @property
    def multiple(self) -> bool: ...
    @property
    def vague(self) -> bool: ...


class FactShapes(Protocol):
    """The vocabulary as the reader sees it."""

    @property
    def facts(self) -> Mapping[str, FactShape]: ...


class LexiconError(Exception):
    """The lexicon holds something that the vocabulary does not know."""

    def __init__(self, fact: str, problem: str) -> None:
        self.fact, self.problem = fact, problem
        super().__init__(f"lexicon of {fact!r}: {problem}. Correct the lexicon or the vocabulary.")


@dataclass(frozen=True)
class FactPhrases:
    """How one fact is spoken of, its patterns aside."""

    fact: str
    scope: str = "person"
    type: str = "enum"
    multiple: bool = False
    vague: bool = False
    denied: Mapping[str, Raw] = field(default_factory=dict)
    affirmed: Raw | None = None
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    yes: Raw | None = None
    no: Raw | None = None
    suits: str = ""
    relation: bool = False
    absorbs: str = ""
    stands: frozenset[str] = frozenset()
    listed: bool = False
    asking_tells: bool = False
    needs_context: bool = False
    acts_on_other: bool = False
    general: bool = False
    of_house: bool = False
    not_of_house: bool = False
    masks: str = ""

    def when_denied(self, value: object) -> Raw | None:
        """Return what the denial of *value* says, None when it says nothing certain."""
        return self.denied.get(key_of(value), self.denied.get("*"))


@dataclass(frozen=True)
class Meaning:
    """What a matched pattern says: *value* of a fact, its slot's content, or only its topic."""

    phrases: FactPhrases
    value: Raw | None = None
    is_topic: bool = False
    from_slot: bool = False
    rank: int = 0
    is_neutral: bool = False
    is_lack: bool = False
    is_compound: bool = False
    is_context: bool = False
    relation: bool = False  # said of one's own relative, true of oneself: *chồng em là bộ đội*


def key_of(value: object) -> str:
    """Return *value* as it is written for a key in YAML."""
    return str(value).lower() if isinstance(value, bool) else str(value)


NEUTRAL = FactPhrases("")


class Phrasebook:
    """All fact phrases in one tree, and the facts they belong to."""

    def __init__(self, shapes: FactShapes, files: Iterable[Mapping[str, object]], macros: Mapping[str, str]) -> None:
        self.book: PatternBook[Meaning] = PatternBook(macros, counts=True)
        self.facts: dict[str, FactPhrases] = {}
        for entries in files:
            for fact, entry in entries.items():
                if fact == "neutral":
                    self._add(_texts(entry), Meaning(NEUTRAL, is_neutral=True))
                elif fact == "compounds":
                    self._add(_texts(entry), Meaning(NEUTRAL, is_neutral=True, is_compound=True))
                elif isinstance(entry, dict):
                    self._add_fact(fact, entry, shapes)

    def _add(self, patterns: Iterable[str], meaning: Meaning) -> None:
        for pattern in patterns:
            self.book.add(pattern, meaning)

    def _add_fact(self, fact: str, entry: Mapping[str, object], shapes: FactShapes) -> None:
        if fact not in shapes.facts:
            raise LexiconError(fact, "there is no such fact in the vocabulary")
        shape = shapes.facts[fact]
        phrases = _phrases(fact, entry, shape)
        self.facts[fact] = phrases
        for value, patterns in _values(entry, shape, fact):
            self._add(patterns, Meaning(phrases, value, rank=1))
        for value, patterns in _through_relatives(entry):
            self._add(patterns, Meaning(phrases, value, rank=1, relation=True))
        self._add(_texts(entry.get("slots")), Meaning(phrases, from_slot=True, rank=0))
        self._add(_texts(entry.get("lacking")), Meaning(phrases, is_topic=True, is_lack=True, rank=3))
        self._add(_texts(entry.get("only_with")), Meaning(phrases, is_context=True))
        self._add_topic(phrases, _texts(entry.get("topic")))

    def _add_topic(self, phrases: FactPhrases, topics: list[str]) -> None:
        slot = _SLOT_OF_TYPE.get(phrases.type)
        for topic in topics:
            self.book.add(topic, Meaning(phrases, is_topic=True, rank=3))
            if slot is not None:
                self.book.add(f"({topic}) ~~ <{slot}>", Meaning(phrases, from_slot=True, rank=0))
                self.book.add(f"<{slot}> ~ ({topic})", Meaning(phrases, from_slot=True, rank=2))


def _phrases(fact: str, entry: Mapping[str, object], shape: FactShape) -> FactPhrases:
    answers = entry.get("answers")
    return FactPhrases(
        fact=fact,
        scope=str(shape.scope),
        type=str(shape.type),
        multiple=shape.multiple,
        vague=shape.vague,
        denied=_denied(entry, str(shape.type)),
        affirmed=_raw(entry.get("affirmed")),
        answers={key_of(k): tuple(_texts(v)) for k, v in answers.items()} if isinstance(answers, dict) else {},
        yes=_raw(entry.get("if_yes", True if shape.type == "bool" else None)),
        no=_raw(entry.get("if_no", False if shape.type == "bool" else None)),
        suits=str(entry.get("suits", "")),
        relation=bool(entry.get("relation", False)),
        absorbs=str(entry.get("absorbs", "plain" if entry.get("relation") else "")).lower(),
        listed=bool(entry.get("listed", False)),
        asking_tells=bool(entry.get("asking_tells", False)),
        needs_context="only_with" in entry,
        masks=str(entry.get("masks", "")),
        of_house=bool(entry.get("of_house", False)),
        not_of_house=bool(entry.get("not_of_house", False)),
        general=bool(entry.get("general", False)),
        acts_on_other=bool(entry.get("acts_on_other", False)),
        stands=frozenset(_texts(entry.get("stands"))),
    )


def _denied(entry: Mapping[str, object], type_: str) -> Mapping[str, Raw]:
    told = entry.get("denied", _NOTHING)
    if told is _NOTHING:
        return {"true": False} if type_ == "bool" else {}
    if isinstance(told, dict) and not {"min", "max"} & set(told):
        return {key_of(k): v for k, v in told.items()}
    raw = _raw(told)
    return {} if raw is None else {"*": raw}


def _values(entry: Mapping[str, object], shape: FactShape, fact: str) -> Iterable[tuple[Raw, list[str]]]:
    values = entry.get("values")
    for value, patterns in values.items() if isinstance(values, dict) else ():
        if shape.type == "enum" and str(value) not in shape.values and "see" not in shape.values:
            raise LexiconError(fact, f"there is no value {value!r}")
        yield value, _texts(patterns)
    for line in _list(entry.get("said")):
        if isinstance(line, dict) and (value := _raw(line["value"])) is not None:
            yield value, _texts(line["phrases"])


def _through_relatives(entry: Mapping[str, object]) -> Iterable[tuple[Raw, list[str]]]:
    values = entry.get("through_relatives")
    for value, patterns in values.items() if isinstance(values, dict) else ():
        yield value, _texts(patterns)


def _raw(data: object) -> Raw | None:
    return data if isinstance(data, bool | int | float | str | dict | list) else None


def _list(data: object) -> list[object]:
    return data if isinstance(data, list) else []


def _texts(data: object) -> list[str]:
    return [str(d) for d in _list(data)]


def read_yaml(path: Path) -> object:
    """Read one YAML file, quickly where the C parser is there."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe loaders


def load_yaml(path: Path) -> dict[str, object]:
    """Read one lexicon file, a mapping."""
    data = read_yaml(path)
    return data if isinstance(data, dict) else {}
