"""Find the people a message names: relatives, the writer, everybody, somebody in general.

Whose a fact is, is decided in :mod:`rules.facts.attribution`; here only who is named, and where.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from core.vietnamese.ages import read_age, stands_alone
from core.vietnamese.dates import read_date
from core.vietnamese.words import Word, is_bare
from rules.facts.patterns import Found, PatternBook, Slot

SELF, CHILD = "self", "child"
_ADULT_FROM = 16
_ELDER_FROM = 30
_FOR = frozenset({"cho", "gium", "dum", "ho", "ve", "giup"})


class Role(Enum):
    """What a naming does for the facts around it."""

    PERSON = "person"
    EVERYONE = "everyone"
    BACK = "back"  # somebody named before: bà ấy, ổng
    SOMEONE = "someone"  # nobody in particular: người 76 tuổi
    HOUSEHOLD = "household"
    ASKING = "asking"  # the words of asking itself: cho em hỏi


@dataclass(frozen=True, slots=True)
class Naming:
    """One naming of one or several people by ``words[start:end]``."""

    role: Role
    ids: tuple[str, ...]
    start: int
    end: int
    sex: str = ""
    age: str = ""
    owned: bool = False


@dataclass(frozen=True)
class _Beside:
    """Accent-free neighbours, one word or two, that allow or forbid a reading."""

    next: frozenset[str] = frozenset()
    prev: frozenset[str] = frozenset()
    never_next: frozenset[str] = frozenset()
    never_prev: frozenset[str] = frozenset()
    never_then: frozenset[str] = frozenset()
    child_next: frozenset[str] = frozenset()
    sure_next: frozenset[str] = frozenset()
    exact_next: frozenset[str] = frozenset()

    @classmethod
    def of(cls, line: Mapping[str, object]) -> _Beside:
        """Read the neighbours of one entry."""
        return cls(
            next=_set(line.get("next", line.get("self_next"))),
            prev=_set(line.get("prev", line.get("child_prev"))),
            never_next=_set(line.get("never_next")),
            never_prev=_set(line.get("never_prev")),
            never_then=_set(line.get("never_then")),
            child_next=_set(line.get("child_next")),
            sure_next=_set(line.get("sure_next")),
            exact_next=_set(line.get("exact_next")),
        )


@dataclass(frozen=True)
class _Heading:
    """What a pattern of ``lexicon/people.yaml`` names and under which conditions."""

    role: Role
    ids: tuple[str, ...] = ()
    sex: str = ""
    age: str = ""
    beside: _Beside = _Beside()
    shy: bool = False
    owned: bool = False
    may_be_self: bool = False
    grown_too: bool = False
    needs_prev: bool = False
    rank: int = 0


class PeopleReader:
    """Reads namings by the lexicon of people."""

    def __init__(self, data: Mapping[str, object]) -> None:
        macros = {k: str(v) for k, v in _map(data["macros"]).items()}
        self._book: PatternBook[_Heading] = PatternBook(macros)
        self._fatherly: PatternBook[None] = PatternBook()
        for pattern in _texts(data["fatherly"]):
            self._fatherly.add(pattern, None)
        for rank, (heading, patterns) in enumerate(_headings(data)):
            for pattern in patterns:
                self._book.add(pattern, replace(heading, rank=rank))

    def speaks_of_father(self, words: Sequence[Word]) -> bool:
        """Tell whether something in *words* makes an accent-free *ba* the father (``di bo doi``)."""
        return any(True for _ in self._fatherly.search(words, {}))

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word with which people are named."""
        return self._book.vocabulary

    def read(
        self, words: Sequence[Word], *, today: date, names: Collection[int] = (), taken: Collection[int] = ()
    ) -> list[Naming]:
        """Return the namings in *words*, in order, none overlapping another; longer ones come first.

        *names* are places of words that look like given names, *taken* places that are something else.
        """
        used = set(taken)
        named: list[Naming] = []
        slots = {at: (Slot("name", at, at + 1, None),) for at in names}
        for match in sorted(self._book.search(words, slots), key=lambda f: (f.start - f.end, f.start, f.meaning.rank)):
            if used.isdisjoint(range(match.start, match.end)):
                naming = _naming(words, match, today)
                if naming is not None:
                    named.append(naming)
                    used.update(range(match.start, match.end))
        return sorted(named, key=lambda n: n.start)


def _naming(words: Sequence[Word], match: Found[_Heading], today: date) -> Naming | None:
    heading = match.meaning
    before, after = _before(words, match.start), _after(words, match.end)
    neighbours = _after(words, match.start + 1) if heading.owned else after
    if before in heading.beside.never_prev or neighbours & heading.beside.never_next:
        return None
    if heading.owned and after & heading.beside.never_then:
        return None
    if heading.may_be_self:
        return _young_or_self(words, match, before, after, today)
    if heading.shy and not _is_sure(words, match, before, after):
        return None
    age = _age_of_child(words, match) if heading.grown_too else heading.age
    return Naming(heading.role, heading.ids, match.start, match.end, heading.sex, age, heading.owned)


def _age_of_child(words: Sequence[Word], match: Found[_Heading]) -> str:
    """*con tôi* may be grown up: only an age told next settles it."""
    years = _age_after(words, match.end)
    return "" if years is None else "child" if years < _ADULT_FROM else "adult"


def _is_sure(words: Sequence[Word], match: Found[_Heading], before: str, after: frozenset[str]) -> bool:
    heading = match.meaning
    if heading.needs_prev:
        return before in heading.beside.prev
    if not is_bare(words[match.start]) and heading.ids != (SELF,):
        return True
    least = _ELDER_FROM if heading.age == "elder" or heading.ids == (SELF,) else 0
    beside = heading.beside
    if after & beside.next or before in beside.prev or (words[match.start].exact and after & beside.exact_next):
        return True
    near = 1 if is_bare(words[match.start]) and heading.ids == (SELF,) else 4
    return _age_after(words, match.end, least, within=near) is not None


