"""The public page: how exact the answers are, when the rules changed last, what the law leaves open. No sign-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from fastapi import FastAPI
from starlette.responses import HTMLResponse, Response

from console.assets import console_assets
from console.deps import ConsoleSettings, RulesInUse
from console.figures.accuracy import Accuracy, AccuracyKeeper, Gap, gaps, unsure
from console.headers import SafeHeaders
from console.pages import Pages
from console.recent import Recent
from console.texts import Texts
from core.clock import Clock
from rules.store.active import RuleSet

PATH: Final = "/chinh-xac"
_AGE: Final = timedelta(seconds=30)
_AREAS: Final = ("allowance", "health_insurance", "poverty", "loans")


@dataclass(frozen=True)
class Shown:
    """What the page shows of one rule set."""

    rules: RuleSet
    accuracy: Accuracy | None
    gaps: Mapping[str, Sequence[Gap]]
    unsure: Mapping[str, int]


def public_app(settings: ConsoleSettings, rules: RulesInUse, clock: Clock) -> FastAPI:
    """Return the page as an application, to be mounted at ``PATH`` of the public server."""
    pages = PublicPages(settings, rules, clock)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.look_ahead = pages.look_ahead
    app.add_api_route("/", pages.show, methods=["GET"], response_model=None)
    app.add_api_route("/static/{version}/{name}", pages.assets.respond, methods=["GET"], response_model=None)
    app.add_middleware(SafeHeaders, is_https=settings.is_https)
    return app


class PublicPages:
    """Draws the page; looks at most twice a minute."""

    def __init__(self, settings: ConsoleSettings, rules: RulesInUse, clock: Clock) -> None:
        self._rules, self._clock = rules, clock
        self.assets = console_assets(PATH)
        self._pages = Pages(settings, Texts.load(), self.assets, clock)
        self._keeper = AccuracyKeeper(settings.state_folder / "accuracy", clock)
        self._last: Shown | None = None
        self._recent = Recent(self._look, clock, age=_AGE)

    def look_ahead(self) -> None:
        """Begin to compute what is not known yet, before anybody asks."""
        self._recent.get()

    def show(self) -> Response:
        """Answer with the page."""
        body = self._pages.draw("figures/public.html", visit=None, **self._context())
        return HTMLResponse(body, headers={"Cache-Control": "public, max-age=60"})

    def _look(self) -> Shown:
        rules = self._rules.current
        if self._last is not None and self._last.rules is rules:
            self._last = replace(self._last, accuracy=self._keeper.of(rules))
            return self._last
        by_benefit: dict[str, list[Gap]] = {}
        for gap in gaps(rules.service.release):
            by_benefit.setdefault(gap.benefit, []).append(gap)
        self._last = Shown(rules, self._keeper.of(rules), by_benefit, unsure(rules.service.release))
        return self._last

    def _context(self) -> dict[str, Any]:
        shown = self._recent.get()
        cards = shown.rules.catalogue.cards(self._clock.today())
        rows = sorted(cards, key=lambda card: (_AREAS.index(card.area) if card.area in _AREAS else 9, card.name_vi))
        return {"shown": shown, "accuracy": shown.accuracy, "release": shown.rules.release, "cards": rows}
