"""What the rules of a draft say of a worked case that is being written, beside what the case expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from console.admin.casing import Casing
from console.admin.impact_words import ImpactWords
from console.staff.fact_words import FactWords
from console.verdicts import Chip, Figure, VerdictWords
from rules.checking import Difference, compare
from rules.editing.fact_fields import was_spoken
from rules.engine.decision import Decision
from rules.errors import InvalidFacts
from rules.findings import Finding
from rules.service import EligibilityService

_FIELDS: Final[Mapping[str, str]] = {"refer_to_human": "refer"}
_OWN: Final = ("outcome", "group", "missing", "cites", "refer_to_human")


class State(StrEnum):
    """How far the verdict is: said, the rules are still being read, the rules or the case are not fit to be judged."""

    SAID = "said"
    WAITING = "waiting"
    UNFIT_RULES = "unfit_rules"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Said:
    """What the rules say of one benefit; ``number`` is the expectation it belongs to.

    ``differs`` are label, what is expected and what the rules say, for each field that is otherwise.
    """

    number: int
    benefit: str
    decision: Decision
    chip: Chip
    figures: Sequence[Figure]
    groups: Sequence[str]
    missing: Sequence[tuple[str, str]]
    differs: Sequence[tuple[str, str, str]]
    is_expected: bool


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """The verdict as a template draws it. ``facts`` are the facts in words; ``notes`` stand at fields."""

    state: State
    said: Sequence[Said] = ()
    findings: Sequence[Finding] = ()
    facts: Sequence[tuple[str, str]] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    def missing(self, casing: Casing, number: int) -> list[tuple[str, str]]:
        """Return the facts that may be expected to be missing: those expected so far, and those that are."""
        known = casing.form.facts
        found = [fact for one in self.said if one.number == number for fact, _name in one.missing]
        facts = dict.fromkeys([*casing.fields.expects[number].missing, *found])
        return [(fact, known[fact].name_vi if fact in known else fact) for fact in facts]


@dataclass(frozen=True)
class CaseJudge:
    """Judges cases by *service*; where it is ``None``, *unjudged* says why."""

    service: EligibilityService | None
    words: ImpactWords
    facts: FactWords
    unjudged: State = State.WAITING

    def verdict(self, casing: Casing, case: Mapping[str, Any], findings: Sequence[Finding]) -> CaseVerdict:
        """Return what the rules say of *case*, what was read of *casing*; *findings* are what could not be read."""
        told, notes = self._in_words(casing, case)
        unread = [one for one in findings if not one.path.startswith("e.") and one.path not in ("k.title", "k.id")]
        if unread:
            return CaseVerdict(State.UNREAD, facts=told, notes=notes)
        if self.service is None:
            return CaseVerdict(self.unjudged, facts=told, notes=notes)
        try:
            said, findings = self._judged(self.service, casing, case)
        except InvalidFacts as error:
            return CaseVerdict(State.UNREAD, (), [placed(one, casing) for one in error.findings], told, notes)
        return CaseVerdict(State.SAID, said, findings, told, {**notes, **self._notes(case, said)})

    def _judged(
        self, service: EligibilityService, casing: Casing, case: Mapping[str, Any]
    ) -> tuple[list[Said], list[Finding]]:
        days = {name: date.fromisoformat(case[name]) if case.get(name) else None for name in ("as_of", "known_on")}
        assert days["as_of"] is not None  # noqa: S101  (it was read)
        asked = {n: one.benefit for n, one in enumerate(casing.fields.expects) if one.benefit}
        unknown = {n: benefit for n, benefit in asked.items() if benefit not in service.release.benefits}
        found = service.assess(
            case["facts"],
            as_of=days["as_of"],
            known_on=days["known_on"],
            province=case.get("province"),
            benefits=list(dict.fromkeys(one for one in asked.values() if one not in unknown.values())),
        )
        said = [self._said(n, casing, case, found.decision(one)) for n, one in asked.items() if n not in unknown]
        findings = [Finding("unknown_benefit", f"e.{n}.benefit", params={"name": one}) for n, one in unknown.items()]
        return said, findings

    def _notes(self, case: Mapping[str, Any], said: Sequence[Said]) -> dict[str, str]:
        """Return what the rules say at the fields that expect otherwise."""
        return {
            f"e.{one.number}.{_field(other.key)}": self._value(other, other.found)
            for one in said
            for other in _differences(case, one.number, one.decision)
        }

    def _said(self, number: int, casing: Casing, case: Mapping[str, Any], decision: Decision) -> Said:
        words, chosen = VerdictWords.load(), decision.group
        groups = [chosen] if isinstance(chosen, str) else list(chosen or ())
        facts = casing.form.facts
        return Said(
            number,
            self.words.benefit(decision.benefit),
            decision,
            words.chip(decision),
            words.figures(decision),
            [self.words.group(decision.benefit, group) for group in groups],
            [(fact, facts[fact].name_vi if fact in facts else fact) for fact in decision.missing],
            [
                (self._label(one.key), self._value(one, one.expected), self._value(one, one.found))
                for one in _differences(case, number, decision)
            ],
            bool(casing.fields.expects[number].outcome),
        )

    def _label(self, key: str) -> str:
        return self.words.texts(f"admin.cases.parts.{key}") if key in _OWN else self.words.label(key)

    def _value(self, one: Difference, value: Any) -> str:
        if one.key == "missing" and value and self.service is not None:
            known = self.service.vocabulary.facts
            return ", ".join(known[fact].name_vi if fact in known else fact for fact in value)
        return self.words.value(one.key, value, one.benefit)

    def _in_words(self, casing: Casing, case: Mapping[str, Any]) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """Return the facts in words, and notes at those that were read out of words as people say them."""
        known, told, notes = casing.form.vocabulary, [], {}
        for name, raw in case["facts"].items():
            if name not in known.facts or known.parse_all({name: raw})[1]:
                continue
            definition = known.facts[name]
            told.append((definition.name_vi, self.facts.value(definition, raw)))
            if name in casing.fields.facts and was_spoken(definition, casing.fields.facts[name], raw):
                notes[f"f.{name}.value"] = told[-1][1]
        return told, notes


def _differences(case: Mapping[str, Any], number: int, decision: Decision) -> Sequence[Difference]:
    expected = (case.get("expect") or [])[number]
    return compare({key: value for key, value in expected.items() if value != ""}, decision)


def _field(key: str) -> str:
    """Return the field in which a part of a decision is expected."""
    return _FIELDS.get(key, key) if key in _OWN else f"r.{key}"


def placed(finding: Finding, casing: Casing) -> Finding:
    """Return a finding about a fact or the place at its field, with the fact by its name."""
    fact = casing.form.facts.get(finding.path)
    if fact is None:
        return Finding(finding.key, f"k.{finding.path}", params=finding.params)
    return Finding(finding.key, f"f.{fact.id}.value", params={**finding.params, "fact": fact.name_vi})
