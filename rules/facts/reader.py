"""Read the facts out of what a citizen writes: every fact of the vocabulary, in any spelling, by phrases kept as data.

Nothing is invented: what is asked, supposed, wished for or heard of is no fact, and a number counts only where its
unit or its place says what it numbers.

*Không nghèo* alone reads as ``other`` unless the message says near-poor: people use it for being on neither list, and
what was understood is said back, so it can be set right. *Không có lương hưu* alone speaks of the pension only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

from core.vietnamese.words import Word
from rules.facts.answers import AnswerReader, bare_number
from rules.facts.attribution import Attribution
from rules.facts.benefits_asked import BenefitReader
from rules.facts.corrections import CorrectionReader
from rules.facts.deaths import DeathReader
from rules.facts.frames import FrameReader, Polarity
from rules.facts.localities import LocalityReader, PlaceList, home
from rules.facts.patterns import Found, Slot
from rules.facts.people import PeopleReader, Role
from rules.facts.phrasebook import FactPhrases, FactShapes, Meaning, Phrasebook, Raw, load_yaml
from rules.facts.quantities import read_slots
from rules.facts.reading import Answer, Mention, Pending, Reading, ReadingContext
from rules.facts.spelling import Speller, SpellingTable
from rules.facts.statements import Statement, judged, settled

LEXICON = Path(__file__).with_name("lexicon")
_NOBODY = ReadingContext()
# Letters that some program on the way wrote as codes: their digits number nothing.
_ESCAPED = re.compile(r"(?:\\u[0-9a-f]{4})|&#x?[0-9a-f]+;", re.IGNORECASE)


def _blank(found: re.Match[str]) -> str:
    """Return as many spaces, so that every word still points at what was written."""
    return " " * len(found.group())


class FactReader:
    """Reads messages by a lexicon; built once, safe to share between threads."""

    def __init__(self, vocabulary: FactShapes, lexicon_dir: Path | None, places: PlaceList) -> None:
        lexicon = lexicon_dir or LEXICON
        macros = {k: str(v) for k, v in load_yaml(lexicon / "macros.yaml").items()}
        facts = [load_yaml(path) for path in sorted((lexicon / "facts").glob("*.yaml"))]
        self._phrases = Phrasebook(vocabulary, facts, macros)
        self._people = PeopleReader(load_yaml(lexicon / "people.yaml"))
        self._localities = LocalityReader(places)
        self._frames = FrameReader(load_yaml(lexicon / "frames.yaml"))
        self._answers = AnswerReader(load_yaml(lexicon / "answers.yaml"), self._phrases, macros)
        self._benefits = BenefitReader(load_yaml(lexicon / "benefits.yaml"), macros)
        self._corrections = CorrectionReader(load_yaml(lexicon / "corrections.yaml"))
        self._deaths = DeathReader(load_yaml(lexicon / "people.yaml"))
        parts = (
            self._people,
            self._localities,
            self._frames,
            self._answers,
            self._benefits,
            self._corrections,
            self._deaths,
        )
        known = self._phrases.book.vocabulary.union(*(part.vocabulary for part in parts))
        self._speller = Speller(SpellingTable.from_data(load_yaml(lexicon / "spelling.yaml")), known)

    def read(
        self, text: str, *, today: date, pending: Pending | None = None, context: ReadingContext | None = None
    ) -> Reading:
        """Return what *text* says; *pending* is the question it answers, *context* whom the talk is about.

        Never raises, whatever the text. Relative days count from *today*.
        """
        words = self._speller.read(_ESCAPED.sub(_blank, text))
        if not words:
            return Reading()
        return _Message(self, text, words, today, pending, context or _NOBODY).reading()


class _Message:
    """One message on its way to a :class:`Reading`."""

    def __init__(
        self,
        reader: FactReader,
        text: str,
        words: list[Word],
        today: date,
        pending: Pending | None,
        context: ReadingContext,
    ) -> None:
        self.reader, self.words, self.pending, self.context = reader, words, pending, context
        self.localities = reader._localities.read(words)
        in_places = {i for place in self.localities for i in range(place.start, place.end)}
        people = reader._people.read(words, today=today, names=_names(text, words), taken=in_places)
        self.slots = read_slots(words, people, today=today)
        self.frames = reader._frames.read(words)
        ages = {s.start: _years(s) for told in self.slots.values() for s in told if s.kind in ("age", "bare")}
        if pending is not None:
            people = [n for n in people if n.role is not Role.SOMEONE]
        ba_is_father = reader._speller.is_southern(text) or reader._people.speaks_of_father(words)
        self.attribution = Attribution(words, people, context, ages, ba_is_father=ba_is_father)
        found = settled(reader._phrases.book.search(words, self.slots))
        self.taken: set[int] = set()
        self.found = [f for f in found if f.used.isdisjoint(in_places) and not self._only_stresses(f, found)]

    def _only_stresses(self, found: Found[Meaning], everything: Sequence[Found[Meaning]]) -> bool:
        """``không có lương hưu gì hết`` denies the pension with stress, and nothing besides."""
        if not found.meaning.is_lack or self.words[found.start].folded != "gi":
            return False
        return any(f.end == found.start and f.meaning.is_topic and not f.meaning.is_lack for f in everything)

    def reading(self) -> Reading:
        statements = judged(self.found, self.frames, self.attribution)
        told = {i for s in statements for i in s.used}
        self.taken = told | _denials(statements, self.words)
        correction = self.reader._corrections.read(self.words, self.slots, self.attribution)
        answer = self._answer(statements, correction.used)
        mentions = [self._mention(s, is_correction=correction.is_correction) for s in statements]
        mentions = _distinct(mentions, corrected_at=correction.last_at)
        mentions = self._as_asked(mentions)
        mentions += self._answered(mentions, answer, correction.is_correction)
        mentions = _of_the_parent(mentions)
        place = home(self.localities)
        if place is not None and place.former is not None:
            span = (self.words[place.start].start, self.words[place.end - 1].end)
            mentions.append(Mention(None, "former_province", place.former, span))
        people = self._people(statements)
        return Reading(
            mentions=tuple(mentions),
            people=people,
            focus=self.attribution.focus(people, but_not=tuple(r.moved_to for r in correction.retracted)),
            benefits=self.reader._benefits.read(self.words, self.slots, _masked(statements)),
            province=place.province if place else None,
            former_province=place.former if place else None,
            answer=answer,
            is_correction=correction.is_correction,
            retracted=correction.retracted,
            dead=self.reader._deaths.read(self.words, self.attribution.people),
            day_of_birth=self._day_of_birth(mentions),
        )

    def _as_asked(self, mentions: list[Mention]) -> list[Mention]:
        """*hợp đồng hai năm* tells of the contract that was asked for."""
        if self.pending is None or self.pending.fact != "abroad_contract_months":
            return mentions
        fact = self.pending.fact
        return [replace(m, fact=fact) if m.fact == "labour_contract_months" else m for m in mentions]

    def _day_of_birth(self, mentions: Sequence[Mention]) -> str | None:
        """``tháng 3 á`` when the birth was asked for: the day or month of a year told before."""
        if self.pending is None or self.pending.fact not in _BIRTH or any(m.fact in _BIRTH for m in mentions):
            return None
        told = (s.value for at in sorted(self.slots) for s in self.slots[at] if s.kind == "yearless")
        return cast("str | None", next(told, None))

    def _people(self, statements: Sequence[Statement]) -> tuple[str, ...]:
        """Return the people spoken of: a relative only mentioned as dead or gone is none of them."""
        told = {s.person for s in statements}
        return tuple(p for p in self.attribution.mentioned if p in told or p in self.attribution.named)

    def _mention(self, statement: Statement, *, is_correction: bool) -> Mention:
        span = (self.words[statement.start].start, self.words[statement.end - 1].end)
        person = statement.person
        if person is None and self.pending is not None and not statement.is_household:
            person = self.pending.person
        return Mention(
            person,
            statement.fact,
            statement.value,
            span,
            is_correction,
            self._is_described(statement),
        )

    def _is_described(self, statement: Statement) -> bool:
        """Nobody's household or person in a message that asks: ``hộ nghèo được vay bao nhiêu``."""
        if statement.in_general:
            return True
        if statement.person is not None or self.pending is not None:
            return False
        if not statement.is_household and (self.context.current_person or not statement.phrases.general):
            return False
        return not self.attribution.speaks_of_somebody and not self.slots_hold("age") and self.frames.asks_somewhere()

    def slots_hold(self, kind: str) -> bool:
        """Tell whether any slot of *kind* was read."""
        return any(slot.kind == kind for slots in self.slots.values() for slot in slots)

    def _answer(self, statements: Sequence[Statement], correcting: frozenset[int]) -> Answer | None:
        answer = self.reader._answers.answer(self.words, self.taken, correcting)
        if answer is None and statements and all(s.value in (0, "none") for s in statements):
            answer = self.reader._answers.answer(self.words, (), correcting)
            return answer if answer == "no" else None  # ``hổng có đồng nào hết``: nothing of what was asked either
        return answer

    def _answered(self, mentions: Sequence[Mention], answer: Answer | None, is_correction: bool) -> list[Mention]:
        """Return what only the pending question makes of the message."""
        if self.pending is None:
            return self._corrected_number(mentions) if is_correction else []
        fact, person = self.pending.fact, self.pending.person
        phrases = self.reader._phrases.facts.get(fact) or FactPhrases(fact)
        if any(m.fact == fact for m in mentions):
            return []
        told = self._told_shortly(phrases, person, answer, mentions)
        if told is None:
            return []
        if is_correction and told[0] != "age_years" and _is_an_age(told[1]):
            return self._corrected_number(mentions)  # nobody raises 71 children: an age told before is meant
        asked = self.reader._phrases.facts.get(told[0], phrases)
        start, end = told[2]
        span = (self.words[start].start, self.words[end - 1].end)
        mention = Mention(None if asked.scope == "household" else person, told[0], told[1], span, is_correction)
        return [mention, *self._of_both_parents(mention)]

    def _of_both_parents(self, mention: Mention) -> list[Mention]:
        """``cả hai mất rồi`` answers for father and mother alike."""
        other = {"father_status": "mother_status", "mother_status": "father_status"}.get(mention.fact)
        both = any(n.role is Role.EVERYONE for n in self.attribution.people)
        return [replace(mention, fact=other)] if other and both else []

    def _told_shortly(
        self, phrases: FactPhrases, person: str, answer: Answer | None, mentions: Sequence[Mention]
    ) -> tuple[str, Raw, tuple[int, int]] | None:
        whole = (0, len(self.words))
        if answer in ("dont_know", "skip"):
            return None
        if answer == "no" and phrases.no is not None:
            return phrases.fact, phrases.no, whole
        short = self.reader._answers.value(self.words, self.slots, phrases, self.taken)
        if short is not None:
            return short
        number = self._told_as_number(phrases, person, mentions)
        if number is not None:
            return number
        return (phrases.fact, phrases.yes, whole) if answer == "yes" and phrases.yes is not None else None

    def _told_as_number(
        self, phrases: FactPhrases, person: str, mentions: Sequence[Mention]
    ) -> tuple[str, Raw, tuple[int, int]] | None:
        if mentions or (self.frames.asks_somewhere() and not self._ends_in_a_span()):
            return None
        age = next((n.age for n in self.attribution.people if person in n.ids), _age_of(person))
        return bare_number(self.words, self.slots, phrases, age)

    def _ends_in_a_span(self) -> bool:
        """``tầm bảy mấy`` ends in a number, not in a question."""
        ages = (s for slots in self.slots.values() for s in slots if s.kind in ("age", "bare"))
        return any(s.end == len(self.words) and isinstance(s.value, dict) for s in ages)

    def _corrected_number(self, mentions: Sequence[Mention]) -> list[Mention]:
        """``à nhầm, 74 thôi``: a number that corrects without a word of what it numbers is an age."""
        if mentions:
            return []
        phrases = self.reader._phrases.facts.get("age_years")
        told = bare_number(self.words, self.slots, phrases, "") if phrases else None
        if told is None:
            return []
        span = (self.words[told[2][0]].start, self.words[told[2][1] - 1].end)
        return [Mention(None, told[0], told[1], span, correction=True)]


