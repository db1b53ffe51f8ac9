"""Turn what was told into the case the engine judges: values, what follows from them, what is presumed, the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from rules.engine.case import AGE, BIRTH, FORMER, Case, derive_ages
from rules.engine.snapshot import Snapshot
from rules.engine.values import NO_DATE, Choice, FactValue, Span
from rules.errors import InvalidFacts
from rules.facts.vocabulary import AgeAssumption, Vocabulary
from rules.findings import Finding
from rules.places import Places

DEATH: Final = "date_of_death"
PRESUMED: Final = "presumed"


@dataclass(frozen=True)
class Assumed:
    """Facts taken for granted where nothing was told: the values, how they are shown, and where they come from."""

    values: Mapping[str, FactValue]
    raw: Mapping[str, Any]
    origin: Mapping[str, str]

    @cached_property
    def presumed(self) -> frozenset[str]:
        """Return the facts that are presumed, not derived."""
        return frozenset(fact for fact, origin in self.origin.items() if origin == PRESUMED)

    def under(self, other: Assumed) -> Assumed:
        """Return both; *other* wins."""
        return Assumed({**self.values, **other.values}, {**self.raw, **other.raw}, {**self.origin, **other.origin})


class CaseBuilder:
    """Builds cases by one vocabulary and one list of places."""

    def __init__(self, vocabulary: Vocabulary, places: Places) -> None:
        self._vocabulary, self._places = vocabulary, places
        always = _assumed(PRESUMED, vocabulary.presumed)
        self._presumed = {False: always, True: _assumed(PRESUMED, vocabulary.presumed_in_dialogue).under(always)}
        self._implied = [(a.under_years, self._of_age(a, "derived")) for a in vocabulary.age_implied]
        child = vocabulary.child_presumption
        self._child = (child.under_years, self._of_age(child, PRESUMED)) if child is not None else None
        self._taken: dict[tuple[bool, int], Assumed] = {}

    def build(
        self,
        facts: Mapping[str, Any],
        snapshot: Snapshot,
        *,
        as_of: date,
        known_on: date,
        province: str | None = None,
        conversational: bool = False,
    ) -> Case:
        """Return the case; raises :class:`InvalidFacts` with every finding at once."""
        values, findings = self._vocabulary.parse_all(facts)
        unit, former, wrong = self._place(values, as_of, province)
        findings += [*_contradictions(values, as_of), *wrong]
        if findings:
            raise InvalidFacts(findings)
        told = dict(values)
        derive(values, as_of)
        assumed = self.assumed(values, conversational=conversational)
        case = Case(
            as_of,
            known_on,
            {**assumed.values, **values},
            {**assumed.raw, **facts},
            {**assumed.origin, **dict.fromkeys(facts, "told")},
            unit,
            former,
            self._vocabulary.numbers,
            told=told,
            presumed=assumed.presumed - facts.keys(),
        )
        return snapshot.opened(case)

    def also_told(self, case: Case, snapshot: Snapshot, told: Mapping[str, FactValue], *, conversational: bool) -> Case:
        """Return *case* had *told* been told too: for trying out answers, not for explaining them."""
        return self.retold(case, snapshot, {**case.told, **told}, as_of=case.as_of, conversational=conversational)

    def retold(
        self,
        case: Case,
        snapshot: Snapshot,
        told: Mapping[str, FactValue],
        *,
        as_of: date,
        conversational: bool,
    ) -> Case:
        """Return *case* on another day, had *told* been told and nothing else; what is shown stays as it was."""
        values = dict(told)
        derive(values, as_of)
        assumed = self.assumed(values, conversational=conversational)
        tried = Case(
            as_of,
            max(as_of, case.known_on),
            {**assumed.values, **values},
            case.raw,
            case.origin,
            case.province,
            _former(told) or case.former,
            case.numbers,
            told=told,
            presumed=assumed.presumed - told.keys(),
        )
        return snapshot.opened(tried)

    def findings(self, facts: Mapping[str, Any], *, as_of: date, province: str | None) -> list[Finding]:
        """Return everything that is wrong with *facts*."""
        values, findings = self._vocabulary.parse_all(facts)
        return [*findings, *_contradictions(values, as_of), *self._place(values, as_of, province)[2]]

    def placed(
        self,
        told: Mapping[str, FactValue],
        snapshot: Snapshot,
        *,
        as_of: date,
        known_on: date,
        province: str | None,
    ) -> Case:
        """Return the bare case of a place; of *told* only the former province counts. Raises :class:`InvalidFacts`."""
        unit, former, wrong = self._place(told, as_of, province)
        if wrong:
            raise InvalidFacts(wrong)
        return snapshot.opened(Case(as_of, known_on, {}, {}, {}, unit, former, self._vocabulary.numbers))

    def alike(self, place: Case, snapshot: Snapshot, told: Mapping[str, FactValue], *, conversational: bool) -> Case:
        """Return the case of somebody who told *told*, on the day and in the place of the case *place*."""
        values = dict(told)
        derive(values, place.as_of)
        assumed = self.assumed(values, conversational=conversational)
        case = Case(
            place.as_of,
            place.known_on,
            {**assumed.values, **values},
            {},
            {},
            place.province,
            place.former,
            place.numbers,
            told=told,
            presumed=assumed.presumed - told.keys(),
        )
        return snapshot.opened(case)

    def assumed(self, values: Mapping[str, FactValue], *, conversational: bool) -> Assumed:
        """Return what is taken for granted of somebody of that age."""
        age = values.get(AGE)
        oldest = age.hi if isinstance(age, Span) and isinstance(age.hi, int) else None
        key = (conversational, oldest if oldest is not None else -1)
        assumed = self._taken.get(key)
        if assumed is None:
            assumed = self._presumed[conversational]
            if oldest is not None:
                if self._child is not None and oldest < self._child[0]:
                    assumed = assumed.under(self._child[1])
                for under, implied in self._implied:
                    if oldest < under:
                        assumed = assumed.under(implied)
            self._taken[key] = assumed
        return assumed

    def _of_age(self, assumption: AgeAssumption, source: str) -> Assumed:
        table = {fact: (raw, self._vocabulary.parse(fact, raw)) for fact, raw in assumption.facts.items()}
        return _assumed(source, table)

    def _place(
        self, values: Mapping[str, FactValue], as_of: date, province: str | None
    ) -> tuple[str | None, tuple[str, ...], list[Finding]]:
        said = _former(values)
        if province is None:
            units = {self._places.from_old(old) for old in said}
            return (units.pop() if len(units) == 1 else None), said, []
        resolved = self._places.resolve(province, as_of)
        if isinstance(resolved, str):
            return (
                None,
                (),
                [
                    Finding(
                        "unknown_province", "province", params={"name": province, "near": self._places.near(province)}
                    )
                ],
            )
        unit, possible = resolved
        both = tuple(old for old in possible if old in said) if said else possible
        if said and not both:
            told = {"fact": FORMER, "said": said, "province": province, "made_of": possible}
            return unit, possible, [Finding("wrong_former_province", FORMER, params=told)]
        return unit, both, []


def _assumed(source: str, table: Mapping[str, tuple[Any, FactValue]]) -> Assumed:
    return Assumed(
        {fact: value for fact, (_raw, value) in table.items()},
        {fact: raw for fact, (raw, _value) in table.items()},
        dict.fromkeys(table, source),
    )


def derive(values: dict[str, FactValue], as_of: date) -> None:
    """Add the age; nobody asked about is born after the day, or never: no day of birth says nothing."""
    birth = values.get(BIRTH)
    if birth is NO_DATE:
        del values[BIRTH]
    if isinstance(birth, Span) and isinstance(birth.hi, date) and birth.hi > as_of:
        values[BIRTH] = Span(birth.lo, as_of)
    derive_ages(values, as_of)


def _former(values: Mapping[str, FactValue]) -> tuple[str, ...]:
    told = values.get(FORMER)
    return tuple(sorted(told.possible)) if isinstance(told, Choice) else ()


def _contradictions(values: Mapping[str, FactValue], as_of: date) -> list[Finding]:
    findings: list[Finding] = []
    birth, death = values.get(BIRTH), values.get(DEATH)
    first = birth.lo if isinstance(birth, Span) else None
    if isinstance(first, date) and first > as_of:
        told = {"fact": BIRTH, "birth": first, "as_of": as_of}
        findings.append(Finding("born_later", BIRTH, params=told))
    if isinstance(first, date) and isinstance(death, Span) and isinstance(death.hi, date) and death.hi < first:
        told = {"fact": DEATH, "death": death.hi, "birth": first}
        findings.append(Finding("died_before_birth", DEATH, params=told))
    if isinstance(death, Span) and isinstance(death.lo, date) and death.lo > as_of:
        told = {"fact": DEATH, "death": death.lo, "as_of": as_of}
        findings.append(Finding("died_later", DEATH, params=told))
    return findings
