"""Decide whose a fact is: the person named last before it, the owner named behind it, or nobody said.

Words of asking (*cho em hỏi*) name nobody. A fact that only an adult or only a child can have passes over people of
the other sort. *bà ấy*, *ổng* lead back to who was spoken of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.vietnamese.words import OneOf, Word
from rules.facts.people import CHILD, SELF, Naming, Role

_OF = OneOf("của")
_FOR = OneOf("cho", "về", "giùm", "dùm", "hộ", "giúp")
_ASKS = frozenset(["hoi", "xin", "lam", "the", "cap", "vay", "ky", "do", "van", "tra", "nop", "hop", "che"])
_ELDER_NAMES = {"f": ("grandmother",), "m": ("grandfather",)}
_ELDERS = {
    "f": ("mother", "mother_in_law", "aunt"),
    "m": ("father", "father_in_law", "uncle"),
}
SOMEONE = "someone"


@dataclass(frozen=True)
class Whose:
    """The people a fact is said of (empty: nobody named), and whether only in general."""

    ids: tuple[str, ...]
    in_general: bool = False


class Attribution:
    """Knows who is spoken of at each word of one message."""

    def __init__(
        self, words: Sequence[Word], people: Sequence[Naming], current: str | None, known: Sequence[str]
    ) -> None:
        self._words = words
        self._current, self._known = current, tuple(known)
        self.people = self._settled(people)
        self._subjects = [n for n in self.people if n.role not in (Role.ASKING, Role.HOUSEHOLD)]

    @property
    def named(self) -> tuple[str, ...]:
        """Everybody the message names, in order, each once."""
        ids = [person for n in self.people if n.role is Role.PERSON for person in n.ids]
        return tuple(dict.fromkeys(ids))

    @property
    def everybody(self) -> tuple[str, ...]:
        """Whom *không ai*, *cả hai* speak of: those of this message, else those known, the writer last of all."""
        people = [p for p in dict.fromkeys((*self.named, *self._known)) if p != SELF]
        return tuple(people) or (SELF,)

    def whose(self, start: int, end: int, *, suits: str = "", relation: bool = False) -> Whose:
        """Return whose the fact at ``words[start:end]`` is."""
        behind = self._owner_behind(start, end)
        if behind is not None:
            return behind
        for naming in reversed(self._subjects):
            inside = naming.start < end and start < naming.end
            if naming.start > start or (relation and inside) or not _suits(naming, suits):
                continue
            return self._of(naming)
        return self._named_later(end) if self._current is None and not relation else Whose(())

    def _owner_behind(self, start: int, end: int) -> Whose | None:
        """``trợ cấp đó của bà``: the owner named within or right behind the fact wins."""
        for naming in self._subjects:
            of = naming.start - 1
            if start < of <= end + 1 and _OF.at(self._words, of):
                return self._of(naming)
        return None

    def _named_later(self, end: int) -> Whose:
        """Nobody named before and nobody spoken of so far: then who is named next in the same sentence."""
        for naming in self._subjects:
            if naming.start >= end and naming.role is Role.PERSON:
                if any(self._words[i].ends_sentence for i in range(end, naming.start)):
                    break
                return self._of(naming)
        return Whose(())

    def _of(self, naming: Naming) -> Whose:
        if naming.role is Role.EVERYONE:
            return Whose(self.everybody)
        if naming.role is Role.SOMEONE:
            return Whose((SOMEONE,) if self._current else (), in_general=True)
        return Whose(naming.ids)

    def ages_of_pair(self, start: int) -> int | None:
        """Return which of the ages behind a pair like *bố mẹ* begins at *start*; None when one age is for both."""
        naming = next((n for n in reversed(self._subjects) if n.start <= start), None)
        if naming is None or len(naming.ids) < 2:
            return None
        numbers = [i for i in range(naming.end, len(self._words)) if self._words[i].is_number]
        told = [i for i in numbers if not any(self._words[j].ends_sentence for j in range(naming.end, i))]
        return told.index(start) if len(told) == len(naming.ids) and start in told else None

    def focus(self, but_not: Sequence[str] = ()) -> str | None:
        """Return whom the message asks about: *hỏi cho bố*, else who is named first, the writer last."""
        for naming in self.people:
            if naming.role is Role.PERSON and self._is_asked_for(naming):
                return naming.ids[0]
        others = [p for p in self.named if p != SELF and p not in but_not]
        return others[0] if others else next(iter(self.named), None)

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
        if naming.role is Role.BACK:
            person = self._last(before, naming.sex)
            return replace(naming, role=Role.PERSON, ids=(person,)) if person else naming
        if self._is_respectful(naming, everyone):
            person = self._elder(before, naming.sex)
            return replace(naming, ids=(person,)) if person else naming
        if naming.ids[:1] == ("father",) and self._words[naming.start].text == "ba" and not naming.ids[1:]:
            return self._father_or_grandmother(naming, everyone)
        return naming

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
            if naming.role is Role.PERSON and len(naming.ids) == 1 and naming.ids != (SELF,):
                if not sex or not naming.sex or naming.sex == sex:
                    return naming.ids[0]
        return self._current

    def _father_or_grandmother(self, naming: Naming, everyone: Sequence[Naming]) -> Naming:
        """Without accents *ba* is the father or *bà*: the grandmother where a grandfather or she herself is spoken of."""
        if self._words[naming.start].exact:
            return naming
        near = {person for n in everyone if n is not naming for person in n.ids} | set(self._known)
        if "grandmother" in near | {self._current or ""} and "father" not in near:
            return replace(naming, ids=("grandmother",), sex="f")
        if "grandfather" in near and not near & {"mother", "father"}:
            return replace(naming, ids=("grandmother",), sex="f")
        return naming


def _suits(naming: Naming, suits: str) -> bool:
    if not suits or naming.role is not Role.PERSON or not naming.age:
        return True
    return (naming.age == CHILD) == (suits == CHILD) or (suits == CHILD and naming.ids == (SELF,))
