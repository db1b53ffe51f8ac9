"""Find the people a message names: relatives, the writer, everybody, somebody in general.

Whose a fact is, is decided in :mod:`rules.facts.attribution`; here only who is named, and where.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from core.vietnamese.ages import read_age
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
class _Heading:
    """What a pattern of ``lexicon/people.yaml`` names and under which neighbours."""

    role: Role
    ids: tuple[str, ...] = ()
    sex: str = ""
    age: str = ""
    shy: bool = False
    owned: bool = False
    may_be_self: bool = False
    grown_too: bool = False
    needs_prev: bool = False
    rank: int = 0
    next: frozenset[str] = frozenset()
    prev: frozenset[str] = frozenset()
    never_next: frozenset[str] = frozenset()
    never_prev: frozenset[str] = frozenset()
    never_then: frozenset[str] = frozenset()
    child_next: frozenset[str] = frozenset()
    sure_next: frozenset[str] = frozenset()


class PeopleReader:
    """Reads namings by the lexicon of people."""

    def __init__(self, data: Mapping[str, object]) -> None:
        macros = {k: str(v) for k, v in _map(data["macros"]).items()}
        self._book: PatternBook[_Heading] = PatternBook(macros)
        for rank, (heading, patterns) in enumerate(_headings(data)):
            for pattern in patterns:
                self._book.add(pattern, replace(heading, rank=rank))

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
    before, after = _folded(words, match.start - 1), _after(words, match.end)
    neighbours = _after(words, match.start + 1) if heading.owned else after
    if before in heading.never_prev or neighbours & heading.never_next:
        return None
    if heading.owned and after & heading.never_then:
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
        return before in heading.prev
    if not is_bare(words[match.start]) and heading.ids != (SELF,):
        return True
    least = _ELDER_FROM if heading.age == "elder" or heading.ids == (SELF,) else 0
    return bool(after & heading.next) or before in heading.prev or _age_after(words, match.end, least) is not None


def _age_after(words: Sequence[Word], at: int, least: int = 0, within: int = 4) -> int | None:
    """Return the age said in the next words of the sentence, a bare number only right behind the naming."""
    for here in range(at, min(at + within, len(words))):
        if words[here].ends_sentence:
            return None
        age = read_age(words, here)
        if age is not None and (age.has_unit or (here == at and words[at].is_number)):
            years = age.high if age.low is None else age.low
            return years if years is not None and years >= least else None
    return None


def _young_or_self(
    words: Sequence[Word], match: Found[_Heading], before: str, after: frozenset[str], today: date
) -> Naming | None:
    years = _age_after(words, match.end, within=14)
    if years is None and "sinh" in after:
        years = _years_since_birth(words, match.end, today)
    if years is not None:
        is_child = years < _ADULT_FROM
    elif before in match.meaning.prev or after & match.meaning.child_next:
        is_child = True
    elif after & match.meaning.next and (_cannot_be_still(words[match.start]) or after & match.meaning.sure_next):
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
        yield _Heading(Role.PERSON, ids, "", str(group["age"])), _owned_too(_texts(group["heads"]))
    for line in _list(data["back"]):
        yield _Heading(Role.BACK, sex=str(_map(line)["sex"])), _texts(_map(line)["heads"])
    yield _Heading(Role.EVERYONE, ("grandfather", "grandmother"), age="elder"), _texts(data["both_elders"])
    for role, key in ((Role.EVERYONE, "everyone"), (Role.HOUSEHOLD, "household"), (Role.ASKING, "asking")):
        yield _Heading(role), _texts(data[key])
    someone, young, elder = (_map(data[k]) for k in ("someone", "young_or_self", "elder_self"))
    yield _Heading(Role.SOMEONE, never_prev=_set(someone["never_prev"])), _texts(someone["heads"])
    yield (
        _Heading(Role.PERSON, may_be_self=True, next=_set(young["self_next"]), prev=_set(young["child_prev"])),
        _texts(young["heads"]),
    )
    yield (
        _Heading(Role.PERSON, (SELF,), age="adult", shy=True, next=_set(elder["next"])),
        _texts(elder["heads"]),
    )


def _person(line: Mapping[str, object]) -> Iterable[tuple[_Heading, list[str]]]:
    ids, sex, age = (str(line["id"]),), str(line.get("sex", "")), str(line["age"])
    sides = {k: _set(line.get(k)) for k in ("next", "prev", "never_next", "never_prev", "never_then")}
    heads, shy = _texts(line.get("heads")), _texts(line.get("shy"))
    yield _Heading(Role.PERSON, ids, sex, age, **sides), heads
    yield _Heading(Role.PERSON, ids, sex, age, shy=True, **sides), shy
    if ids != (SELF,):
        with_owner = [f"{h} $owner" for h in heads + shy + _texts(line.get("owned"))]
        grown = _texts(line.get("grown_too"))
        grown += [f"{h} $owner" for h in grown + _texts(line.get("grown_owned"))]
        yield _Heading(Role.PERSON, ids, sex, age, owned=True, grown_too=True, **sides), grown
        yield _Heading(Role.PERSON, ids, sex, age, owned=True, **sides), with_owner
    asked_for = _Heading(Role.PERSON, ids, sex, age, shy=True, needs_prev=True, prev=_FOR)
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
