"""The figures page: what citizens asked and what came of it, over a span of days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from console.exports import csv_download
from console.figures import charts
from console.figures.releases import ReleaseEffect, effects
from console.figures.statistics import OUTCOMES, DailyFigures, Statistics, waiting_now
from console.gate import Gate
from console.recent import Recent
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit

SPANS: Final = (7, 30, 90, 365)
_AGE: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class Shown:
    """Everything one span shows."""

    statistics: Statistics
    before: Statistics
    waiting: int  # citizens who wait for a person now
    releases: Sequence[ReleaseEffect]


@dataclass(frozen=True, slots=True)
class Topic:
    """One row of topics: its name, the area it belongs to, and the counts by outcome."""

    name: str
    area: str
    counts: Sequence[int]

    @property
    def total(self) -> int:
        """Return how many turns were about it."""
        return sum(self.counts)


class FiguresPages:
    """The pages of figures."""

    def __init__(self, gate: Gate) -> None:
        self._gate, self._deps = gate, gate.deps
        self._daily = DailyFigures(gate.deps.database, gate.deps.clock)
        self._recent = {days: Recent(partial(self._look, days), self._deps.clock, age=_AGE) for days in SPANS}

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/figures")
        router.get("", needs=Permission.FIGURES_READ)(self.figures)
        router.get("/export", needs=Permission.FIGURES_READ)(self.export)
        return router

    def look_ahead(self) -> Iterator[object]:
        """Count the days that are over before anybody asks."""
        for recent in self._recent.values():
            yield recent.get()

    def figures(self, visit: CurrentVisit, days: int = 30) -> Response:
        """Show the figures of the last *days*."""
        span = days if days in SPANS else 30
        shown = self._recent[span].get()
        return visit.page(
            "figures/figures.html",
            days=span,
            spans=SPANS,
            shown=shown,
            now=shown.statistics,
            topics=self._topics(shown.statistics),
            outcomes=OUTCOMES,
            facts=self._fact_names(shown.statistics),
            chart=self._chart(shown.statistics),
            charts=charts,
        )

    def export(self, visit: CurrentVisit, days: int = 30) -> Response:
        """Give topics by outcome as CSV."""
        span = days if days in SPANS else 30
        found = self._recent[span].get().statistics
        visit.record("figures.export", "figures", since=str(found.since), until=str(found.until))
        rows = [(topic, *(counts.get(outcome, 0) for outcome in OUTCOMES)) for topic, counts in found.topics.items()]
        return csv_download(f"figures-{found.since}-{found.until}", ("topic", *OUTCOMES), sorted(rows))

    def _look(self, days: int) -> Shown:
        database, today = self._deps.database, self._deps.clock.today()
        since = today - timedelta(days=days - 1)
        return Shown(
            self._daily.of(since, today),
            self._daily.of(since - timedelta(days=days), since - timedelta(days=1)),
            waiting_now(database),
            effects(self._deps.releases, self._daily, today),
        )

    def _topics(self, found: Statistics) -> Sequence[Topic]:
        today = self._deps.clock.today()
        cards = {card.id: card for card in self._deps.rules.catalogue.cards(today)}
        areas = {card.area for card in cards.values()}
        rows = []
        for key, counts in found.topics.items():
            area = cards[key].area if key in cards else key if key in areas else "none"
            name = cards[key].name_vi if key in cards else self._text(f"figures.areas.{area}_any")
            rows.append(Topic(name, self._text(f"figures.areas.{area}"), [counts.get(o, 0) for o in OUTCOMES]))
        return sorted(_merged(rows), key=lambda row: -row.total)

    def _fact_names(self, found: Statistics) -> dict[str, str]:
        known = self._deps.rules.service.vocabulary.facts
        return {fact: known[fact].name_vi if fact in known else fact for fact, _ in found.unknown}

    def _chart(self, found: Statistics) -> dict[str, Any]:
        weekly = len(found.by_day) > 120
        columns = _weeks(found.by_day) if weekly else [(day, day, counts) for day, counts in found.by_day]
        values = [[counts.get(outcome, 0) for outcome in OUTCOMES] for _, _, counts in columns]
        label = self._gate.pages.texts("figures.chart_label", total=sum(map(sum, values)))
        return {
            "svg": charts.stacked_columns(values, label=label),
            "most": max(map(sum, values), default=0),
            "weekly": weekly,
            "rows": [
                (first, last, counts, sum(row)) for (first, last, counts), row in zip(columns, values, strict=True)
            ],
        }

    def _text(self, key: str) -> str:
        texts = self._gate.pages.texts
        return texts(key) if texts.has(key) else key.rpartition(".")[2]


def _merged(rows: Sequence[Topic]) -> list[Topic]:
    """Join rows of one name: a benefit id that is no longer released may share it with its area."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(OUTCOMES))
    for row in rows:
        total = sums[row.name, row.area]
        for at, count in enumerate(row.counts):
            total[at] += count
    return [Topic(name, area, counts) for (name, area), counts in sums.items()]


def _weeks(days: Sequence[tuple[date, Any]]) -> list[tuple[date, date, dict[str, int]]]:
    weeks: list[tuple[date, date, dict[str, int]]] = []
    for at in range(0, len(days), 7):
        part = days[at : at + 7]
        counts = {outcome: sum(found.get(outcome, 0) for _, found in part) for outcome in OUTCOMES}
        weeks.append((part[0][0], part[-1][0], counts))
    return weeks
