"""From matched phrases to statements: which matches stand, how they are meant, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from rules.facts.attribution import Attribution
from rules.facts.frames import Frames, Polarity
from rules.facts.patterns import Found, Slot
from rules.facts.people import CHILD, SELF
from rules.facts.phrasebook import FactPhrases, Meaning, Raw

Match = Found[Meaning]
_NUMBERED = frozenset({CHILD, "grandchild", "nephew"})
_AGES = frozenset({"age_years", "date_of_birth"})
_GROWN_UP_YEARS = 28
_PARENTS = {"father_status": "father", "mother_status": "mother"}
_SLOT_BONUS = 3


@dataclass(frozen=True)
class Statement:
    """One fact with its value, said of *person* (None: of the household or of nobody named)."""

    person: str | None
    phrases: FactPhrases
    value: Raw
    start: int
    end: int
    used: frozenset[int]
    polarity: Polarity
    in_general: bool = False
    sharpness: int = 0  # 2 for a number, 1 for a span told, 0 for what follows from words

    @property
    def fact(self) -> str:
        """The id of the fact."""
        return self.phrases.fact

    @property
    def is_denied_choice(self) -> bool:
        """Tell whether one of several values is denied, which settles the fact only if no other is left open."""
        return self.polarity is Polarity.DENIED and self.phrases.type == "enum" and not self.phrases.listed

    @property
    def is_household(self) -> bool:
        """Tell whether the fact is the household's."""
        return self.phrases.scope == "household"


def settled(found: Iterable[Match]) -> list[Match]:
    """Return the matches that stand: longer ones first, neutral ones push others aside.

    A match goes when a longer one of its fact overlaps it, when any longer one holds all its words, or when the
    amount it wants is taken. Ages stand beside what holds them: ``nuôi con 2 tuổi`` tells both.
    """
    found = list(found)
    contexts = {m.meaning.phrases.fact for m in found if m.meaning.is_context}
    found = [m for m in found if not m.meaning.is_context and _is_at_home(m, contexts)]
    compounds = _widest(m.used for m in found if m.meaning.is_compound)
    neutral = [m.used for m in found if m.meaning.is_neutral and not m.meaning.is_compound]
    neutral = [used for used in neutral if _keeps_whole(used, compounds)]
    standing: list[Match] = []
    for match in sorted((m for m in found if not m.meaning.is_neutral), key=_precedence):
        if not _keeps_whole(match.used, compounds) or any(_silences(used, match.used) for used in neutral):
            continue
        if not any(_displaces(other, match) for other in standing):
            standing.append(match)
    return sorted(standing, key=lambda m: (m.start, m.end))


def _is_at_home(match: Match, contexts: set[str]) -> bool:
    """A fact told by everyday words (``hết 180 triệu``) counts only where the message is about its matter."""
    return not match.meaning.phrases.needs_context or match.meaning.phrases.fact in contexts