_BIRTH = frozenset({"date_of_birth", "age_years"})
_PARENTS = {"mother_status": "mother", "father_status": "father"}
_GROWN_UP_YEARS = 40


def _of_the_parent(mentions: Sequence[Mention]) -> list[Mention]:
    """``mẹ tôi mất sức lao động, 76 tuổi`` speaks of the mother: no child's parent is meant by a writer of that age."""
    status = next((m for m in mentions if m.fact in _PARENTS and m.person == "self" and m.value != "dead"), None)
    ages = [m for m in mentions if m.fact == "age_years" and m.person in (None, "self")]
    if status is None or not any(isinstance(m.value, int) and m.value >= _GROWN_UP_YEARS for m in ages):
        return list(mentions)
    parent = _PARENTS[status.fact]
    return [replace(m, person=parent) if m in ages else m for m in mentions if m is not status]


def _is_an_age(value: Raw) -> bool:
    """Tell whether *value* is a number that counts years rather than anything asked for."""
    return isinstance(value, int) and 20 < value <= 120


def _years(slot: Slot) -> int | None:
    value = slot.value
    return value.get("min", value.get("max")) if isinstance(value, dict) else cast("int", value)


_ELDERS = frozenset({"mother", "father", "grandmother", "grandfather", "grandparent", "mother_in_law", "father_in_law"})


