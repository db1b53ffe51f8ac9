"""The room's front door: facts in, decisions out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rules.engine.case import AGE, AGE_TOLD, BIRTH, FORMER, Case, derive_ages
from rules.engine.decision import Assessment, Decision, Leaf, Reason
from rules.engine.model import Outcome, Release
from rules.engine.snapshot import Engine, Snapshot
from rules.engine.values import Choice, FactValue, Span
from rules.errors import InvalidFacts, UnknownBenefit
from rules.facts.vocabulary import AgeAssumption, Vocabulary
from rules.findings import Finding
from rules.places import Places
from rules.schema.release import RULES, load_release

__all__ = ["Assessment", "Decision", "EligibilityService", "Leaf", "Outcome", "Reason"]


class EligibilityService:
    """Judges cases by one release of the law."""

    def __init__(self, release: Release, vocabulary: Vocabulary, places: Places) -> None:
        self.release, self.vocabulary, self.places = release, vocabulary, places
        self.engine = Engine(release)

    @classmethod
    def load(cls, root: Path = RULES) -> EligibilityService:
        """Read the rule files; raises :class:`rules.errors.InvalidRules` with every finding."""
        places = Places.load()
        vocabulary = Vocabulary.load(places=places)
        return cls(load_release(root, vocabulary=vocabulary, places=places), vocabulary, places)

    def assess(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        known_on: date | None = None,
        province: str | None = None,
        benefits: Sequence[str] | None = None,
        conversational: bool = False,
        explain: bool = True,
    ) -> Assessment:
        """Judge *facts* by the law of *as_of* as known on *known_on* (default: that day).

        Raises :class:`InvalidFacts` with every finding at once, :class:`UnknownBenefit`. With *conversational*, what
        people leave unsaid in a talk is presumed too. Without *explain*, leaves and citations are left out.
        """
        asked = self._asked(benefits)
        seen = known_on or as_of
        case = self.case(facts, as_of=as_of, known_on=seen, province=province, conversational=conversational)
        snapshot = self.engine.snapshot(as_of, seen)
        return Assessment(as_of, seen, self.release.id, decide_all(snapshot, case, asked, explain=explain))

    def check(self, facts: Mapping[str, Any], *, as_of: date, province: str | None = None) -> list[Finding]:
        """Return everything that is wrong with *facts*, without judging them."""
        values, findings = self.vocabulary.parse_all(facts)
        return [*findings, *self._contradictions(values, as_of), *self._place(values, as_of, province)[2]]

    def case(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        known_on: date,
        province: str | None = None,
        conversational: bool = False,
    ) -> Case:
        """Return the case the engine judges: told facts, then what is derived or presumed."""
        values, findings = self.vocabulary.parse_all(facts)
        findings += self._contradictions(values, as_of)
        unit, former, wrong = self._place(values, as_of, province)
        if findings or wrong:
            raise InvalidFacts([*findings, *wrong])
        snapshot = self.engine.snapshot(as_of, known_on)
        raw: dict[str, Any] = dict(facts)
        origin = dict.fromkeys(facts, "told")
        self._assume(values, raw, origin, as_of, conversational=conversational)
        return Case(
            as_of,
            known_on,
            values,
            raw,
            origin,
            unit,
            former,
            snapshot.look_up,
            self.vocabulary.numbers,
            snapshot.new_memo(),
        )

    def _asked(self, benefits: Sequence[str] | None) -> Sequence[str]:
        for name in benefits or ():
            if name not in self.release.benefits:
                raise UnknownBenefit(name, list(self.release.benefits))
        return benefits if benefits is not None else list(self.release.benefits)

    def _assume(
        self,
        values: dict[str, FactValue],
        raw: dict[str, Any],
        origin: dict[str, str],
        as_of: date,
        *,
        conversational: bool,
    ) -> None:
        """Add what follows from the age, and what is presumed where nothing was told."""
        birth = values.get(BIRTH)
        if isinstance(birth, Span) and isinstance(birth.hi, date) and birth.hi > as_of:
            values[BIRTH] = Span(birth.lo, as_of)
        derive_ages(values, as_of)
        for assumption in self.vocabulary.age_implied:
            self._if_young(assumption, "derived", values, raw, origin)
        if conversational and self.vocabulary.child_presumption is not None:
            self._if_young(self.vocabulary.child_presumption, "presumed", values, raw, origin)
        presumed = [self.vocabulary.presumed]
        if conversational:
            presumed.append(self.vocabulary.presumed_in_dialogue)
        for table in presumed:
            for fact, (shown, value) in table.items():
                if fact not in values:
                    values[fact], raw[fact], origin[fact] = value, shown, "presumed"

    def _if_young(
        self,
        assumption: AgeAssumption,
        source: str,
        values: dict[str, FactValue],
        raw: dict[str, Any],
        origin: dict[str, str],
    ) -> None:
        age = values.get(AGE)
        if not isinstance(age, Span) or not isinstance(age.hi, int) or age.hi >= assumption.under_years:
            return
        for fact, shown in assumption.facts.items():
            if fact not in values:
                values[fact], raw[fact], origin[fact] = self.vocabulary.parse(fact, shown), shown, source

    def _contradictions(self, values: Mapping[str, FactValue], as_of: date) -> list[Finding]:
        findings: list[Finding] = []
        birth, death = values.get(BIRTH), values.get("date_of_death")
        if isinstance(birth, Span) and isinstance(birth.lo, date) and birth.lo > as_of:
            message = f"{BIRTH}: born on {birth.lo}, after the day asked about ({as_of})"
            findings.append(Finding("born_later", BIRTH, 0, message))
        if (
            isinstance(birth, Span)
            and isinstance(death, Span)
            and isinstance(birth.lo, date)
            and isinstance(death.hi, date)
            and death.hi < birth.lo
        ):
            message = f"date_of_death: {death.hi} lies before the date of birth ({birth.lo})"
            findings.append(Finding("died_before_birth", "date_of_death", 0, message))
        return findings

    def _place(
        self, values: Mapping[str, FactValue], as_of: date, province: str | None
    ) -> tuple[str | None, tuple[str, ...], list[Finding]]:
        told = values.get(FORMER)
        said = tuple(sorted(told.possible)) if isinstance(told, Choice) else ()
        if province is None:
            units = {self.places.from_old(old) for old in said}
            return (units.pop() if len(units) == 1 else None), said, []
        resolved = self.places.resolve(province, as_of)
        if isinstance(resolved, str):
            return None, (), [Finding("unknown_province", "province", 0, resolved)]
        unit, possible = resolved
        both = tuple(old for old in possible if old in said) if said else possible
        if said and not both:
            message = (
                f"{FORMER}: {', '.join(said)} does not belong to {province}, which is made of {', '.join(possible)}"
            )
            return unit, possible, [Finding("wrong_former_province", FORMER, 0, message)]
        return unit, both, []


def decide_all(snapshot: Snapshot, case: Case, asked: Sequence[str], *, explain: bool) -> tuple[Decision, ...]:
    """Return the decisions on *asked*, after what excludes what."""
    decisions = [snapshot.decide(name, case, explain=explain) for name in asked]
    return tuple(snapshot.combined(decision, case, explain=explain) for decision in decisions)


AGE_FACTS = frozenset({BIRTH, AGE_TOLD})
