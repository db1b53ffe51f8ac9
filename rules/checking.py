"""Run worked cases: read them, judge them, compare with what they expect.

Also a command: ``python -m rules.checking FILE... [--expect] [--benefit ID] [--json]``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Protocol

from core.citations import Citation
from rules.engine.decision import Assessment, Decision, plain
from rules.engine.model import Confidence
from rules.errors import InvalidFacts, InvalidRules, UnknownBenefit
from rules.figure_cases import MisstatedFigure, StatedFigure, disagreements, stated_figures
from rules.findings import Finding, kind_of_value, told
from rules.schema.language import CASE
from rules.schema.nodes import Node, parse_yaml
from rules.schema.nodes import plain as bare
from rules.service import EligibilityService

GROUPS: Final = ("group", "contribution_group", "benefit_group")  # parts of a decision that name groups
_FRACTIONS: Final = 4


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """One case of a file: ``expect`` of the benefits, ``figures`` of the values of parameters on the day."""

    id: str
    as_of: date
    facts: Mapping[str, Any]
    known_on: date | None = None
    province: str | None = None
    expect: tuple[Mapping[str, Any], ...] = ()
    figures: tuple[StatedFigure, ...] = ()
    confidence: Confidence = Confidence.HIGH
    title: str = ""
    path: str = ""
    line: int = 0


class ToldAsJson(Protocol):
    """A question, a change, a near miss."""

    def to_json(self) -> Mapping[str, Any]:
        """Return plain JSON values."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not as expected."""

    benefit: str
    key: str
    expected: Any
    found: Any

    @property
    def shown(self) -> dict[str, str]:
        """What was expected and found, as a sentence shows them."""
        both = {"expected": self.expected, "found": self.found}
        return {name: kind_of_value(value) if value is None else str(plain(value)) for name, value in both.items()}

    def __str__(self) -> str:
        return told("case_differs", benefit=self.benefit, field=self.key, **self.shown)


@dataclass(frozen=True, slots=True)
class CaseOutlook:
    """What will change the answers and when, and what one other fact would bring."""

    changes: Sequence[ToldAsJson]
    near_misses: Sequence[ToldAsJson]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "changes": [change.to_json() for change in self.changes],
            "near_misses": [miss.to_json() for miss in self.near_misses],
        }


@dataclass(frozen=True, slots=True)
class CheckedCase:
    """What came of a case: an assessment, or what was wrong with it, and the differences from ``expect``."""

    case: WorkedCase
    assessment: Assessment | None = None
    findings: tuple[Finding, ...] = ()
    differences: tuple[Difference, ...] = ()
    next_question: Mapping[str, Any] | None = field(default=None)
    outlook: CaseOutlook | None = None

    @property
    def passed(self) -> bool:
        """Tell whether the case was judged and nothing differs."""
        return not self.findings and not self.differences

    def to_json(self) -> dict[str, Any]:
        """Return the line that ``ansinh check --json`` prints."""
        if self.assessment is None:
            return {"id": self.case.id, "errors": [{"code": f.code, "message": f.message} for f in self.findings]}
        told = {"id": self.case.id, **self.assessment.to_json(), "next_question": self.next_question}
        return told if self.outlook is None else {**told, "outlook": self.outlook.to_json()}


class LooksAhead(Protocol):
    """Looks ahead from a case; the outlook does."""

    def changes(
        self, facts: Mapping[str, Any], *, as_of: date, benefits: Sequence[str] | None, province: str | None
    ) -> Sequence[ToldAsJson]:
        """Return what will change and when."""
        ...

    def near_misses(
        self, facts: Mapping[str, Any], *, as_of: date, benefit: str, province: str | None
    ) -> Sequence[ToldAsJson]:
        """Return what one other fact would bring."""
        ...


class AsksNext(Protocol):
    """Chooses the next question; the planner does."""

    def next_question(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        known_on: date | None,
        province: str | None,
        benefits: Sequence[str] | None,
        conversational: bool,
    ) -> ToldAsJson | None:
        """Return the question, or ``None`` when no answer would change anything."""
        ...


def read_cases(text: str, path: str = "<stream>") -> tuple[list[WorkedCase], list[Finding]]:
    """Read one case or a list of them, YAML or JSON (also one JSON object a line); every finding at once."""
    cases: list[WorkedCase] = []
    findings: list[Finding] = []
    for node in _entries(text, path, findings):
        case = _case(node, path, len(cases) + 1, findings)
        if case is not None:
            cases.append(case)
    return cases, findings


