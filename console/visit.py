"""One request of a signed-in person: who asks, what she sent, and how she is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.accounts import User
from console.paging import PAGE_ROWS, Paging
from console.security.permissions import Permission
from console.security.sessions import SignedIn
from core.audit import Detail

if TYPE_CHECKING:
    from console.gate import Gate

SAID = "said"


class Entry(TypedDict):
    """What the audit log takes."""

    actor: str
    action: str
    subject: str
    details: Mapping[str, Detail]


@dataclass(frozen=True)
class Visit:
    """A request that was let in. ``data`` is the form that was sent, read and checked already."""

    request: Request
    user: User
    session: SignedIn
    gate: Gate
    data: FormData = field(default_factory=FormData, repr=False)

    def may(self, permission: Permission) -> bool:
        """Tell whether the person may do *permission*."""
        return self.user.may(permission)

    @property
    def is_fragment(self) -> bool:
        """Tell whether htmx asks for a part of the page only."""
        headers = self.request.headers
        return headers.get("hx-request") == "true" and headers.get("hx-boosted") != "true"

    def paging(self, *, rows: int = PAGE_ROWS) -> Paging:
        """Return the page of a list that is asked for."""
        return Paging.of(self.request, rows=rows)

    def page(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """Draw *template* (which extends ``base.html``, or is a fragment)."""
        said = self._take_said()
        body = self.gate.pages.draw(template, visit=self, said=said, **context)
        return HTMLResponse(body, status_code=status)

    def redirect(self, path: str, said: str = "", **values: object) -> Response:
        """Lead to *path* of the console; the next page shows the text *said* once."""
        if said:
            self._carry({**self.session.carried, SAID: {"key": said, "values": _plain(values)}})
        address = self.gate.url(path)
        if self.is_fragment:
            return Response(status_code=204, headers={"HX-Redirect": address})
        return RedirectResponse(address, status_code=303)

    def record(self, action: str, subject: str = "", /, **details: Detail) -> None:
        """Write into the audit log that this person did *action* (``user.disable``, ``facts.view``) to *subject*.

        In a transaction of its own; where the change has one, pass ``visit.entry(...)`` to ``deps.audit.record``.
        """
        self.gate.deps.audit.write(**self.entry(action, subject, **details))

    def entry(self, action: str, subject: str = "", /, **details: Detail) -> Entry:
        """Return the audit entry of *action* by this person, for ``deps.audit.record(session, **entry)``."""
        known = {"address": self.request.client.host} if self.request.client else {}
        return Entry(actor=self.user.name, action=action, subject=subject or "console", details={**details, **known})

    def _take_said(self) -> Mapping[str, Any] | None:
        said = self.session.carried.get(SAID)
        if said is not None and not self.is_fragment:
            self._carry({key: value for key, value in self.session.carried.items() if key != SAID})
        return said if isinstance(said, Mapping) else None

    def _carry(self, carried: Mapping[str, Any]) -> None:
        self.gate.sessions.carry(self.session.digest, carried)


def _plain(values: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items()}


def _visit(request: Request) -> Visit:
    visit: Visit = request.state.visit
    return visit


CurrentVisit = Annotated[Visit, Depends(_visit)]
"""Parameter type of a page's function: ``def users(visit: CurrentVisit) -> Response``."""
