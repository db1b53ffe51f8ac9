"""Take one message into an interview: facts, corrections, whose they are, what is asked for.

The reader finds what is in the words; here it is decided where that belongs. Nothing is said and nothing judged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from actions.asking import AGE, BIRTH, Asking
from actions.cues import Cues
from actions.interview import Asked, Choice, Correction, Interview
from actions.naming import Renamed
from actions.ports import (
    SELF,
    FactId,
    FactReader,
    Mention,
    Pending,
    PersonId,
    Raw,
    Reading,
    ReadingContext,
    Vocabulary,
)
from actions.scope import Scoping

# Somebody described without being anyone's relative.
SOMEONE: PersonId = "someone"
DONT_KNOW, SKIP = "dont_know", "skip"
DEATH = "date_of_death"
MARITAL = "marital_status"


@dataclass(frozen=True)
class Learned:
    """One fact taken in; ``person`` is ``None`` for the household, ``replaced`` what was believed before."""

    person: PersonId | None
    fact: FactId
    value: Raw
    replaced: Raw = None


@dataclass(frozen=True)
class Heard:
    """What a message brought."""

    learned: tuple[Learned, ...] = ()
    left_open: Asked | None = None
    skipped: bool = False
    # Said of nobody in particular ("người 76 tuổi được bao nhiêu"): good for one answer, not kept.
    described: tuple[Learned, ...] = ()
    asked_for: tuple[str, ...] = ()
    people: tuple[PersonId, ...] = ()
    focus: PersonId | None = None
    province: str | None = None
    former_province: str | None = None
    retracted: bool = False
    # There is no certificate yet: she is told how to get one, whatever the words look like.
    lacks_certificate: bool = False

    @property
    def corrections(self) -> tuple[Learned, ...]:
        """The facts that replaced something else; telling more exactly is no correction."""
        return tuple(one for one in self.learned if one.replaced is not None and not _refines(one))

    @property
    def is_news(self) -> bool:
        """Tell whether the message changed what is known."""
        return bool(self.learned or self.province or self.left_open or self.retracted)

    @property
    def is_about_something(self) -> bool:
        """Tell whether the message told a fact or asked for a benefit."""
        return self.is_news or bool(self.asked_for or self.described)


class Listener:
    """Reads a message with the pending question in mind."""

    def __init__(
        self,
        *,
        reader: FactReader,
        vocabulary: Vocabulary,
        asking: Asking,
        scoping: Scoping,
        cues: Cues,
    ) -> None:
        self._reader, self._vocabulary, self._asking, self._scoping = reader, vocabulary, asking, scoping
        self._cues = cues

    def listen(self, interview: Interview, text: str, *, today: date, suppose: bool = False) -> Heard:
        """Take *text* into *interview* and return what it brought.

        With *suppose*, what is said of nobody in particular is taken in too, as if it were somebody's.
        """
        pending = interview.pending
        if pending and (choice := self._asking.picked(pending, text)):
            return self._take_choice(interview, pending, choice)
        reading = self._named(interview, self._read(interview, text, today))
        if (reading.mentions or reading.benefits) and self._cues.new_topic.occur_in(text):
            interview.turn_away()
            pending = None
        self._turn_to(interview, reading)
        retracted = self._retract(interview, reading)
        described = [mention for mention in reading.mentions if mention.described]
        told = reading.mentions if suppose else [m for m in reading.mentions if not m.described]
        learned = self._learn(interview, told) + self._complete_birth(interview, pending, reading)
        left_open = self._leave_open(interview, pending, reading, text) if not learned else None
        left_open = left_open or self._leave_lacking(interview, learned, text)
        if not learned and not left_open and not self._cues.question.occur_in(text):
            learned = self._learn_answer(interview, pending, reading)
        self._conclude(interview, learned)
        interview.benefits = self._scoping.meant(interview.benefits, interview.facts_of(interview.current))
        told_now = {one.fact for one in learned}
        hinted = [fact for fact in self._cues.hinted(text) if fact not in told_now]
        interview.hinted += [fact for fact in hinted if fact not in interview.hinted]
        if pending and (learned or left_open):
            interview.pending = None
        return Heard(
            learned=tuple(learned),
            left_open=left_open,
            skipped=reading.answer == SKIP,
            described=tuple(Learned(SOMEONE, m.fact, m.value) for m in described),
            asked_for=tuple(reading.benefits),
            people=tuple(reading.people),
            focus=reading.focus,
            province=self._settle(interview, reading),
            former_province=reading.former_province,
            retracted=retracted,
            lacks_certificate=left_open is not None and left_open.fact in self._cues.no_certificate,
        )

    def _read(self, interview: Interview, text: str, today: date) -> Reading:
        asked = interview.pending
        return self._reader.read(
            self._cues.without_turning(text),
            today=today,
            pending=Pending(asked.fact, asked.person) if asked else None,
            context=ReadingContext(interview.current, tuple(interview.people)),
        )

    def _named(self, interview: Interview, reading: Reading) -> Reading:
        """Return *reading* with the people known already in place of who can only be one of them."""
        same = {person: one for person in reading.people if (one := self._one_known(interview, person))}
        return Renamed(reading, same) if same else reading

    def _one_known(self, interview: Interview, person: PersonId) -> PersonId | None:
        """Return the one *person* must be: who is asked after "em trai" is meant by "em tôi"."""
        if person in interview.people:
            return None
        known = [one for one in self._cues.may_be.get(person, ()) if one in interview.people]
        return known[0] if len(known) == 1 else None

    # --- whom and what it is about ---

    def _turn_to(self, interview: Interview, reading: Reading) -> None:
        interview.dead += [person for person in reading.dead if person not in interview.dead]
        subjects = self._living(interview, reading)
        interview.subjects = [person for person in interview.subjects if person not in interview.dead or not subjects]
        if subjects and reading.is_correction and reading.focus and reading.focus not in interview.subjects:
            interview.subjects.clear()
        for person in subjects:
            interview.meet(person)
            if person not in interview.subjects:
                interview.subjects.append(person)
        self._marry(interview, reading)
        if subjects:
            interview.current = subjects[0] if reading.focus else subjects[-1]
        if reading.benefits:
            interview.benefits = self._scoping.narrowed(interview.benefits, reading.benefits)

    def _marry(self, interview: Interview, reading: Reading) -> None:
        """Who speaks of her living husband with his facts is married, and so is he; what was told of it stays."""
        spouses = [person for person in reading.people if person in self._cues.spouses]
        told = {mention.fact for mention in reading.mentions}
        for spouse in spouses:
            if spouse in interview.dead or MARITAL in told:
                continue
            for person in (spouse, SELF):
                if person in interview.subjects and MARITAL not in interview.people.get(person, {}):
                    interview.learn(person, MARITAL, "married")

    def _living(self, interview: Interview, reading: Reading) -> list[PersonId]:
        """Return whom verdicts are wanted on; of the dead only where nobody else is spoken of and the day is told."""
        subjects = _subjects(reading, self._cues.makes_subject)
        living = [person for person in subjects if person not in interview.dead]
        told = {mention.person for mention in reading.mentions if mention.fact == DEATH}
        return living or [person for person in subjects if person in told]

    def _settle(self, interview: Interview, reading: Reading) -> str | None:
        if reading.former_province:
            interview.learn(None, "former_province", reading.former_province)
        if not reading.province or reading.province == interview.province:
            return None
        interview.province = reading.province
        return reading.province

    # --- facts ---

    def _learn(self, interview: Interview, mentions: Iterable[Mention]) -> list[Learned]:
        learned = []
        for mention in mentions:
            person = mention.person or (SOMEONE if mention.described else interview.current)
            fact = self._cues.meant(mention.fact, interview.facts_of(person))
            owner = self.owner(fact, person)
            if person == SOMEONE and owner == SOMEONE and SOMEONE not in interview.subjects:
                interview.subjects.append(SOMEONE)
            learned.append(self._keep(interview, owner, fact, mention.value))
            if mention.correction:
                interview.corrected = Correction(person, fact, mention.value)
        return learned

    def _conclude(self, interview: Interview, learned: Iterable[Learned]) -> None:
        """Keep what follows from what was just told together with the rest."""
        for person in {one.person or interview.current for one in learned}:
            for fact, value in self._cues.following(interview.facts_of(person)):
                interview.learn(self.owner(fact, person), fact, value)

    def _complete_birth(self, interview: Interview, pending: Asked | None, reading: Reading) -> list[Learned]:
        """``tháng 3`` after ``sinh 1951``: the year told before gets its month, or its day."""
        year = interview.facts_of(pending.person).get(BIRTH) if pending and reading.day_of_birth else None
        if pending is None or not isinstance(year, str) or len(year) != len("1951"):
            return []
        return [self._keep(interview, pending.person, BIRTH, f"{year}{reading.day_of_birth}")]

    def _learn_answer(self, interview: Interview, pending: Asked | None, reading: Reading) -> list[Learned]:
        """Take a bare yes or no as the answer to the pending question, where it is one."""
        if pending is None or reading.answer not in ("yes", "no"):
            return []
        value = self._meant(pending.fact, yes=reading.answer == "yes")
        if value is None:
            return []
        return [self._keep(interview, self.owner(pending.fact, pending.person), pending.fact, value)]

    def _take_choice(self, interview: Interview, pending: Asked, choice: Choice) -> Heard:
        interview.pending = None
        owner = self.owner(pending.fact, pending.person)
        if choice.value is None:
            interview.leave_open(owner, pending.fact)
            return Heard(left_open=pending, skipped=self._asking.is_private(pending.fact))
        return Heard(learned=(self._keep(interview, owner, pending.fact, choice.value),))

    def _keep(self, interview: Interview, person: PersonId | None, fact: FactId, value: Raw) -> Learned:
        # A date of birth outranks an age told before or after it; what is told last counts.
        for other in {AGE, BIRTH} - {fact} if fact in (AGE, BIRTH) else ():
            interview.forget(person, other)
        replaced = interview.learn(person, fact, value)
        if replaced is not None and replaced != value:
            interview.corrected = Correction(person or interview.current, fact, value)
        return Learned(person, fact, value, replaced)

    def _leave_open(self, interview: Interview, pending: Asked | None, reading: Reading, text: str) -> Asked | None:
        """Return the question she cannot or will not answer, the pending one or one she brings up herself."""
        lacking = self._cues.without_certificate(text, pending.fact if pending else None)
        if lacking is not None:
            left = pending if pending and pending.fact == lacking else Asked(interview.current, lacking)
        elif pending is not None and reading.answer in (DONT_KNOW, SKIP):
            left = pending
        else:
            return None
        interview.leave_open(self.owner(left.fact, left.person), left.fact)
        return left

    def _leave_lacking(self, interview: Interview, learned: Iterable[Learned], text: str) -> Asked | None:
        """Return the question after a paper that *text* says is missing, whatever else it tells."""
        told = {one.fact for one in learned}
        lacking = self._cues.without_certificate(text, None) if told else None
        if lacking is None or lacking in told:
            return None
        left = Asked(interview.current, lacking)
        interview.leave_open(self.owner(left.fact, left.person), left.fact)
        return left

    def _retract(self, interview: Interview, reading: Reading) -> bool:
        """Move what was told of the wrong person to the right one."""
        found = False
        for retraction in reading.retracted:
            wrong = retraction.person or interview.current
            for fact in retraction.facts:
                value = interview.people.get(wrong, {}).get(fact)
                if value is not None:
                    interview.forget(wrong, fact)
                    interview.learn(retraction.moved_to, fact, value)
                    if retraction.left_without and (none := self._meant(fact, yes=False)) is not None:
                        interview.learn(wrong, fact, none)
                    found = True
        return found

    def owner(self, fact: FactId, person: PersonId) -> PersonId | None:
        """Return whose *fact* is: *person*'s, or the household's (``None``)."""
        definition = self._vocabulary.facts.get(fact)
        return None if definition is not None and definition.scope == "household" else person

    def _meant(self, fact: FactId, *, yes: bool) -> Raw | None:
        """Return what a bare yes or no says of *fact*; ``None`` where it says nothing certain."""
        definition = self._vocabulary.facts[fact]
        if definition.type == "bool":
            return yes
        if definition.type == "money_vnd":
            return {"min": 1} if yes else 0
        if yes:
            return None
        if definition.type == "int":
            return 0
        return next((value for value in ("none", "other") if value in definition.values), None)


def _refines(learned: Learned) -> bool:
    """Tell whether what was learned says the same as before, or the same more exactly."""
    before, now = learned.replaced, learned.value
    if before == now:
        return True
    if isinstance(before, str) and isinstance(now, str) and learned.fact == BIRTH:
        return now.startswith(before)
    if not isinstance(before, dict):
        return False
    low, high = (now.get("min"), now.get("max")) if isinstance(now, dict) else (now, now)
    above = before.get("min") is None or (isinstance(low, int) and low >= before["min"])
    below = before.get("max") is None or (isinstance(high, int) and high <= before["max"])
    return above and below


def _subjects(reading: Reading, telling: Collection[FactId]) -> list[PersonId]:
    """Return whom verdicts are wanted on: the one asked for, and everyone of whom something *telling* is told with her.

    Children do not borrow: where a loan is asked for, a child whose age is all that is told is no subject.
    """
    told = list(dict.fromkeys(m.person for m in reading.mentions if m.person is not None and not m.described))
    if any(asked.startswith("loan") for asked in reading.benefits):
        facts = {person: {m.fact for m in reading.mentions if m.person == person} for person in told}
        told = [person for person in told if not (person.startswith("child") and facts[person] <= {AGE, BIRTH})]
    if reading.focus is None or (reading.focus.startswith("child") and reading.focus not in told):
        return told
    aged = [m.person for m in reading.mentions if m.person in told and m.fact in telling]
    return list(dict.fromkeys([reading.focus, *(person for person in aged if person is not None)]))
