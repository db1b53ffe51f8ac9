"""What a citizen takes along: for each benefit the papers, form, place, days, fee, and the law it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from console.checklist.steps import steps_of
from console.verdicts import Chip, Figure, VerdictWords
from core.vietnamese.format import day
from rules.catalogue import Catalogue, Procedure
from rules.engine.decision import Assessment, Decision
from rules.engine.model import Outcome
from rules.facts.vocabulary import Vocabulary

LOCALE = Path(__file__).parent.parent / "locale" / "checklist.yaml"
MOST_CITATIONS = 4
MOST_MISSING = 4
MOST_OPEN = 5


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask: the operating authority and its telephone number, empty where not set."""

    operator: str = ""
    hotline: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One benefit to apply for. ``steps`` are label and text; ``papers`` one line each."""

    benefit: str
    title: str
    chip: Chip
    figures: tuple[Figure, ...]
    reasons: tuple[str, ...]
    papers: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]
    citations: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet for one person. ``link`` is what its QR code opens."""

    heading: str
    person: str
    place: str
    law_of: str
    items: tuple[Item, ...]
    open_points: tuple[str, ...]
    remarks: tuple[str, ...]
    contact: str
    release: str
    link: str
    words: Mapping[str, str] = field(repr=False)


@cache
def words() -> Mapping[str, str]:
    """Read the packaged words once."""
    found: Mapping[str, str] = yaml.safe_load(LOCALE.read_text(encoding="utf-8"))
    return found


class Sheets:
    """Makes sheets by one release."""

    def __init__(self, catalogue: Catalogue, vocabulary: Vocabulary, contact: Contact | None = None) -> None:
        self._catalogue, self._vocabulary, self._contact = catalogue, vocabulary, contact or Contact()
        self._words, self._verdicts = words(), VerdictWords.load()

    def sheet(
        self,
        assessment: Assessment,
        *,
        person: str = "",
        province: str | None = None,
        place: str = "",
        benefits: Sequence[str] | None = None,
    ) -> Sheet:
        """Return the sheet for *assessment*: what is granted with how to apply, then what is still open.

        *person* and *place* are shown as given; with *benefits*, only these are looked at.
        """
        asked = [one for one in assessment.decisions if benefits is None or one.benefit in benefits]
        granted = [one for one in asked if one.outcome is Outcome.ELIGIBLE]
        still_open = [one for one in asked if one.outcome is Outcome.UNDETERMINED]
        say = self._words
        items = tuple(self._item(one, assessment.as_of, assessment.known_on, province) for one in granted)
        return Sheet(
            heading=say["heading"],
            person=say["for"].format(person=person or say["somebody"]),
            place=f"{say['place']}: {place}" if place else "",
            law_of=say["law_of"].format(day=day(assessment.as_of)),
            items=items,
            open_points=self._open_points(still_open, assessment.as_of),
            remarks=((say["disclaimer"],) if items else (say["nothing"], say["disclaimer"])),
            contact=self._contact_line(),
            release=say["release"].format(release=assessment.release[:12]),
            link=say["portal"],
            words=say,
        )

    def _item(self, decision: Decision, as_of: date, known_on: date, province: str | None) -> Item:
        name = self._catalogue.benefit(decision.benefit, as_of=as_of).name_vi
        way = self._catalogue.procedure(decision.benefit, as_of=as_of, known_on=known_on, province=province)
        procedure = way or Procedure()
        unpaid = decision.results.get("paid") is False
        cited = dict.fromkeys(cite.text for cite in (*decision.citations, *procedure.citations))
        return Item(
            decision.benefit,
            name,
            self._verdicts.chip(decision),
            () if unpaid else self._verdicts.figures(decision),
            tuple(dict.fromkeys(leaf.label_vi for leaf in decision.reasons if leaf.verdict and leaf.label_vi)),
            () if unpaid else self._papers(procedure),
            () if unpaid else self._steps(procedure),
            tuple(list(cited)[:MOST_CITATIONS]),
            self._remarks(decision, procedure),
        )

    def _papers(self, procedure: Procedure) -> tuple[str, ...]:
        """Return what to bring; where the law asks for the form alone, that form."""
        form = self._words["form_alone"].format(form=procedure.form) if procedure.form else ""
        return procedure.papers or ((form,) if form else ())

    def _steps(self, procedure: Procedure) -> tuple[tuple[str, str], ...]:
        """Return the steps; the form is among the papers where nothing else is to be brought."""
        told = procedure if procedure.papers else replace(procedure, form="")
        return steps_of(told, self._words)

    def _remarks(self, decision: Decision, procedure: Procedure) -> tuple[str, ...]:
        say = self._words
        paid = decision.results.get("paid") is not False
        unpaid = "" if paid else say["unpaid"]
        papers = "" if self._papers(procedure) or not paid else say["papers_unknown"]
        doubt = say["reservation"] if decision.reservation else ""
        reasons = [reason.text for reason in decision.refer_reasons]
        reasons += [note.cited for note in decision.notes] if paid else []
        return tuple(text for text in (unpaid, papers, procedure.note, *reasons, doubt) if text)

    def _open_points(self, decisions: Sequence[Decision], as_of: date) -> tuple[str, ...]:
        lines = []
        for one in sorted(decisions, key=lambda decision: len(decision.missing)):
            facts = [self._vocabulary.facts[fact].name_vi for fact in one.missing[:MOST_MISSING]]
            facts += [reason.text for reason in one.refer_reasons]
            if facts:
                name = self._catalogue.benefit(one.benefit, as_of=as_of).name_vi
                lines.append(self._words["clarify_line"].format(benefit=name, facts="; ".join(facts)))
        return tuple(lines[:MOST_OPEN])

    def _contact_line(self) -> str:
        if not self._contact.operator and not self._contact.hotline:
            return ""
        line = self._words["contact"].format(operator=self._contact.operator, hotline=self._contact.hotline)
        return " ".join(line.split())


def as_text(sheet: Sheet) -> str:
    """Return the sheet as plain lines, for a chat message."""
    say = sheet.words
    lines: list[Any] = [sheet.heading.upper(), sheet.person, sheet.place, sheet.law_of]
    for number, item in enumerate(sheet.items, start=1):
        lines += ["", f"{number}. {item.title}: {item.chip.text}"]
        lines += [f"- {figure.label}: {figure.value}" for figure in item.figures if figure.main]
        if item.papers:
            lines += [f"{say['papers']}:", *(f"{say['box']} {paper}" for paper in item.papers)]
        lines += [f"{label}: {text}" for label, text in item.steps]
        lines += [f"{say['note']}: {remark}" for remark in item.remarks]
        lines += [f"{say['citations']}: {'; '.join(item.citations)}"] if item.citations else []
    if sheet.open_points:
        lines += ["", f"{say['clarify']}:", *(f"- {point}" for point in sheet.open_points)]
    lines += ["", *sheet.remarks, sheet.contact]
    return "\n".join(line for place, line in enumerate(lines) if line or (place and lines[place - 1]))
