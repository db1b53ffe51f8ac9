"""What keeps the page safe: origins, sizes, and the headers every response carries."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.channels.web.config import WebConfig
from bot.channels.web.sessions import Session

OWN_HEADER = "x-ansinh"


class RequestRefused(Exception):
    """A request is answered with an error; ``reason`` is a key of the page's texts."""

    def __init__(self, status: int, reason: str, *, retry_after: int | None = None) -> None:
        self.status, self.reason, self.retry_after = status, reason, retry_after
        super().__init__(f"{status} {reason}")


def require_own_script(request: Request, session: Session) -> None:
    """Refuse what the script of this session's page did not send: another site cannot set the header unasked.

    A page opened under another session of the same browser is told so (409), and loads itself again.
    """
    if OWN_HEADER not in request.headers or not _comes_from_here(request):
        raise RequestRefused(403, "foreign")
    if not carries_token(request, session):
        raise RequestRefused(409, "no_session")


def carries_token(request: Request, session: Session) -> bool:
    """Tell whether the page that asks was opened under *session*."""
    return hmac.compare_digest(request.headers.get(OWN_HEADER, "").encode(), session.form_token.encode())


def require_own_form(request: Request, session: Session, token: str) -> None:
    """Refuse a form that this session's page did not carry."""
    genuine = hmac.compare_digest(token.encode(), session.form_token.encode())
    if not genuine or not _comes_from_here(request):
        raise RequestRefused(403, "foreign")


def require_same_site(request: Request) -> None:
    """Refuse what another site's page asks for."""
    if not _comes_from_here(request):
        raise RequestRefused(403, "foreign")


async def limited_body(request: Request, limit: int) -> bytes:
    """Read the body, refusing as soon as it is longer than *limit* bytes."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise RequestRefused(413, "too_long")
    except ClientDisconnect as gone:
        raise RequestRefused(400, "malformed") from gone
    return bytes(body)


def secure(response: Response, config: WebConfig) -> None:
    """Set the headers of a page or of its data: nothing from elsewhere, framed only where allowed, never cached."""
    ancestors = " ".join(("'self'", *config.embed_origins))
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {ancestors}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers.setdefault("Cache-Control", "no-store")
    if not config.embed_origins:
        response.headers["X-Frame-Options"] = "SAMEORIGIN"


def _comes_from_here(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or _host_of(origin) == request.headers.get("host", "")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # no browser sends such an origin
        return None
