"""Decide whose a fact is: the person named last before it, the owner named behind it, or nobody said.

Words of asking (*cho em hỏi*) name nobody. A fact that only an adult or only a child can have passes over people of
the other sort. *bà ấy*, *ổng* lead back to who was spoken of.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from core.vietnamese.words import OneOf, Word
from rules.facts.people import CHILD, SELF, Naming, Role
from rules.facts.reading import ReadingContext

_OF = OneOf("của")
_SURVIVORS = OneOf("tuất")
_FOR = OneOf("cho", "về", "giùm", "dùm", "hộ", "giúp")
_ASKS = frozenset(["hoi", "xin", "lam", "the", "cap", "vay", "ky", "do", "van", "tra", "nop", "hop", "che"])
_ME = frozenset({"em", "toi", "minh", "con", "chau", "to", "tao"})
_ELDERS = {
    "f": ("mother", "mother_in_law", "aunt", "neighbour"),
    "m": ("father", "father_in_law", "uncle", "neighbour"),
}
# Who is meant by *ổng* where only a woman was spoken of, and by *bả* where only a man was.
_PARTNERS = {
    ("mother", "m"): "father",
    ("father", "f"): "mother",
    ("grandmother", "m"): "grandfather",
    ("grandfather", "f"): "grandmother",
    ("mother_in_law", "m"): "father_in_law",
    ("father_in_law", "f"): "mother_in_law",
    ("aunt", "m"): "uncle",
    ("uncle", "f"): "aunt",
}
_WOMEN = frozenset({"mother", "grandmother", "mother_in_law", "aunt", "sister", "wife", "daughter_in_law"})
_MEN = frozenset({"father", "grandfather", "father_in_law", "uncle", "brother", "husband", "son_in_law"})
SOMEONE = "someone"
_OLD, _GROWN, _VERY_OLD = 65, 16, 90


@dataclass(frozen=True)
class Whose:
    """The people a fact is said of (empty: nobody named), and whether only in general."""

    ids: tuple[str, ...]
    in_general: bool = False


class Attribution:
    """Knows who is spoken of at each word of one message."""

    def __init__(
        self,
        words: Sequence[Word],
        people: Sequence[Naming],
        context: ReadingContext,
        ages: Mapping[int, int | None],
        *,
        ba_is_father: bool = False,
    ) -> None:
        self._words, self._ages, self._ba_is_father = words, ages, ba_is_father
        self._current, self._known = context.current_person, context.known_people
        self.people = self._settled(people)
        self._absorbed: set[int] = set()

    def absorb(self, used: Collection[int]) -> None:
        """Take the people named by *used* words as part of a phrase: nothing further is said of them."""
        self._absorbed.update(used)

    @property
    def _subjects(self) -> list[Naming]:
        return [
            n
            for n in self.people
            if n.role not in (Role.ASKING, Role.HOUSEHOLD) and not self._absorbed.issuperset(range(n.start, n.end))
        ]

    @property
    def named(self) -> tuple[str, ...]:
        """Everybody the message names, in order, each once."""
        ids = [person for n in self._subjects if n.role is Role.PERSON for person in n.ids]
        return tuple(dict.fromkeys(ids))

    @property
    def speaks_of_somebody(self) -> bool:
        """Tell whether the message names a person or a household, not only people in general."""
        return any(n.role not in (Role.SOMEONE, Role.ASKING) for n in self.people)

    @property
    def mentioned(self) -> tuple[str, ...]:
        """Everybody the message names, those swallowed by a phrase (*bố mất*) too."""
        return tuple(dict.fromkeys(p for n in self.people if n.role is Role.PERSON for p in n.ids))

    @property
    def everybody(self) -> tuple[str, ...]:
        """Whom *không ai*, *cả hai* speak of: those of this message, else those known, the writer last of all."""
        here = [p for p in self.named if p != SELF or self._tells_own_age()]
        people = here or [p for p in self._known if p != SELF]
        return tuple(people)

    def _tells_own_age(self) -> bool:
        own = (n for n in self.people if n.role is Role.PERSON and n.ids == (SELF,))
        places = [at for n in own for at in range(n.end, min(n.end + 3, len(self._words)))]
        return any(at in self._ages or self._words[at].folded == "sinh" for at in places)

    def whose(
        self, used: Collection[int], *, suits: str = "", relation: bool = False, acts_on_other: bool = False
    ) -> Whose:
        """Return whose the fact is that stands on the *used* words.

        *acts_on_other*: said of the writer it is done to somebody else (*tôi nhận nuôi*).
        """
        start, end = min(used), max(used) + 1
        behind = self._owner_behind(start, end) or (None if relation else self._owner_within(used))
        if behind is not None and not self._has_subject(start):
            return behind
        if acts_on_other and self._has_subject(start, SELF):
            return self._somebody_else(start)
        for naming in reversed(self._subjects):
            inside = naming.start < end and start < naming.end
            if naming.start > start or (relation and inside) or not _suits(naming, suits):
                continue
            return self._of(naming)
        if relation:
            return self._relative_of(start, end, suits)
        if self._current is None:
            return self._named_later(end, suits)
        return Whose((SELF,)) if suits == "adult" and self._speaks_of_own_house(start) else Whose(())

    def _speaks_of_own_house(self, start: int) -> bool:
        """``nhà em có 2 con``: the writer's, whoever was spoken of before."""
        houses = (n for n in self.people if n.role is Role.HOUSEHOLD and n.end <= start)
        return any(self._words[n.end - 1].folded in _ME for n in houses)

    def _is_somebody_else(self, naming: Naming) -> bool:
        """Tell whether *naming* speaks of somebody but the child's own parents (*bố cháu*, *ba nó*)."""
        of_child = naming.owned and self._words[naming.end - 1].folded in {"chau", "no", "con"}
        return naming.role is Role.PERSON and not (of_child and naming.ids[0] in ("father", "mother"))

    def whose_at(self, start: int) -> Whose:
        """Return the people named at *start*, an object the phrase itself points to."""
        return next((self._of(n) for n in self.people if n.start == start), Whose(()))

    def _relative_of(self, start: int, end: int, suits: str) -> Whose:
        """Whose father, wife or child it is when nobody is named before: the child spoken of, else the writer."""
        if suits == CHILD:
            child = next((n for n in self._subjects if n.start >= end and n.age == CHILD), None)
            if child is not None and not any(self._is_somebody_else(n) for n in self.people if n.end <= start):
                return self._of(child)
            return Whose((self._current,)) if self._current and _is_child(self._current) else Whose((SELF,))
        within = any(n.start < end and start < n.end and (n.owned or n.ids == (SELF,)) for n in self.people)
        if within or self._current is None:
            later = self._named_later(end, suits) if not within else Whose(())
            return later if later.ids else Whose((SELF,)) if within else Whose(())
        return Whose(())

    def _has_subject(self, start: int, person: str | None = None) -> bool:
        """Tell whether a person stands right before: *u hưởng tuất của bố* is hers."""
        near = (n for n in self._subjects if n.role is Role.PERSON and 0 <= start - n.end <= 1)
        return any(person is None or n.ids == (person,) for n in near)

    def _owner_within(self, used: Collection[int]) -> Whose | None:
        """``con cái ông đều già``: whoever is named in a gap of the phrase."""
        for naming in self._subjects:
            inside = min(used) < naming.start and naming.end <= max(used)
            if inside and naming.role is Role.PERSON and not any(i in used for i in range(naming.start, naming.end)):
                return self._of(naming)
        return None

    def _somebody_else(self, start: int) -> Whose:
        others = [n for n in self._subjects if n.role is Role.PERSON and n.ids != (SELF,)]
        before = [n for n in others if n.start < start]
        return self._of((before or others)[-1 if before else 0]) if others else Whose(())

    def _owner_behind(self, start: int, end: int) -> Whose | None:
        """``trợ cấp đó của bà``: the owner named within or right behind the fact wins."""
        for naming in self._subjects:
            of = naming.start - 1
            if of > 0 and _SURVIVORS.at(self._words, of - 1):
                continue  # ``tuất của ba``: the dead man's, who lives on it is another
            if start < of <= end + 1 and _OF.at(self._words, of):
                return self._of(naming)
        return None

    def _named_later(self, end: int, suits: str) -> Whose:
        """Nobody named before and nobody spoken of so far: then who is named next in the same sentence."""
        for naming in self._subjects:
            if naming.start >= end and naming.role is Role.PERSON and _suits(naming, suits):
                if any(self._words[i].ends_sentence for i in range(end, naming.start)):
                    break
                return self._of(naming)
        return Whose(())

    def _of(self, naming: Naming) -> Whose:
        if naming.role is Role.EVERYONE:
            return Whose(self.everybody or naming.ids or (SELF,))
        if naming.role is Role.SOMEONE:
            return Whose((SOMEONE,) if self._current else (), in_general=True)
        return Whose(naming.ids)

    def speaks_of_house(self, start: int) -> bool | None:
        """Tell whether the household (True) or a person (False) is the subject at *start*; None: neither is."""
        for naming in reversed(self.people):
            if naming.role in (Role.PERSON, Role.HOUSEHOLD) and naming.start <= start:
                return naming.role is Role.HOUSEHOLD
        return None

    def place_in_pair(self, start: int, end: int) -> int | None:
        """Return which of the ages behind a pair like *bố mẹ* is told here; None when one age is for both."""
        naming = next((n for n in reversed(self._subjects) if n.start <= start), None)
        if naming is None or len(naming.ids) < 2:
            return None
        stop = next((i for i in range(naming.end, len(self._words)) if self._words[i].ends_sentence), len(self._words))
        told = [i for i in range(naming.end, stop) if i in self._ages]
        here = next((i for i in told if start <= i < end), None)
        return told.index(here) if here is not None and len(told) == len(naming.ids) else None

    def focus(self, people: Sequence[str], but_not: Sequence[str] = ()) -> str | None:
        """Return whom the message asks about: *hỏi cho bố*, else the first of *people*, the writer last."""
        for naming in self.people:
            if naming.role is Role.PERSON and self._is_asked_for(naming):
                return naming.ids[0]
        others = [p for p in people if p != SELF and p not in but_not]
        return others[0] if others else next(iter(people), None)

    def _is_asked_for(self, naming: Naming) -> bool:
        if not _FOR.at(self._words, naming.start - 1):
            return False
        before = self._words[max(naming.start - 7, 0) : naming.start - 1]
        return any(w.folded in _ASKS for w in before)

    def _settled(self, people: Sequence[Naming]) -> list[Naming]:
        """Lead words like *bà ấy* back, read *bà* as the mother just spoken of, tell children apart."""
        settled: list[Naming] = []
        for naming in people:
            settled.append(self._settle(naming, settled, people))
        return settled

    def _settle(self, naming: Naming, before: Sequence[Naming], everyone: Sequence[Naming]) -> Naming:
        if naming.role is Role.SOMEONE:
            return self._somebody(naming, before)
        if naming.role is Role.EVERYONE and naming.ids:
            alone = not self._known and not any(n.role is Role.PERSON for n in before)
            return replace(naming, role=Role.PERSON) if alone else naming
        if naming.role is Role.PERSON and naming.ids == (SELF,) and not naming.owned:
            return self._child_spoken_of(naming) or self._named_alike(naming, before)
        if naming.role is Role.BACK:
            person = self._last(before, naming.sex)
            return replace(naming, role=Role.PERSON, ids=(person,)) if person else naming
        if self._is_respectful(naming, everyone):
            person = self._elder(before, naming.sex)
            return replace(naming, ids=(person,)) if person else naming
        if self._is_ba(naming):
            return self._father_or_grandmother(naming, everyone)
        return naming

    def _child_spoken_of(self, naming: Naming) -> Naming | None:
        """*cháu* is the child spoken of before, not the writer, unless an own age is told."""
        current, word = self._current, self._words[naming.start].folded
        if current is None or not _is_child(current) or word != "chau" or naming.start in self._ages:
            return None
        near = range(naming.end, min(naming.end + 4, len(self._words)))
        return None if any(at in self._ages for at in near) else replace(naming, ids=(current,), age=CHILD)

    def _somebody(self, naming: Naming, before: Sequence[Naming]) -> Naming:
        """*người có công* after *bố em* is no new person."""
        named = any(n.role is Role.PERSON for n in before)
        return replace(naming, role=Role.HOUSEHOLD) if named else naming

    def _named_alike(self, naming: Naming, before: Sequence[Naming]) -> Naming:
        """*chú* after *hỏi cho chú* is that uncle, not the writer."""
        word = self._words[naming.start].text
        others = (n for n in before if n.role is Role.PERSON and n.ids != (SELF,))
        alike = (n for n in others if self._words[n.start].text == word)
        uncle = next(alike, None)
        return naming if uncle is None else replace(naming, ids=uncle.ids)

    def _is_respectful(self, naming: Naming, everyone: Sequence[Naming]) -> bool:
        """Bare *bà*, *ông*, *cụ*: perhaps the mother or father of the message, said with respect."""
        if naming.owned or naming.end - naming.start > 1 or len(naming.ids) != 1:
            return False
        if naming.ids[0] not in ("grandmother", "grandfather", "grandparent"):
            return False
        owned = {
            n.ids[0]
            for n in everyone
            if n.role is Role.PERSON and n.ids and n is not naming and (n.owned or n.end - n.start > 1)
        }
        known = {*owned, *self._known, *({self._current} - {None})}
        couple = {n.ids[0] for n in everyone if n.ids} >= {"grandmother", "grandfather"}
        return naming.ids[0] not in known and not couple

    def _elder(self, before: Sequence[Naming], sex: str) -> str | None:
        wanted = _ELDERS.get(sex, _ELDERS["f"] + _ELDERS["m"])
        said = [n.ids[0] for n in reversed(before) if n.role is Role.PERSON and len(n.ids) == 1]
        if said:
            return next((p for p in said if p in wanted), None)
        return self._current if self._current in wanted else None

    def _last(self, before: Sequence[Naming], sex: str) -> str | None:
        for naming in reversed(before):
            is_other = naming.role is Role.PERSON and len(naming.ids) == 1 and naming.ids != (SELF,)
            if is_other and (not sex or not naming.sex or naming.sex == sex):
                return naming.ids[0]
        return self._known_of(sex, [n.ids[0] for n in reversed(before) if n.role is Role.PERSON and len(n.ids) == 1])

    def _known_of(self, sex: str, said: Sequence[str]) -> str | None:
        """Who of those spoken of before is meant, else the partner of the one spoken of last."""
        around = [p for p in (*said, self._current, *reversed(self._known)) if p and p != SELF]
        suited = next((p for p in around if _may_be(p, sex)), None)
        if suited is not None or not around:
            return suited or self._current
        return _PARTNERS.get((around[0], sex), self._current)

    def _father_or_grandmother(self, naming: Naming, everyone: Sequence[Naming]) -> Naming:
        """Without accents *ba* is the father or *bà*: who else is spoken of decides, then the age.

        Where nothing else tells, it is taken for the grandmother, unless somebody younger than 65 is meant, a grown
        writer speaks (*ba tôi*), the message is written the southern way, where fathers are called *ba*, or speaks
        of a man's work.
        """
        if self._words[naming.start].exact:
            return naming
        if self._starts_sentence(naming) and any(n.ids == ("mother",) and n.start < naming.start for n in everyone):
            return replace(naming, ids=("mother",), sex="f")
        respected = self._lady_before(naming, everyone)
        if respected is not None:
            return replace(naming, ids=(respected,), sex="f")
        others = (n for n in everyone if n is not naming and not self._is_ba(n))
        near = {person for n in others for person in n.ids} | {*self._known, self._current or ""}
        if "father" in near or self._is_southern(naming):
            return naming
        if "grandmother" in near or "grandfather" in near:
            return replace(naming, ids=("grandmother",), sex="f")
        if "mother" in near or not self._is_old(naming) or self._is_of_a_grown_up(naming):
            return naming
        return replace(naming, ids=("grandmother",), sex="f")

    @staticmethod
    def _lady_before(naming: Naming, everyone: Sequence[Naming]) -> str | None:
        """*me chong em 75 tuoi, ba khong co luong huu* goes on about the same lady."""
        before = [n for n in everyone if n.start < naming.start and n.role is Role.PERSON and n.ids != (SELF,)]
        is_lady = before and before[-1].ids[0] in ("mother_in_law", "aunt", "neighbour") and not naming.owned
        return before[-1].ids[0] if is_lady else None

    def _starts_sentence(self, naming: Naming) -> bool:
        return naming.start > 0 and self._words[naming.start - 1].ends_sentence and not naming.owned

    def _is_ba(self, naming: Naming) -> bool:
        return naming.ids == ("father",) and self._words[naming.start].text == "ba"

    def _is_southern(self, naming: Naming) -> bool:
        owner = self._words[naming.end - 1]
        return self._ba_is_father or (naming.owned and owner.folded in {"con", "no"})

    def _is_of_a_grown_up(self, naming: Naming) -> bool:
        """*ba tôi*: who calls herself *tôi* is seldom young enough for a grandmother, unless she is very old."""
        near = (self._ages.get(at) for at in range(naming.end, naming.end + 8))
        years = next((y for y in near if y is not None and y >= _GROWN), None)
        owner = self._words[naming.end - 1].folded
        return naming.owned and owner in {"toi", "tui", "tao"} and (years is None or years < _VERY_OLD)

    def _is_old(self, naming: Naming) -> bool:
        near = (self._ages.get(at) for at in range(naming.end, naming.end + 8))
        years = next((y for y in near if y is not None and y >= _GROWN), None)
        return years is None or years >= _OLD


def _may_be(person: str, sex: str) -> bool:
    base = person.rstrip("_0123456789")
    return not sex or base not in (_MEN if sex == "f" else _WOMEN)


def _is_child(person: str | None) -> bool:
    return person is not None and person.rstrip("_0123456789") in {CHILD, "grandchild", "nephew"}


def _suits(naming: Naming, suits: str) -> bool:
    if not suits or naming.role is not Role.PERSON or not naming.age:
        return True
    return naming.age != "elder" if suits == CHILD else naming.age != CHILD
