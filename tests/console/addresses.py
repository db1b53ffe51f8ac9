"""Every page and part of the console, read from its router: with values for the parameters of each address.

A route whose parameter has no value here is an error (``UnknownParameter``), so that no page is left out unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select

from console.app import FastAPI
from console.pages import TEMPLATES
from console.routing import GuardedRoute
from console.staff.screenings import SCREENING
from core.database import Database
from knowledge.tables import DocumentRow
from rules.store.drafts import ALIVE
from rules.store.records import DraftState
from rules.store.tables import DraftRow
from tests.console.filling import name_of

MOST = 40  # different values of one parameter
TRIALS = 2  # drafts, and documents tried: each is worked out in the background first
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_POSTED = re.compile(r"hx-post=\"\{\{ url\('([^']+)'\) \}\}\"")
FILES = (".xlsx", ".yaml", "/export", "/original")
STORY = "mẹ tôi 76 tuổi, không có lương hưu, hộ cận nghèo ở Hà Nội; con tôi 5 tuổi bị khuyết tật nặng"
QUESTION = "mức trợ cấp người 75 tuổi không có lương hưu"
# Other openings of the same page: filters, long spans, later pages.
QUERIES: Mapping[str, Sequence[str]] = {
    "/audit": (
        "action=facts.view",
        "action=user.",
        "action=sign_in.",
        "action=nothing.",
        "actor=person3",
        "actor=nobody",
        "subject=user/7",
        "actor=person3&action=switch.off",
        "since=2026-01-05&until=2026-01-06",
        "until=2025-12-24",
        "action=facts.view&until=2026-03-01",
        "before=1000",
    ),
    "/figures": ("days=7", "days=365"),
    "/lookup": (f"q={QUESTION}", "q=vay vốn hộ nghèo&province=ha_noi", "q=the bao hiem y te tre em&as_of=2026-03-01"),
    "/documents": ("page=3",),
    "/documents/{document}/try": (f"q={QUESTION}",),
    "/rules/drafts": ("ended=1",),
    "/rules/releases": ("page=4",),
    "/rules/benefits/{benefit}": ("on=2026-01-01", "release=2", "release=3"),
    "/rules/figures": ("q=mức",),
    "/rules/yaml": ("path=benefits/social_pension/rules.yaml",),
    "/rules/cases": ("benefit=social_pension", "benefit=health_insurance_card&page=3"),
    "/rules/cases/edit": ("benefit=social_pension", "benefit=health_insurance_card&id=card-hanoi-pensioner"),
    "/rules/cases/facts": ("find=luong huu",),
    "/rules/change/{operation}": ("benefit=social_pension&group=poor_household",),
    "/corrections": ("state=open", "page=10"),
    "/corrections/new": (f"conversation={name_of(3)}&line=9",),
    "/users": ("q=Nguyễn", "page=2"),
}
POSTS: Mapping[str, Mapping[str, str]] = {
    "/rules/cases/edit": {
        "do": "look",
        "benefit": "social_pension",
        "k.as_of": "2026-11-21",
        "f.date_of_birth.value": "1951",
        "e.0.benefit": "social_pension",
    },
    "/desk": {"story": STORY},
    "/desk/checklist.txt": {"story": STORY, "person": "mother"},
}


class Kind(StrEnum):
    """What an address gives: a whole page, a part that htmx puts into one, a file, a stream of parts."""

    PAGE = "page"
    PART = "part"
    FILE = "file"
    STREAM = "stream"


class UnknownParameter(Exception):
    """A route asks for a parameter that no value is known of."""


@dataclass(frozen=True)
class Address:
    """One thing to open; ``paths`` are as many different openings of it as are worth trying, in turn."""

    route: str
    query: str
    kind: Kind
    paths: Sequence[str]
    data: Mapping[str, str] | None = field(default=None)

    @property
    def shown(self) -> str:
        """Return what it is called in a table."""
        return f"{self.route}?{self.query}" if self.query else self.route


def values_in(database: Database) -> dict[str, dict[str, Sequence[str]]]:
    """Return values of parameters by route, then by name; the empty route holds those of any route."""
    with database.session() as session:
        states = [state.value for state in ALIVE]
        drafts = session.scalars(select(DraftRow.id).where(DraftRow.state.in_(states)).limit(TRIALS)).all()
        approved = session.scalars(
            select(DraftRow.id).where(DraftRow.state == DraftState.APPROVED.value).limit(TRIALS)
        ).all()
        documents = session.scalars(select(DocumentRow.id).order_by(DocumentRow.id).limit(MOST)).all()
        lists = session.scalars(select(SCREENING.c.id).limit(MOST)).all()
    talks = [name_of(number) for number in range(MOST)]
    return {
        "": {
            "draft": drafts,
            "document": documents,
            "id": talks,
            "run": lists,
            "slug": ["chao", "muc-chuan"],
            "number": [str(number) for number in range(1, MOST + 1)],
            "seq": [str(number) for number in range(2, MOST * 4, 4)],
            "benefit": ["social_pension", "social_allowance", "health_insurance_card"],
            "key": ["social_pension.level", "social_allowance.base_level"],
            "operation": ["add_value", "set_conditions", "add_group", "close_group"],
            "name": [f"person{number}" for number in range(9)],
            "kind": ["channel"],
        },
        "/switches/{kind}/{name}": {"name": ["web"]},
        "/rules/releases/{seq:int}/difference": {"seq": ["2", "3", "4"]},
        "/documents/{document}/try": {"document": documents[:TRIALS]},
        "/rules/drafts/{draft}/publish": {"draft": approved},
        "/static/{version}/{name}": {"version": ["0"], "name": ["console.css"]},
    }


def addresses(console: FastAPI, values: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[Address]:
    """Give everything the router of *console* answers a GET to, and the parts that pages ask for by POST."""
    for route in console.routes:
        assert isinstance(route, GuardedRoute)
        if "GET" not in (route.methods or ()):
            continue
        known = {**values[""], **values.get(route.path, {})}
        for query in ("", *QUERIES.get(route.path, ())):
            yield Address(route.path, query, _kind(route.path), _paths(route.path, query, known))
        if route.path in PARTS:
            yield Address(route.path, "", Kind.PART, _paths(route.path, "", known))
    for path, data in POSTS.items():
        yield Address(path, "", Kind.PART, [path], data)


def posted_parts() -> set[str]:
    """Return the addresses that templates post to for a part."""
    return {found for path in TEMPLATES.rglob("*.html") for found in _POSTED.findall(path.read_text(encoding="utf-8"))}


# Pages that htmx asks for as a part as well.
PARTS = frozenset({"/lookup", "/screening/{run}", "/rules/releases/{seq:int}/difference"})


def _kind(route: str) -> Kind:
    if route.endswith("/live"):
        return Kind.STREAM
    if route.endswith(FILES) or route.startswith("/static"):
        return Kind.FILE
    return Kind.PART if route.endswith(("/trial", "/prepared/{slug}", "/progress")) else Kind.PAGE


def _paths(route: str, query: str, known: Mapping[str, Sequence[str]]) -> list[str]:
    names = _PARAMETER.findall(route)
    for name in names:
        if not known.get(name):
            raise UnknownParameter(f"{route}: give {name} a value in tests/console/addresses.py")
    count = max((len(known[name]) for name in names), default=1)
    behind = f"?{query}" if query else ""
    return [
        _PARAMETER.sub(lambda found, at=at: known[found[1]][at % len(known[found[1]])], route) + behind  # type: ignore[misc]
        for at in range(min(count, MOST))
    ]