def _entries(text: str, path: str, findings: list[Finding]) -> Iterator[Node]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(line.lstrip().startswith("{") and line.rstrip().endswith("}") for line in lines):
        for number, line in enumerate(lines, start=1):
            node, wrong = parse_yaml(line, f"{path}:{number}")
            findings += wrong
            if node is not None:
                yield node
        return
    node, wrong = parse_yaml(text, path)
    findings += wrong
    if node is None:
        return
    if isinstance(node.value, Mapping) and "cases" in node.value:
        node = node.value["cases"]
    yield from node.value if isinstance(node.value, list) else [node]


def _case(node: Node, path: str, number: int, findings: list[Finding]) -> WorkedCase | None:
    if not isinstance(node.value, Mapping):
        findings.append(Finding("not_a_case", path, node.line, params={"got": kind_of_value(bare(node))}))
        return None
    raw = bare(node)
    wrong: list[tuple[str, dict[str, Any]]] = [("key", {"key": key}) for key in raw if key not in CASE.allowed]
    as_of, known_on = _day(raw.get("as_of")), _day(raw.get("known_on"))
    if as_of is None:
        wrong.append(("as_of", {"got": kind_of_value(raw.get("as_of"))}))
    if raw.get("known_on") is not None and known_on is None:
        wrong.append(("known_on", {"got": kind_of_value(raw["known_on"])}))
    if not isinstance(raw.get("facts", {}), Mapping):
        wrong.append(("facts", {}))
    if not isinstance(raw.get("expect") or [], list):
        wrong.append(("expect", {}))
    figures: tuple[StatedFigure, ...] = ()
    try:
        figures = stated_figures(raw.get("figures") or {})
    except MisstatedFigure as error:
        wrong.append((error.code, {"figure": error.figure, "got": kind_of_value(error.got)}))
    if wrong or as_of is None:
        name = str(raw.get("id", f"case {number}"))
        findings += [Finding(f"bad_case.{key}", path, node.line, params=params, about=name) for key, params in wrong]
        return None
    levels = {level.name.lower(): level for level in Confidence}
    return WorkedCase(
        id=str(raw.get("id") or raw.get("name") or f"case-{number}"),
        as_of=as_of,
        facts=raw.get("facts") or {},
        known_on=known_on,
        province=raw.get("province"),
        expect=tuple(raw.get("expect") or ()),
        figures=figures,
        confidence=levels.get(str(raw.get("confidence", "high")), Confidence.HIGH),
        title=str(raw.get("title") or raw.get("name") or ""),
        path=path,
        line=node.line,
    )


def _day(raw: Any) -> date | None:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def check_cases(
    service: EligibilityService,
    cases: Iterable[WorkedCase],
    *,
    benefits: Collection[str] | None = None,
    planner: AsksNext | None = None,
    outlook: LooksAhead | None = None,
) -> Iterator[CheckedCase]:
    """Judge *cases* one by one; with *benefits* only those are judged and compared."""
    for case in cases:
        checked = _checked(service, case, benefits, planner)
        if outlook is not None and checked.assessment is not None:
            checked = replace(checked, outlook=_outlook(outlook, case, checked.assessment))
        yield checked


def _checked(
    service: EligibilityService, case: WorkedCase, benefits: Collection[str] | None, planner: AsksNext | None
) -> CheckedCase:
    try:
        assessment = service.assess(
            case.facts,
            as_of=case.as_of,
            known_on=case.known_on,
            province=case.province,
            benefits=list(benefits) if benefits is not None else None,
        )
    except InvalidFacts as error:
        return CheckedCase(case, findings=error.findings)
    except UnknownBenefit as error:
        return CheckedCase(
            case, findings=(Finding("unknown_benefit", case.path, case.line, params={"name": error.benefit}),)
        )
    expected = [e for e in case.expect if benefits is None or e.get("benefit") in benefits]
    question = _question(planner, case, benefits) if planner is not None else None
    return CheckedCase(
        case,
        assessment,
        differences=(*compare_all(expected, assessment), *_figures(service, case)),
        next_question=question.to_json() if question is not None else None,
    )


def _figures(service: EligibilityService, case: WorkedCase) -> Iterator[Difference]:
    return (Difference(*differs) for differs in disagreements(service, case)) if case.figures else iter(())


def _outlook(outlook: LooksAhead, case: WorkedCase, assessment: Assessment) -> CaseOutlook:
    names = [decision.benefit for decision in assessment.decisions]
    changes = outlook.changes(case.facts, as_of=case.as_of, benefits=names, province=case.province)
    misses = [
        miss
        for name in names
        for miss in outlook.near_misses(case.facts, as_of=case.as_of, benefit=name, province=case.province)
    ]
    return CaseOutlook(changes, misses)


