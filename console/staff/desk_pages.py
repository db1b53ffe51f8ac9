"""The eligibility desk: the page, the verdicts as one types, and the checklist to take along."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from starlette.responses import PlainTextResponse, Response

from bot.switches import SwitchKind
from console.checklist.pdf import as_pdf
from console.checklist.sheet import Contact, Sheet, Sheets, as_text
from console.errors import NotFound
from console.gate import Gate
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.staff.desk_case import HOUSEHOLD, DeskCases, Judged
from console.staff.desk_form import DeskForm, Sent
from console.staff.desk_view import DeskView
from console.staff.fact_words import fact_choices, told_apart
from console.staff.places import province_choices
from console.visit import CurrentVisit, Visit

AHEAD_OF: Final = 4  # people for whom the desk looks ahead


@dataclass(frozen=True)
class Desk:
    """Reads, judges and shows cases by the release in use."""

    gate: Gate

    @property
    def cases(self) -> DeskCases:
        """Return what judges."""
        return DeskCases(self.gate.deps.rules)

    def sent(self, data: Mapping[str, Any]) -> Sent:
        """Return what the page sent."""
        service = self.gate.deps.rules.service
        return DeskForm(self.cases, service.vocabulary, service.places).read(data, today=self._today)

    def judged(self, sent: Sent) -> Judged:
        """Judge what was sent."""
        as_of = sent.as_of or self._today
        told = self.cases.told(sent.story, sent.by_hand, today=self._today, province=sent.province)
        ahead = list(told.household.people)[:AHEAD_OF]
        asked = self._asked(as_of, sent.with_loans)
        return self.cases.judge(told, as_of=as_of, benefits=asked, ahead=ahead, skipped=sent.skipped)

    def shown(self, sent: Sent) -> dict[str, Any]:
        """Return what the page shows of it."""
        rules = self.gate.deps.rules
        view = DeskView(self.gate.pages.texts, rules.catalogue, rules.service.vocabulary, rules.planner)
        judged, paused = self.judged(sent), self._paused()
        heard = self.cases.told(sent.story, {}, today=self._today).facts
        benefit = {card.id: card.name_vi for card in rules.catalogue.cards(judged.as_of)}
        return {
            "sent": sent,
            "judged": judged,
            "people": view.people(judged, with_loans=sent.with_loans, without=paused),
            "paused": sorted(benefit[name] for name in paused if name in benefit),
            "question": view.question(judged, sent.asked),
            "story": told_apart(sent.story, judged.told.heard),
            "place": rules.service.places.units[judged.told.province].name_vi if judged.told.province else "",
            "person_name": view.person_name,
            "benefit_name": benefit.__getitem__,
            "droppable": [person for person in sent.by_hand if person not in heard],
            "by_hand": json.dumps(sent.by_hand, ensure_ascii=False),
            "facts": fact_choices(rules.service.vocabulary),
            "is_empty": not any(judged.told.facts.values()) and len(judged.told.facts) < 2,
        }

    def sheet(self, sent: Sent, person: str) -> Sheet:
        """Return the checklist of one member, or of the household."""
        rules, settings = self.gate.deps.rules, self.gate.deps.settings
        judged = self.judged(sent)
        people = judged.told.household.people
        if judged.assessment is None or (person not in people and person != HOUSEHOLD):
            raise NotFound
        facts = judged.told.household.facts_of(next(iter(people)) if person == HOUSEHOLD else person)
        province = judged.told.province
        assessment = rules.service.assess(
            facts,
            as_of=judged.as_of,
            province=province,
            benefits=self._asked(judged.as_of, sent.with_loans),
            conversational=True,
        )
        view = DeskView(self.gate.pages.texts, rules.catalogue, rules.service.vocabulary, rules.planner)
        sheets = Sheets(rules.catalogue, rules.service.vocabulary, Contact(settings.operator, settings.hotline))
        place = rules.service.places.units[province].name_vi if province else ""
        told = view.worth_telling(assessment.decisions, judged.as_of, with_loans=sent.with_loans)
        name = view.person_name(person)
        return sheets.sheet(assessment, person=name, province=province, place=place, benefits=told)

    def _asked(self, as_of: date, with_loans: bool) -> list[str]:
        cards, paused = self.gate.deps.rules.catalogue.cards(as_of), self._paused()
        return [card.id for card in cards if card.id not in paused and (with_loans or not card.is_on_request)]

    def _paused(self) -> frozenset[str]:
        """Return the benefits that are switched off: no verdict on them leaves the house."""
        off = self.gate.deps.switches.off()
        return frozenset(one.name for one in off if one.kind is SwitchKind.BENEFIT)

    @property
    def _today(self) -> date:
        return self.gate.deps.clock.today()


def judge_once(gate: Gate) -> Iterator[object]:
    """Judge an empty case, which loads all that the first caller would wait for."""
    desk = Desk(gate)
    yield desk.shown(desk.sent({}))


def desk_router(gate: Gate) -> ConsoleRouter:
    """Return the routes of the eligibility desk."""
    router, desk = ConsoleRouter("/desk"), Desk(gate)

    @router.get("", needs=Permission.DESK)
    def page(visit: CurrentVisit) -> Response:
        return _page(visit, desk, desk.sent({}))

    @router.post("", needs=Permission.DESK)
    def judge(visit: CurrentVisit) -> Response:
        sent = desk.sent(visit.data)
        if visit.is_fragment:
            return visit.page("staff/desk_case.html", **desk.shown(sent))
        return _page(visit, desk, sent)

    @router.post("/checklist.pdf", needs=Permission.DESK)
    def print_sheet(visit: CurrentVisit) -> Response:
        pdf = as_pdf(desk.sheet(desk.sent(visit.data), str(visit.data.get("person", ""))))
        headers = {"Content-Disposition": 'inline; filename="phieu-huong-dan.pdf"', "Cache-Control": "no-store"}
        return Response(pdf, media_type="application/pdf", headers=headers)

    @router.post("/checklist.txt", needs=Permission.DESK)
    def sheet_text(visit: CurrentVisit) -> Response:
        person = str(visit.data.get("person", ""))
        text = as_text(desk.sheet(desk.sent(visit.data), person))
        if visit.is_fragment:
            return visit.page("staff/desk_text.html", text=text, person=person)
        return PlainTextResponse(text, headers={"Cache-Control": "no-store"})

    return router


def _page(visit: Visit, desk: Desk, sent: Sent) -> Response:
    provinces = province_choices(desk.gate.deps.rules.service.places)
    return visit.page("staff/desk.html", provinces=provinces, **desk.shown(sent))