def _age_after(words: Sequence[Word], at: int, least: int = 0, within: int = 4) -> int | None:
    """Return the age said in the next words of the sentence, a bare number only right behind the naming."""
    for here in range(at, min(at + within, len(words))):
        if words[here].ends_sentence:
            return None
        age = read_age(words, here)
        if age is not None and (age.has_unit or (here == at and words[at].is_number and stands_alone(words, age))):
            years = age.high if age.low is None else age.low
            return years if years is not None and years >= least else None
    return None


def _young_or_self(
    words: Sequence[Word], match: Found[_Heading], before: str, after: frozenset[str], today: date
) -> Naming | None:
    beside = match.meaning.beside
    years = _age_after(words, match.end, within=14)
    if years is None and "sinh" in after:
        years = _years_since_birth(words, match.end, today)
    if years is not None:
        is_child = years < _ADULT_FROM
    elif before in beside.prev or after & beside.child_next:
        is_child = True
    elif after & beside.next and (_cannot_be_still(words[match.start]) or after & beside.sure_next):
        is_child = False
    else:
        return None
    ids, age = ((CHILD,), "child") if is_child else ((SELF,), "adult")
    return Naming(Role.PERSON, ids, match.start, match.end, "", age)


def _cannot_be_still(word: Word) -> bool:
    """Without accents *con* may be *còn*, still; *cháu* has no such double."""
    return word.exact or word.folded != "con"


def _years_since_birth(words: Sequence[Word], at: int, today: date) -> int | None:
    for here in range(at + 1, at + 4):
        born = read_date(words, here, today=today)
        if born is not None:
            return today.year - int(born.iso[:4])
    return None


def _before(words: Sequence[Word], at: int) -> str:
    return "^" if at == 0 or words[at - 1].is_mark else words[at - 1].folded


def _after(words: Sequence[Word], at: int) -> frozenset[str]:
    """Return the word at *at* and that word with the next one: neighbours are given as one word or two."""
    first, second = _folded(words, at), _folded(words, at + 1)
    return frozenset({first, f"{first} {second}"})


def _folded(words: Sequence[Word], at: int) -> str:
    return words[at].folded if 0 <= at < len(words) else ""


def _headings(data: Mapping[str, object]) -> Iterable[tuple[_Heading, list[str]]]:
    for line in _list(data["persons"]):
        yield from _person(_map(line))
    for line in _list(data["groups"]):
        group = _map(line)
        ids = tuple(map(str, _list(group["ids"])))
        yield _Heading(Role.PERSON, ids, age=str(group["age"])), _owned_too(_texts(group["heads"]))
    for line in _list(data["back"]):
        yield _Heading(Role.BACK, sex=str(_map(line)["sex"])), _texts(_map(line)["heads"])
    yield _Heading(Role.EVERYONE, ("grandfather", "grandmother"), age="elder"), _texts(data["both_elders"])
    for role, key in ((Role.EVERYONE, "everyone"), (Role.HOUSEHOLD, "household"), (Role.ASKING, "asking")):
        yield _Heading(role), _texts(data[key])
    yield from _unnamed(*(_map(data[k]) for k in ("someone", "young_or_self", "elder_self")))


def _unnamed(
    someone: Mapping[str, object], young: Mapping[str, object], elder: Mapping[str, object]
) -> Iterable[tuple[_Heading, list[str]]]:
    yield _Heading(Role.SOMEONE, beside=_Beside.of(someone)), _texts(someone["heads"])
    yield _Heading(Role.PERSON, beside=_Beside.of(young), may_be_self=True), _texts(young["heads"])
    yield _Heading(Role.PERSON, (SELF,), age="adult", beside=_Beside.of(elder), shy=True), _texts(elder["heads"])


def _person(line: Mapping[str, object]) -> Iterable[tuple[_Heading, list[str]]]:
    """Yield the readings of one person's words: alone, shy, with an owner, grown up, asked for."""
    plain = _Heading(
        Role.PERSON, (str(line["id"]),), str(line.get("sex", "")), str(line["age"]), beside=_Beside.of(line)
    )
    heads, shy = _texts(line.get("heads")), _texts(line.get("shy"))
    yield plain, heads
    yield replace(plain, shy=True), shy
    if plain.ids != (SELF,):
        grown = _texts(line.get("grown_too"))
        grown += [f"{h} $owner" for h in grown + _texts(line.get("grown_owned"))]
        yield replace(plain, owned=True, grown_too=True), grown
        yield replace(plain, owned=True), [f"{h} $owner" for h in heads + shy + _texts(line.get("owned"))]
    in_order = [f"!{h} (hai|ba|tư|năm|sáu|bảy|tám|chín|mười|út)" for h in _texts(line.get("numbered"))]
    yield replace(plain, beside=_Beside(never_next=frozenset({"nay"}))), in_order
    yield replace(plain, owned=True), [f"{h} $owner" for h in in_order]
    asked_for = replace(plain, beside=_Beside(prev=_FOR), shy=True, needs_prev=True)
    yield asked_for, _texts(line.get("asked_for"))


def _owned_too(heads: list[str]) -> list[str]:
    return heads + [f"{h} $owner" for h in heads]


def _map(data: object) -> Mapping[str, object]:
    return data if isinstance(data, dict) else {}


def _list(data: object) -> list[object]:
    return data if isinstance(data, list) else []


def _texts(data: object) -> list[str]:
    return [str(d) for d in _list(data)]


def _set(data: object) -> frozenset[str]:
    return frozenset(_texts(data))
