"""The gate: who is let in to which route, and how refusals and failures are answered.

Every request of the console comes through here: https, session, permission, origin and form token, size of the body.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

import structlog
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from console.accounts import Accounts, User
from console.deps import ConsoleDeps
from console.errors import Refused
from console.pages import Pages
from console.routing import OPEN
from console.security.lockout import Lockout
from console.security.permissions import Permission
from console.security.sessions import Sessions, SignedIn, Stage
from console.visit import Visit

TOKEN_FIELD: Final = "csrf"  # noqa: S105 - the name of a form's field
TOKEN_HEADER: Final = "x-csrf-token"  # noqa: S105 - the name of a header
_SAFE: Final = frozenset({"GET", "HEAD"})
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1", "testserver"})
_STEPS: Final = {Stage.CODE: "/sign-in/code", Stage.PASSWORD: "/sign-in/password", Stage.ENROL: "/sign-in/enrol"}

log = structlog.get_logger(__name__)
Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Gate:
    """Lets people in and answers for those it does not."""

    deps: ConsoleDeps
    pages: Pages
    accounts: Accounts
    sessions: Sessions
    lockout: Lockout

    def url(self, path: str) -> str:
        """Return the address of a path of the console."""
        return f"{self.deps.settings.base}{path}"

    async def answer(self, request: Request, needs: str | None, largest: int | None, handler: Handler) -> Response:
        """Answer *request* by *handler* where the person may; a refusal becomes a page."""
        try:
            self._require_size(request, largest)
            if needs == OPEN:
                return await handler(request)
            await self._admit(request, needs)
            return await handler(request)
        except Refused as refusal:
            return await run_in_threadpool(self.refuse, request, refusal)
        except OperationalError:
            log.exception("console_database_away", path=request.url.path)
            return await run_in_threadpool(self.refuse, request, Refused(503, "database_away", retry_after=5))

    async def _admit(self, request: Request, needs: str | None) -> None:
        self.require_safe_transport(request)
        found = await run_in_threadpool(self.identify, request)
        if found is None or found[1].stage is not Stage.COMPLETE:
            raise Refused(401, "sign_in")
        user, session = found
        request.state.visit = Visit(request, user, session, self)
        if needs is None or not user.may(Permission(needs)):
            await run_in_threadpool(
                request.state.visit.record, "access.deny", request.url.path[:200], needs=needs or ""
            )
            raise Refused(403, "no_permission")
        if request.method not in _SAFE:
            data = await self.checked_form(request, session.csrf)
            request.state.visit = Visit(request, user, session, self, data)

    def identify(self, request: Request) -> tuple[User, SignedIn] | None:
        """Return who asks, where the session counts and the account is open."""
        session = self.sessions.find(request.cookies.get(self.cookie(request), ""))
        user = self.accounts.by_id(session.user_id) if session is not None else None
        if session is None or user is None or user.disabled_at is not None:
            return None
        return user, session

    async def checked_form(self, request: Request, token: str) -> FormData:
        """Return the form that was sent; refuse one of another site or without the token."""
        if not comes_from_here(request):
            raise Refused(403, "foreign")
        is_form = request.headers.get("content-type", "").startswith(_FORMS)
        data = await request.form(max_files=20, max_fields=2000) if is_form else FormData()
        given = request.headers.get(TOKEN_HEADER) or data.get(TOKEN_FIELD) or ""
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), token.encode()):
            raise Refused(403, "foreign")
        return data

    def require_safe_transport(self, request: Request) -> None:
        """Refuse plain http from another machine: passwords and citizens' words would travel readable."""
        if not self.is_secure(request) and request.url.hostname not in _LOOPBACK:
            raise Refused(403, "needs_https")

    def is_secure(self, request: Request) -> bool:
        """Tell whether the browser speaks https with us, or with the proxy before us."""
        return self.deps.settings.is_https or request.url.scheme == "https"

    def cookie(self, request: Request) -> str:
        """Return the name of the session's cookie."""
        return "__Host-ansinh-console" if self.is_secure(request) else "ansinh-console"

    def remember(self, request: Request, response: Response, token: str) -> None:
        """Give the browser the session's token; it is gone when the browser is closed."""
        response.set_cookie(
            self.cookie(request), token, httponly=True, samesite="strict", secure=self.is_secure(request), path="/"
        )

    def forget(self, request: Request, response: Response) -> None:
        """Take the session's token from the browser."""
        response.delete_cookie(
            self.cookie(request), httponly=True, samesite="strict", secure=self.is_secure(request), path="/"
        )

    def refuse(self, request: Request, refusal: Refused) -> Response:
        """Answer a request that was not let in, or that failed, in the way it was asked."""
        headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
        if refusal.status == 401:
            return self._to_sign_in(request)
        if "text/event-stream" in request.headers.get("accept", ""):
            return JSONResponse({"error": refusal.reason}, status_code=refusal.status, headers=headers)
        visit = getattr(request.state, "visit", None)
        template = "parts/error.html" if visit is not None and visit.is_fragment else "error.html"
        body = self.pages.draw(template, visit=visit, reason=refusal.reason, status=refusal.status)
        return HTMLResponse(body, status_code=refusal.status, headers=headers)

    def _to_sign_in(self, request: Request) -> Response:
        found = self.identify(request)
        step = _STEPS.get(found[1].stage) if found is not None else None
        address = self.url(step or "/sign-in")
        if request.headers.get("hx-request") == "true":
            return Response(status_code=401, headers={"HX-Redirect": address})
        if "text/event-stream" in request.headers.get("accept", ""):
            return JSONResponse({"error": "sign_in"}, status_code=401)
        if request.method not in _SAFE:
            body = self.pages.draw("error.html", visit=None, reason="session_over", status=401)
            return HTMLResponse(body, status_code=401)
        asked = request.url.path.removeprefix(self.deps.settings.base) or "/"
        if request.url.query:
            asked += f"?{request.url.query}"
        onward = "" if step or asked == "/" else f"?next={quote(asked, safe='/')}"
        return RedirectResponse(f"{address}{onward}", status_code=303)

    def _require_size(self, request: Request, largest: int | None) -> None:
        limit = largest if largest is not None else self.deps.settings.body_bytes
        length = request.headers.get("content-length", "0")
        chunked = "content-length" not in request.headers and request.method not in _SAFE
        if chunked and "transfer-encoding" in request.headers:
            raise Refused(411, "too_large")
        if not length.isdigit() or int(length) > limit:
            raise Refused(413, "too_large")


def comes_from_here(request: Request) -> bool:
    """Tell whether a page of this very host sent the request."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