def _question(planner: AsksNext, case: WorkedCase, benefits: Collection[str] | None) -> ToldAsJson | None:
    return planner.next_question(
        case.facts,
        as_of=case.as_of,
        known_on=case.known_on,
        province=case.province,
        benefits=list(benefits) if benefits is not None else None,
        conversational=False,
    )


def compare_all(expected: Sequence[Mapping[str, Any]], assessment: Assessment) -> tuple[Difference, ...]:
    """Compare every entry of ``expect`` with the decision on its benefit."""
    differences: list[Difference] = []
    for entry in expected:
        try:
            decision = assessment.decision(str(entry.get("benefit")))
        except KeyError:
            differences.append(Difference(str(entry.get("benefit")), "benefit", "judged", "no such benefit"))
            continue
        differences += compare(entry, decision)
    return tuple(differences)


def compare(expected: Mapping[str, Any], decision: Decision) -> tuple[Difference, ...]:
    """Return where *decision* is not as *expected*: only the keys given, missing facts as a subset, groups as sets,
    notes by their ids, citations by document and article, percentages to four decimals.
    """
    found = decision.to_json()
    return tuple(
        Difference(decision.benefit, key, value, found.get("citations" if key == "cites" else key))
        for key, value in expected.items()
        if key != "benefit" and not _agrees(key, value, decision, found)
    )


def _agrees(key: str, value: Any, decision: Decision, found: Mapping[str, Any]) -> bool:
    if key == "missing":
        return set(value) <= set(decision.missing)
    if key == "notes":
        return set(value) == {note.id for note in decision.notes}
    if key == "cites":
        wanted = [Citation(text) for text in value]
        return any(one.same_law(cited) for one in wanted for cited in decision.citations)
    actual = found.get(key)
    if key in GROUPS:
        return _as_set(value) == _as_set(actual)
    if isinstance(value, bool) or isinstance(actual, bool):
        return value is actual
    if isinstance(value, int | float | Decimal) and isinstance(actual, int | float):
        return round(float(value), _FRACTIONS) == round(float(actual), _FRACTIONS)
    return bool(plain(value) == actual)


def _as_set(value: Any) -> frozenset[str]:
    if value is None:
        return frozenset()
    return frozenset(value) if isinstance(value, list | tuple) else frozenset({value})


def lacks_reservation(checked: CheckedCase) -> tuple[str, ...]:
    """Return the benefits that a case of medium or low confidence expects, judged without a reservation."""
    if checked.assessment is None or checked.case.confidence is Confidence.HIGH:
        return ()
    judged = {decision.benefit: decision for decision in checked.assessment.decisions}
    asked = [judged[e["benefit"]] for e in checked.case.expect if e.get("benefit") in judged]
    if any(decision.reservation or decision.refer_to_human for decision in asked):
        return ()
    return tuple(decision.benefit for decision in asked)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check files of cases from the command line of a developer; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m rules.checking", description=main.__doc__)
    parser.add_argument("files", nargs="+", help="files of cases, - for standard input")
    parser.add_argument("--expect", action="store_true", help="compare with `expect`; exit 1 where any differs")
    parser.add_argument("--benefit", action="append", help="judge and compare only these benefits")
    parser.add_argument("--json", action="store_true", help="print one JSON object a case")
    options = parser.parse_args(arguments)
    try:
        service = EligibilityService.load()
    except InvalidRules as error:
        print(error, file=sys.stderr)
        return 2
    status = 0
    for name in options.files:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        cases, findings = read_cases(text, name)
        for finding in findings:
            print(finding, file=sys.stderr)
        checked = list(check_cases(service, cases, benefits=options.benefit))
        _print(checked, options)
        if findings or any(c.findings for c in checked) or (options.expect and not all(c.passed for c in checked)):
            status = 1
    return status


def _print(checked: Sequence[CheckedCase], options: argparse.Namespace) -> None:
    for one in checked:
        if options.json:
            print(json.dumps(one.to_json(), ensure_ascii=False))
            continue
        marks = [*map(str, one.findings), *(map(str, one.differences) if options.expect else ())]
        print(f"{'ok  ' if not marks else 'FAIL'} {one.case.id}  {one.case.title}")
        for mark in marks:
            print(f"       {mark}")
        if options.expect and (open_to_doubt := lacks_reservation(one)):
            print(f"       note: no reservation on {', '.join(open_to_doubt)} (case is not of high confidence)")
    if options.expect and not options.json:
        passed = sum(one.passed for one in checked)
        print(f"{passed} of {len(checked)} cases as expected")


if __name__ == "__main__":
    raise SystemExit(main())
