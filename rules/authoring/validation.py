"""Everything that is wrong with rule documents, at once; and what deserves a second look."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

from rules.authoring.idle import idle_conditions
from rules.authoring.usage import unused_facts
from rules.checking import GROUPS, CheckedCase, Difference, WorkedCase, check_cases, read_cases
from rules.documents import Documents
from rules.engine.model import Parameter, Release
from rules.errors import InvalidRules
from rules.facts.vocabulary import Vocabulary
from rules.figures.definitions import read_figures
from rules.findings import Finding, kind_of_value
from rules.places import Places
from rules.prior import Prior
from rules.schema.release import read_release
from rules.service import EligibilityService
from rules.wording.phrases import Phrases

_OF_EVERY_DECISION: Final = frozenset({"outcome", "group", "missing", "cites", "refer_to_human"})


def validate(documents: Documents) -> list[Finding]:
    """Return every finding of the documents: shape, names, dates, articles, figures, files of cases."""
    places = Places.load()
    vocabulary = Vocabulary.load(places=places)
    release, findings = read_release(documents, vocabulary=vocabulary, places=places)
    findings += read_figures(documents, release)[1]
    findings += worked_cases(documents)[1]
    try:
        Prior.load(vocabulary)
    except InvalidRules as error:
        findings += error.findings
    return findings


def advise(service: EligibilityService, on: date) -> list[Finding]:
    """Return what is no mistake but may be an oversight, seen from the day *on*.

    Conditions that decide nothing, facts nobody looks at, figures past the day by which they were to be revised.
    """
    return [
        *idle_conditions(service, on),
        *(
            Finding("unused_fact", "facts/vocabulary.yaml", params={"fact": fact})
            for fact in unused_facts(service.release, service.vocabulary)
        ),
        *past_revision(service.release, on),
    ]


def past_revision(release: Release, on: date) -> Iterator[Finding]:
    """Yield the parameters whose ``revised_by`` lies before *on* while their newest row began before that day."""
    for parameter in release.parameters.values():
        due, newest = parameter.revised_by, _newest_start(parameter)
        if due is not None and newest < due < on:
            yield Finding.at(parameter.source, "past_revision", key=parameter.key, due=due, newest=newest)


def worked_cases(documents: Documents) -> tuple[list[WorkedCase], list[Finding]]:
    """Return the cases beside the rules, and what is wrong with their files."""
    cases: list[WorkedCase] = []
    findings: list[Finding] = []
    for path, text in documents.of_kind("cases"):
        read, wrong = read_cases(text, f"{documents.shown}{path}")
        cases += read
        findings += wrong
    return cases, findings


def judged_cases(
    service: EligibilityService, cases: Iterable[WorkedCase], *, only: Collection[str] = ()
) -> Iterator[CheckedCase]:
    """Judge each case for the benefits it expects something of (with *only*: for these among them), and its figures."""
    for case in cases:
        asked = {str(entry.get("benefit")) for entry in case.expect}
        asked = asked & set(only) if only else asked
        if asked or (case.figures and not only):
            yield from check_cases(service, [case], benefits=sorted(asked))


def differing_cases(service: EligibilityService, documents: Documents) -> list[Finding]:
    """Return a finding per worked case that is not judged as its author wrote."""
    judged = judged_cases(service, worked_cases(documents)[0])
    return [finding for one in judged for finding in differences_of(one, service)]


def differences_of(checked: CheckedCase, service: EligibilityService) -> list[Finding]:
    """Return a finding per field of a case that is not as expected, at the place of the case, in words of *service*."""
    case = checked.case

    def found(key: str, /, **params: object) -> Finding:
        return Finding(key, case.path, case.line, params=params, about=case.id)

    return [
        *(found("case_differs.error", said=finding.message) for finding in checked.findings),
        *(found("case_differs", **_in_words(one, service)) for one in checked.differences),
    ]


def _in_words(difference: Difference, service: EligibilityService) -> dict[str, Any]:
    """Return the field with what was expected and found, as people read them; ids where there are no words."""
    phrases, name = Phrases.load(), difference.key
    benefit = service.release.benefits.get(difference.benefit)
    facts = {fact.id: fact.name_vi for fact in service.vocabulary.facts.values()} if name == "missing" else {}
    groups = {group.id: group.name_vi for group in benefit.groups} if benefit is not None and name in GROUPS else {}

    def shown(value: Any) -> Any:
        if not value and not isinstance(value, int | Decimal | float):
            return kind_of_value(value)
        if name == "outcome":
            return f"@{value}"
        if isinstance(value, list | tuple):
            return [facts.get(one) or groups.get(one) or one for one in value]
        unit = "vnd" if "_vnd" in name else "percent" if name.endswith("_percent") else ""
        return groups.get(value) if value in groups else phrases.value(value, unit)

    label = f"@{name}" if name in _OF_EVERY_DECISION else phrases.known("results", name)
    called = benefit.name_vi if benefit is not None else difference.benefit
    told = {"benefit": called, "field": label, "key": name}
    return {**told, "expected": shown(difference.expected), "found": shown(difference.found)}


def release_findings(documents: Documents) -> list[Finding]:
    """Return what keeps *documents* from being released: every finding, else every worked case that differs."""
    findings = validate(documents)
    return findings or differing_cases(EligibilityService.of(documents), documents)


class Remembered:
    """A check of documents that is made once for the same content: a page asks for it more than once."""

    def __init__(self, check: Callable[[Documents], list[Finding]], most: int = 16) -> None:
        self._check, self._most = check, most
        self._known: dict[str, list[Finding]] = {}

    def __call__(self, documents: Documents) -> list[Finding]:
        """Return the findings of *documents*."""
        key = documents.content_hash
        if key not in self._known:
            found = self._check(documents)
            if len(self._known) >= self._most:
                self._known.pop(next(iter(self._known)))
            self._known[key] = found
        return list(self._known[key])


def _newest_start(parameter: Parameter) -> date:
    return max((row.source.period.start or date.min for row in parameter.rows), default=date.min)