def _age_of(person: str) -> str:
    base = person.rstrip("0123456789_")
    return "elder" if base in _ELDERS else "child" if base in {"child", "grandchild", "nephew"} else ""


def _names(text: str, words: Sequence[Word]) -> set[int]:
    """Return the places of words that look like given names: capitals inside a sentence."""
    return {
        at
        for at, word in enumerate(words)
        if at and not words[at - 1].is_mark and word.kind == "word" and text[word.start].isupper()
        and text[word.start + 1 : word.end].islower() | (word.end - word.start == 1)
    }  # fmt: skip


def _masked(statements: Sequence[Statement]) -> set[int]:
    """Return the words that speak of benefits had or not had: they ask for none."""
    said = (s for s in statements if s.phrases.masks == "always" or (s.phrases.masks and s.polarity is Polarity.SAID))
    return {i for s in said for i in s.used}


def _denials(statements: Sequence[Statement], words: Sequence[Word]) -> set[int]:
    """Return the words before denied things: their *không* denies and answers nothing."""
    used: set[int] = set()
    for statement in statements:
        if statement.polarity is Polarity.DENIED:
            at = statement.start - 1
            while at >= 0 and not words[at].is_mark:
                used.add(at)
                at -= 1
    return used


def _distinct(mentions: Sequence[Mention], *, corrected_at: int) -> list[Mention]:
    """Keep one value for a fact of a person: what was said over what follows from a denial, the correction last."""
    kept: dict[tuple[str | None, str], Mention] = {}
    for mention in mentions:
        key = (mention.person, mention.fact)
        if key not in kept or (corrected_at > kept[key].span[0] and mention.span[0] >= corrected_at):
            kept[key] = mention
    return sorted(kept.values(), key=lambda m: m.span)
