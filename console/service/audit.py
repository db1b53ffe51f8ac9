"""The audit log: search, walk, check the chain, take along as CSV."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from console.exports import csv_download
from console.forms import Filled, Form, words
from console.forms import day as day_field
from console.gate import Gate
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit, Visit
from core.audit import AuditEntry, AuditQuery
from core.clock import VIETNAM
from core.vietnamese.format import day

ROWS: Final = 50
_HASH: Final = re.compile(r"[0-9a-f]{32,}")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+(?:\+[\d:]+|Z)")
_SEARCH: Final = Form(
    words("actor", longest=120, required=False),
    words("action", longest=60, required=False),
    words("subject", longest=200, required=False),
    day_field("since", required=False),
    day_field("until", required=False),
)


@dataclass(frozen=True)
class AuditPages:
    """The pages of the audit log."""

    gate: Gate

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/audit")
        router.get("", needs=Permission.AUDIT_READ)(self.search)
        router.get("/export", needs=Permission.AUDIT_EXPORT)(self.export)
        router.post("/verify", needs=Permission.AUDIT_READ)(self.verify)
        return router

    def search(self, visit: CurrentVisit) -> Response:
        """Show what matches, newest first."""
        return self._shown(visit)

    def verify(self, visit: CurrentVisit) -> Response:
        """Compute the chain again and say where it is broken."""
        breaks = self.gate.deps.audit.verify()
        visit.record("audit.verify", "audit", breaks=len(breaks))
        return self._shown(visit, breaks=breaks)

    def export(self, visit: CurrentVisit) -> Response:
        """Give everything that matches as CSV; the export stands in the log itself."""
        filled = _SEARCH.read(visit.request.query_params)
        visit.record("audit.export", "audit", **_filters(filled))
        name = f"audit-{self.gate.deps.clock.today():%Y%m%d}"
        header = ("seq", "at", "actor", "action", "subject", "details", "hash")
        return csv_download(name, header, self._rows(_query(filled)))

    def _rows(self, query: AuditQuery) -> Iterator[tuple[Any, ...]]:
        for entry in self.gate.deps.audit.entries(query):
            details = json.dumps(entry.details, ensure_ascii=False)
            yield entry.seq, entry.at.isoformat(), entry.actor, entry.action, entry.subject, details, entry.hash

    def _shown(self, visit: Visit, **context: Any) -> Response:
        filled = _SEARCH.read(visit.request.query_params)
        before = visit.request.query_params.get("before", "")
        at = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
        found = self.gate.deps.audit.search(replace(_query(filled), before=at), limit=ROWS + 1)
        entries = found[:ROWS]
        older = _link(filled, entries[-1].seq) if len(found) > ROWS else None
        return visit.page(
            "service/audit.html",
            form=filled,
            entries=entries,
            older=older,
            newest=_link(filled) if at is not None else None,
            export=urlencode(_filters(filled)),
            families=self.gate.pages.texts.part("service.audit.families"),
            shown=self._details,
            **context,
        )

    def _details(self, entry: AuditEntry) -> str:
        """Return the details in one line, without the address, which has a place of its own."""
        parts = []
        for key, value in entry.details.items():
            if key != "address" and value not in (None, "", []):
                text = ", ".join(map(_short, value)) if isinstance(value, list | tuple) else _short(value)
                parts.append(f"{self._named(key)}: {text}")
        return " · ".join(parts)

    def _named(self, key: str) -> str:
        texts = self.gate.pages.texts
        return texts(f"service.audit.details.{key}") if texts.has(f"service.audit.details.{key}") else key


def _query(filled: Filled) -> AuditQuery:
    values = filled.values
    until = values.get("until")
    return AuditQuery(
        actor=values.get("actor") or None,
        action=values.get("action") or None,
        subject=values.get("subject") or None,
        since=_midnight(values.get("since")),
        until=_midnight(until + timedelta(days=1)) if until is not None else None,
    )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), VIETNAM) if day is not None else None


def _filters(filled: Filled) -> dict[str, str]:
    return {key: str(value) for key, value in filled.raw.items() if value}


def _link(filled: Filled, before: int | None = None) -> str:
    given = _filters(filled) | ({"before": str(before)} if before is not None else {})
    return f"?{urlencode(given)}"


def _short(value: object) -> str:
    """Return a detail as a line of a list shows it: hashes by their beginning, moments by day and minute."""
    text = str(value)
    if _HASH.fullmatch(text):
        return f"{text[:12]}…"
    if _MOMENT.fullmatch(text):
        here = datetime.fromisoformat(text).astimezone(VIETNAM)
        return f"{day(here.date())} {here:%H:%M}"
    return text