def _widest(spans: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    spans = set(spans)
    return [span for span in spans if not any(span < other for other in spans)]


def _keeps_whole(used: frozenset[int], compounds: Sequence[frozenset[int]]) -> bool:
    return all(compound <= used or compound.isdisjoint(used) for compound in compounds)


def _silences(neutral: frozenset[int], used: frozenset[int]) -> bool:
    return len(neutral) > len(used) and not neutral.isdisjoint(used)


def _precedence(match: Match) -> tuple[int, int, int, int]:
    length = len(match.used) + (_SLOT_BONUS if match.meaning.from_slot else 0)
    return (-length, match.meaning.rank, match.end - match.start, match.start)


def _displaces(other: Match, match: Match) -> bool:
    if other.used.isdisjoint(match.used):
        return False
    same_fact = other.meaning.phrases.fact == match.meaning.phrases.fact
    if same_fact:
        both = match.meaning.phrases.multiple and other.meaning.value != match.meaning.value
        return not both or match.used <= other.used or len(other.used & match.used) > 1
    taken = _amount(other)
    from_slots = match.meaning.from_slot and other.meaning.from_slot
    if (
        from_slots
        and taken is not None
        and taken == _amount(match)
        and "age" not in taken.kind
        and other.used != match.used
    ):
        return True
    stands = match.meaning.phrases.stands
    if "*" in stands or other.meaning.phrases.fact in stands or (match.meaning.is_lack and other.meaning.is_lack):
        return False
    return match.used < other.used and _amount(match) not in (*other.slots, *_same_place(other, match))


def _same_place(other: Match, match: Match) -> tuple[Slot | None, ...]:
    """The amount of *match*, if *other* holds an amount of another kind at the same place (an age as a child's age)."""
    amount = _amount(match)
    held = amount is not None and any((s.start, s.end) == (amount.start, amount.end) for s in other.slots)
    return (amount,) if held else ()


def _amount(match: Match) -> Slot | None:
    return match.quantity


def judged(found: Sequence[Match], frames: Frames, attribution: Attribution) -> list[Statement]:
    """Return the statements of a message: polarity judged, people attached, children numbered, lists joined."""
    for match in found:
        attribution.absorb(_absorbed(match))
    statements: list[Statement] = []
    for match in found:
        statements.extend(_statements(match, found, frames, attribution))
    open_ = {m.meaning.phrases.fact for m in found if frames.is_left_open(m.start, m.end)}
    statements = [s for s in statements if not s.is_denied_choice or s.fact not in open_]
    return _joined(_numbered(_over_denials(_without_parents_of_others(statements))))


def _without_parents_of_others(statements: Sequence[Statement]) -> list[Statement]:
    """``cháu tôi 8 tuổi, cha nó chết năm ngoái``: the day is of no father of the writer's."""
    of_children = [s for s in statements if s.fact in _PARENTS and s.value == "dead" and s.person not in (None, SELF)]
    return [
        s
        for s in statements
        if s.fact != "date_of_death"
        or not any(_PARENTS[dead.fact] == s.person and dead.used & s.used for dead in of_children)
    ]


def _statements(match: Match, found: Sequence[Match], frames: Frames, attribution: Attribution) -> Iterable[Statement]:
    phrases = match.meaning.phrases
    joined = {m.end: m.start for m in found if m is not match and _shares_denial(m, match)}
    polarity = frames.polarity(
        match.start,
        match.end,
        joined,
        listed=phrases.listed and match.meaning.is_topic,
        asking_tells=phrases.asking_tells,
        is_amount=match.meaning.from_slot,
    )
    value = _value(match, polarity, frames)
    of_house = attribution.speaks_of_house(match.end - 1 if phrases.of_house else match.start)
    if value is None or (of_house is True and phrases.not_of_house) or (of_house is False and phrases.of_house):
        return
    exact = 0 if not match.meaning.from_slot else 1 if isinstance(value, dict) else 2
    if phrases.scope == "household":
        if not frames.is_past(match.start):
            yield Statement(None, phrases, value, match.start, match.end, match.used, polarity, sharpness=exact)
        return
    object_ = next((s.start for s in match.slots if s.kind == "@whose"), None)
    whose = (
        attribution.whose_at(object_)
        if object_ is not None
        else attribution.whose(
            match.used,
            suits=phrases.suits,
            relation=phrases.relation or match.meaning.relation,
            acts_on_other=phrases.acts_on_other,
        )
    )
    for at, person in enumerate(whose.ids or (None,)):
        if whose.in_general and isinstance(value, dict) and len(value) == 1:
            continue  # ``trẻ dưới 6 tuổi``: the law's limit, nobody's age
        own = _own_of_pair(match, attribution, at, len(whose.ids), value)
        if own is not None:
            yield Statement(person, phrases, own, match.start, match.end, match.used, polarity, whose.in_general, exact)


def _absorbed(match: Match) -> frozenset[int]:
    """Return the words of people that a phrase swallows: all of its words, only relatives, or all but these."""
    match match.meaning.phrases.absorbs:
        case "all":
            return match.used
        case "plain":
            return match.used - relatives(match)
        case "relatives":
            return relatives(match)
        case _:
            return frozenset()


def relatives(match: Match) -> frozenset[int]:
    """Return the words of the people in the slots of a match."""
    slots = (s for s in match.slots if s.kind.startswith("@") and s.kind != "@whose")
    return frozenset(i for s in slots for i in range(s.start, s.end))


def _shares_denial(one: Match, other: Match) -> bool:
    return one.meaning.phrases.fact == other.meaning.phrases.fact or (
        one.meaning.phrases.listed and other.meaning.phrases.listed
    )


def _value(match: Match, polarity: Polarity, frames: Frames) -> Raw | None:
    meaning = match.meaning
    if polarity is Polarity.UNSAID:
        return None
    if polarity is Polarity.DENIED:
        return meaning.phrases.when_denied(meaning.value)
    if meaning.is_topic:
        return meaning.phrases.affirmed if not meaning.is_lack and frames.is_affirmed(match.start, match.end) else None
    if not meaning.from_slot:
        return meaning.value
    slot = match.quantity
    return None if slot is None else _fitting(meaning.phrases, cast("Raw", slot.value))


def _fitting(phrases: FactPhrases, raw: Raw) -> Raw | None:
    """A span where the vocabulary takes only one number becomes its middle, as it was said about that number."""
    if not isinstance(raw, dict) or phrases.vague or phrases.fact == "age_years":
        return raw
    if {"min", "max"} <= set(raw):
        return (raw["min"] + raw["max"]) // 2
    return None


def _own_of_pair(match: Match, attribution: Attribution, at: int, count: int, value: Raw) -> Raw | None:
    """``bố mẹ em 75 và 73 tuổi``: the first age is the first one's, the next the next one's."""
    if count < 2 or match.meaning.phrases.fact not in _AGES:
        return value
    quantity = match.quantity
    which = attribution.place_in_pair(quantity.start, quantity.end) if quantity is not None else None
    return value if which is None or which == at else None


def _over_denials(statements: Sequence[Statement]) -> list[Statement]:
    """What is said counts over what follows from a denial, a number over a span, a span over mere words."""
    said = {(s.person, s.fact) for s in statements if s.polarity is Polarity.SAID}
    sharpest: dict[tuple[str | None, str], int] = {}
    for s in statements:
        sharpest[s.person, s.fact] = max(sharpest.get((s.person, s.fact), 0), s.sharpness)
    return [
        s
        for s in statements
        if (s.polarity is Polarity.SAID or (s.person, s.fact) not in said)
        and (s.phrases.type == "enum" or s.sharpness == sharpest[s.person, s.fact])
    ]


def _numbered(statements: Sequence[Statement]) -> list[Statement]:
    """A second age for *the child* is a second child: ``child_2``, and what follows is said of that one."""
    result: list[Statement] = []
    count: dict[str, int] = {}
    grown_children: set[str] = set()
    for told in statements:
        is_writer = count.get(told.person or "") and told.person not in grown_children and _is_grown(told)
        statement = replace(told, person=SELF) if is_writer else told
        person = statement.person
        if person in _NUMBERED and statement.fact in _AGES:
            count[person] = count.get(person, 0) + 1
            if _is_grown(statement):
                grown_children.add(person)
        number = count.get(person or "", 1)
        result.append(statement if number == 1 else replace(statement, person=f"{person}_{number}"))
    return result


def _is_grown(statement: Statement) -> bool:
    """After children of five and eight, *33 tuổi* is nobody's but the writer's."""
    years = statement.value
    return statement.fact == "age_years" and isinstance(years, int) and years >= _GROWN_UP_YEARS


def _joined(statements: Sequence[Statement]) -> list[Statement]:
    """Values of a fact that takes several become one list."""
    result: list[Statement] = []
    for statement in statements:
        at = next(
            (i for i, s in enumerate(result) if (s.person, s.fact) == (statement.person, statement.fact)),
            None,
        )
        if at is None or not statement.phrases.multiple:
            result.append(statement)
        else:
            result[at] = replace(result[at], value=_both(result[at].value, statement.value))
    return result


def _both(one: Raw, other: Raw) -> Raw:
    values = [v for raw in (one, other) for v in (raw if isinstance(raw, list) else [raw])]
    told = [str(v) for v in dict.fromkeys(map(str, values)) if v != "none"]
    return "none" if not told else told[0] if len(told) == 1 else told
