"""``ansinh family``: judge a whole family at once, from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from app.bootstrap import load_rules
from app.cli.files import read_yaml
from app.cli.options import AsOfOption, Province, known_province
from app.cli.output import console, emit, fail
from core.clock import SystemClock
from core.vietnamese.format import money
from rules.catalogue import Catalogue
from rules.engine.decision import Decision
from rules.engine.model import Outcome
from rules.errors import InvalidFacts
from rules.family import Family, FamilyAssessment, FamilyQuestion, Household

FORM = "{household: {fact: value}, people: {mother: {fact: value}}}"


def family(
    file: Annotated[Path, typer.Argument(help=f"YAML or JSON: {FORM}")],
    as_of: AsOfOption = None,
    province: Province = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Judge every member of a family for every benefit, with what excludes what and the cheapest way to cards."""
    told = _read(file)
    service = load_rules()
    day = as_of.day if as_of else SystemClock().today()
    place = known_province(service.places, province)
    judge = Family(service)
    try:
        assessment = judge.assess(told, as_of=day, province=place)
        question = judge.next_question(told, as_of=day, province=place, conversational=False)
    except InvalidFacts as error:
        fail(*error.findings, code=1)
    if as_json:
        asked = {"person": question.person, **question.question.to_json()} if question else None
        emit({**assessment.to_json(), "next_question": asked})
    else:
        _show(assessment, Catalogue(service.release), question)


def _read(file: Path) -> Household:
    found: Any = read_yaml(file)
    people = found.get("people") if isinstance(found, dict) else None
    shared = found.get("household") or {} if isinstance(found, dict) else None
    if not isinstance(people, dict) or not all(isinstance(facts, dict) for facts in people.values()) or not people:
        fail(f"{file}: `people` must name each member with facts: {FORM}", code=2)
    if not isinstance(shared, dict):
        fail(f"{file}: `household` must hold facts: {FORM}", code=2)
    return Household({str(person): facts for person, facts in people.items()}, shared)


def _show(assessment: FamilyAssessment, catalogue: Catalogue, question: FamilyQuestion | None) -> None:
    table = Table("member", "granted", "each month", title=f"{assessment.as_of}")
    rows = [(person, one) for person, member in assessment.members.items() for one in member.decisions]
    rows += [(", ".join(one.applicants), one.decision) for one in assessment.shared]
    for person, decision in rows:
        if decision.outcome is Outcome.ELIGIBLE:
            name = catalogue.benefit(decision.benefit, as_of=assessment.as_of).name_vi
            table.add_row(escape(person), name, _monthly(decision))
    console.print(table)
    sure = "" if assessment.complete else " at least"
    console.print(f"Sure each month:{sure} {money(assessment.monthly_vnd)}")
    if assessment.cards.saved_vnd:
        who = ", ".join(choice.person for choice in assessment.cards.choices if choice.chosen)
        console.print(f"Cards by household for {escape(who)} save {money(assessment.cards.saved_vnd)} a year")
    undecided = sum(decision.outcome is Outcome.UNDETERMINED for _, decision in rows)
    asked = f"; next: {escape(question.person)}, {question.question.fact}" if question else ""
    console.print(f"Still open: {undecided}{asked}")


def _monthly(decision: Decision) -> str:
    amount = decision.results.get("amount_vnd_per_month")
    return "" if amount is None or decision.results.get("paid") is False else money(int(amount))
