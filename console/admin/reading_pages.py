"""Reading the rules: benefits by area, one benefit in words with its line of time and its YAML, one figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup
from sqlalchemy import func, select
from starlette.responses import Response

from console.admin.shelf import Shelf
from console.aside import asking_again
from console.forms import Form, day, whole, words
from console.gate import Gate
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit
from rules.authoring.usage import measured_by
from rules.authoring.validation import past_revision
from rules.store.active import RuleSet
from rules.store.drafts import ALIVE
from rules.store.records import DraftState
from rules.store.tables import DraftRow

_READ: Final = Form(day("on", required=False), whole("release", least=1, required=False), words("q", required=False))


@dataclass(frozen=True)
class Reading:
    """The pages that change nothing."""

    gate: Gate
    shelf: Shelf

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/rules")
        router.get("", needs=Permission.RULES_READ)(self.overview)
        router.get("/benefits/{benefit}", needs=Permission.RULES_READ)(self.benefit)
        router.get("/figures", needs=Permission.RULES_READ)(self.figures)
        router.get("/figures/{key}", needs=Permission.RULES_READ)(self.figure)
        return router

    def overview(self, visit: CurrentVisit) -> Response:
        """List the benefits by area, and what waits for somebody."""
        rules = self.shelf.current
        today = self.gate.deps.clock.today()
        areas: dict[str, list[object]] = {}
        for card in rules.catalogue.cards(today):
            areas.setdefault(card.area, []).append(card)
        late = list(past_revision(rules.service.release, today))
        return visit.page("admin/rules.html", rules=rules, areas=areas, late=late, waiting=self._waiting())

    def benefit(self, visit: CurrentVisit, benefit: str) -> Response:
        """Show a benefit in words, on a day or over all time, of the release in use or an older one."""
        filled = _READ.read(visit.request.query_params)
        on: date | None = filled["on"]
        rules = self.shelf.opened(filled["release"])
        if rules is None:
            return asking_again(visit.page("admin/opening.html", n=filled["release"], benefit=benefit))
        read = self.shelf.benefit(rules, benefit, on=on)
        key = (rules.documents.content_hash, "drawn", benefit, on)
        body = self.shelf.drawn(key, lambda: self._drawn("admin/benefit_text.html", read=read))
        return visit.page(
            "admin/benefit.html", rules=rules, read=read, body=body, on=on, form=filled, release=filled["release"]
        )

    def figures(self, visit: CurrentVisit) -> Response:
        """List the figures of the law, with their value of today."""
        rules = self.shelf.current
        today = self.gate.deps.clock.today()
        asked = _READ.read(visit.request.query_params)["q"] or ""
        key = (rules.documents.content_hash, "figures", today)
        rows = self.shelf.drawn(key, lambda: _figure_rows(rules, today))
        found = [row for row in rows if asked.casefold() in f"{row[0]} {row[1]}".casefold()]
        return visit.page("admin/figures.html", rows=found, q=asked)

    def figure(self, visit: CurrentVisit, key: str) -> Response:
        """Show one figure over time and place."""
        rules = self.shelf.current
        statement = self.shelf.parameter(rules, key)
        benefits = rules.service.release.benefits.values()
        kept = (rules.documents.content_hash, "used", key)
        used = self.shelf.drawn(kept, lambda: [one for one in benefits if _uses(rules, one.id, key)])
        return visit.page("admin/figure.html", figure=statement, key=key, used=used)

    def _drawn(self, template: str, **context: object) -> Markup:
        return Markup(self.gate.pages.draw(template, visit=None, **context))  # noqa: S704  (drawn with autoescape)

    def _waiting(self) -> dict[str, int]:
        asked = select(DraftRow.state, func.count()).where(DraftRow.state.in_([s.value for s in ALIVE]))
        with self.gate.deps.database.session() as session:
            counts = {state: count for state, count in session.execute(asked.group_by(DraftRow.state))}  # noqa: C416
        return {state.value: counts.get(state.value, 0) for state in DraftState if state in ALIVE}


def _figure_rows(rules: RuleSet, today: date) -> list[tuple[str, str, str, int]]:
    """Return key, name, value of today and the number of rows of each parameter, by name."""
    found = []
    for parameter in rules.service.release.parameters.values():
        shown = rules.figures.show(parameter.key, as_of=today) or "–"
        found.append((parameter.key, parameter.name_vi, shown, len(parameter.rows)))
    return sorted(found, key=lambda row: row[1])


def _uses(rules: RuleSet, benefit: str, key: str) -> bool:
    return any(parameter.key == key for parameter in measured_by(rules.service.release, benefit))
