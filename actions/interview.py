"""An interview: what one conversation has told so far, and where it stands.

Plain data that can be written as JSON; no rules, no wording. Facts are kept in the raw contract form, so that a new
release of the rules can judge an unfinished interview again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from actions.ports import SELF, BenefitId, FactId, PersonId, Raw


@dataclass(frozen=True)
class Choice:
    """One answer offered with a question: what is shown, and the raw value it stands for."""

    title: str
    value: Raw


@dataclass(frozen=True)
class Asked:
    """The question that is waiting for an answer."""

    person: PersonId
    fact: FactId
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Correction:
    """The fact that was corrected last."""

    person: PersonId
    fact: FactId
    value: Raw


@dataclass(frozen=True)
class Answered:
    """The message answered last, by the channel's key, and all that was said: a repeat is answered alike."""

    message: str
    messages: tuple[tuple[str, tuple[str, ...]], ...]
    signal: dict[str, Any] = field(default_factory=dict)


@dataclass
class Interview:
    """What was told, about whom, what is being asked and what was found."""

    conversation: str
    people: dict[PersonId, dict[FactId, Raw]] = field(default_factory=dict)
    household: dict[FactId, Raw] = field(default_factory=dict)
    province: str | None = None
    # Whom the citizen speaks of now, whom she asks for, and about which benefits.
    current: PersonId = SELF
    subjects: list[PersonId] = field(default_factory=list)
    benefits: list[BenefitId] = field(default_factory=list)
    # Every benefit looked at so far: the state goes on telling how they stand.
    looked_at: list[BenefitId] = field(default_factory=list)
    # Who died: nothing of theirs is looked at but what their death brings.
    dead: list[PersonId] = field(default_factory=list)
    pending: Asked | None = None
    # Facts she spoke of without telling them.
    hinted: list[FactId] = field(default_factory=list)
    # What she could not or would not say, by person ("" for the household).
    unanswerable: dict[PersonId, list[FactId]] = field(default_factory=dict)
    times_asked: dict[str, int] = field(default_factory=dict)
    results: list[dict[str, Any]] = field(default_factory=list)
    # What was said of each person last, so that it is not said again without need.
    told: dict[PersonId, str] = field(default_factory=dict)
    action: str | None = None
    corrected: Correction | None = None
    answered_in_between: list[str] = field(default_factory=list)
    facts_cleared: bool = False
    # Consent to keep all this: None while nobody said yes or no; ``asked_consent`` once it was asked for.
    consent: bool | None = None
    asked_consent: bool = False
    # What is told next mends what is kept, and gets a receipt.
    mending: bool = False
    answered: Answered | None = None

    # --- facts ---

    def facts_of(self, person: PersonId) -> dict[FactId, Raw]:
        """Return everything known of *person*, the household's facts included."""
        return {**self.household, **self.people.get(person, {})}

    def learn(self, person: PersonId | None, fact: FactId, value: Raw) -> Raw:
        """Keep a fact (of the household when *person* is ``None``) and return what it replaces, or ``None``."""
        room = self.household if person is None else self.people.setdefault(person, {})
        before = room.get(fact)
        room[fact] = value
        self._answerable_again(person, fact)
        return before

    def forget(self, person: PersonId | None, fact: FactId) -> None:
        """Take a fact back."""
        room = self.household if person is None else self.people.get(person, {})
        room.pop(fact, None)

    def meet(self, person: PersonId) -> None:
        """Know of *person*, even if nothing is known about her yet."""
        self.people.setdefault(person, {})

    def leave_open(self, person: PersonId | None, fact: FactId) -> None:
        """Note that *fact* cannot or will not be told, so that it is not asked again."""
        left = self.unanswerable.setdefault(person or "", [])
        if fact not in left:
            left.append(fact)

    def left_open(self, person: PersonId) -> frozenset[FactId]:
        """Return what need not be asked about *person*, the household's facts included."""
        return frozenset(self.unanswerable.get(person, [])) | frozenset(self.unanswerable.get("", []))

    def _answerable_again(self, person: PersonId | None, fact: FactId) -> None:
        left = self.unanswerable.get(person or "", [])
        if fact in left:
            left.remove(fact)

    # --- the course of it ---

    def ask(self, question: Asked) -> int:
        """Wait for the answer to *question*; return how often it has been asked now."""
        self.pending = question
        key = f"{question.person}.{question.fact}"
        self.times_asked[key] = self.times_asked.get(key, 0) + 1
        return self.times_asked[key]

    def turn_away(self) -> None:
        """Ask for something else: what was asked for and of whom is put aside, what was told stays."""
        self.benefits, self.subjects, self.pending = [], [], None

    def start_over(self) -> None:
        """Forget the case; consent and the notice given stay."""
        fresh = Interview(self.conversation, consent=self.consent, asked_consent=self.asked_consent, facts_cleared=True)
        self.__dict__.update(fresh.__dict__)

    @property
    def people_told_of(self) -> list[PersonId]:
        """Return everyone a fact was told of."""
        return [person for person, facts in self.people.items() if facts]

    @property
    def facts_told(self) -> int:
        """Return how many facts are known, of people and of the household."""
        return len(self.household) + sum(map(len, self.people.values()))

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing about anyone is known."""
        return not self.household and not any(self.people.values()) and self.province is None

    # --- as plain data ---

    def to_json(self) -> dict[str, Any]:
        """Return the whole interview as plain data, for writing down: what it holds is not copied."""
        plain = dict(self.__dict__)
        for name in ("pending", "corrected", "answered"):
            if (part := plain[name]) is not None:
                plain[name] = asdict(part)
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Interview:
        """Read what :meth:`to_json` wrote, by this version or another."""
        fields = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        if pending := fields.get("pending"):
            choices = tuple(Choice(**choice) for choice in pending["choices"])
            fields["pending"] = Asked(pending["person"], pending["fact"], choices)
        if corrected := fields.get("corrected"):
            fields["corrected"] = Correction(**corrected)
        if answered := fields.get("answered"):
            said = tuple((text, tuple(choices)) for text, choices in answered["messages"])
            fields["answered"] = Answered(answered["message"], said, answered["signal"])
        return cls(**fields)

    def to_state(self) -> dict[str, Any]:
        """Return where the interview stands: verdicts, next question, facts by person, province."""
        people: Iterable[PersonId] = self.people or ([SELF] if self.household else [])
        state: dict[str, Any] = {
            "results": self.results,
            "asks_next": self.pending.fact if self.pending else None,
            "action": self.action,
            "facts": {person: self.facts_of(person) for person in people},
            "province": self.province,
            "facts_cleared": self.facts_cleared and self.is_empty,
            "answered_in_between": self.answered_in_between,
        }
        if self.corrected is not None:
            state["corrected_fact"] = asdict(self.corrected)
        return state
