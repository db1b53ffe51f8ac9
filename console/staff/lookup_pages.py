"""The look-up page and its results as one types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from starlette.responses import Response

from console.forms import Form, day, words
from console.gate import Gate
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.staff.days import LawDays
from console.staff.lookup import MOST_WORDS, Lookup
from console.staff.places import known_province, province_choices
from console.visit import CurrentVisit

_ASKED: Final = Form(
    words("q", longest=MOST_WORDS, required=False), day("as_of", required=False), words("province", required=False)
)
LEAST_LETTERS: Final = 3


def lookup_of(gate: Gate) -> Lookup:
    """Return the look-up over what the console was given."""
    areas: Mapping[str, str] = gate.pages.texts.part("lookup.areas")
    law_days = LawDays(gate.deps.rules, gate.deps.clock)
    coming = lambda: [one.day for one in law_days() if one.kind == "coming"]  # noqa: E731
    return Lookup(gate.deps.rules, gate.deps.knowledge, areas, gate.pages.texts("lookup.asking_words"), coming)


def look_up_once(gate: Gate) -> Iterator[object]:
    """Load the model, the reader and the figures before the telephone rings."""
    yield lookup_of(gate).find(gate.pages.texts("lookup.title"), as_of=gate.deps.clock.today())


def lookup_router(gate: Gate) -> ConsoleRouter:
    """Return the routes of the look-up."""
    router, lookup = ConsoleRouter("/lookup"), lookup_of(gate)

    @router.get("", needs=Permission.LOOKUP)
    def look_up(visit: CurrentVisit) -> Response:
        filled = _ASKED.read(visit.request.query_params)
        question = str(filled.shown("q") or "").strip()
        places = gate.deps.rules.service.places
        province = None if filled.errors else known_province(places, filled["province"])
        found = None
        if len(question) >= LEAST_LETTERS and not filled.errors:
            as_of = filled["as_of"] or gate.deps.clock.today()
            found = lookup.find(question, as_of=as_of, province=province)
        template = "staff/lookup_results.html" if visit.is_fragment else "staff/lookup.html"
        place = places.units[found.province].name_vi if found and found.province else ""
        return visit.page(
            template, form=filled, question=question, found=found, place=place, provinces=province_choices(places)
        )

    return router
