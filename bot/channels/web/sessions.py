"""Anonymous sessions: a random signed id in a cookie, and the conversation it opens.

The id never travels in an address, is only accepted when signed here, and is not what is stored: conversations
are named by a keyed hash of it, so the database alone opens nobody's session.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.config import WebConfig
from bot.messages import Channel

PLAIN, SECURE, EMBEDDED = "ansinh_web", "__Host-ansinh-web", "__Host-ansinh-embed"
_TAG_BYTES = 18
LONGEST_SECONDS = 400 * 24 * 3600  # browsers keep no cookie longer (RFC 6265bis)


@dataclass(frozen=True, slots=True)
class Session:
    """A citizen's browser; ``is_new`` until the browser has shown its cookie once."""

    token: str
    conversation_id: str
    form_token: str
    is_new: bool


class Sessions:
    """Opens, recognises and ends sessions."""

    def __init__(self, config: WebConfig) -> None:
        self._key, self._public_url = config.key, config.public_url
        self._max_age = config.session_days * 24 * 3600

    def of(self, request: Request) -> Session | None:
        """Return the session the browser shows, ``None`` where it shows none that was signed here."""
        for name in (SECURE, PLAIN, EMBEDDED):
            token = request.cookies.get(name, "")
            if self._is_ours(token):
                return self._session(token, is_new=False)
        return None

    def open(self) -> Session:
        """Make a session nobody has had before."""
        identity = secrets.token_urlsafe(24)
        return self._session(f"{identity}.{self._tag('session', identity)}", is_new=True)

    def remember(self, response: Response, session: Session, request: Request, *, for_long: bool = False) -> None:
        """Give the browser the session's cookie: for the configured number of days, or as long as browsers keep one."""
        max_age = LONGEST_SECONDS if for_long else self._max_age
        response.headers.append("set-cookie", self._cookie(request, session.token, max_age))

    def forget(self, response: Response, request: Request) -> None:
        """Take every session cookie from the browser."""
        for name in (SECURE, PLAIN, EMBEDDED):
            if name in request.cookies:
                attributes = "" if name == PLAIN else "; Secure"
                attributes += "; SameSite=None; Partitioned" if name == EMBEDDED else "; SameSite=Lax"
                response.headers.append("set-cookie", f"{name}=; Path=/; Max-Age=0; HttpOnly{attributes}")

    def _cookie(self, request: Request, token: str, max_age: int) -> str:
        base = f"={token}; Path=/; Max-Age={max_age}; HttpOnly"
        if not self._is_secure(request):
            return f"{PLAIN}{base}; SameSite=Lax"
        if is_embedded_elsewhere(request) or EMBEDDED in request.cookies:
            # Inside another site's page only a partitioned cookie comes back; requests are guarded by origin.
            return f"{EMBEDDED}{base}; Secure; SameSite=None; Partitioned"
        return f"{SECURE}{base}; Secure; SameSite=Lax"

    def _is_secure(self, request: Request) -> bool:
        host = request.headers.get("host", "")
        return request.url.scheme == "https" or (bool(host) and self._public_url == f"https://{host}")

    def _session(self, token: str, *, is_new: bool) -> Session:
        identity = token.partition(".")[0]
        conversation = f"{Channel.WEB}-{self._tag('conversation', identity)}"
        return Session(token, conversation, self._tag("form", identity), is_new)

    def _is_ours(self, token: str) -> bool:
        identity, _, tag = token.partition(".")
        return bool(identity) and hmac.compare_digest(tag.encode(), self._tag("session", identity).encode())

    def _tag(self, purpose: str, identity: str) -> str:
        digest = hmac.digest(self._key, f"web {purpose} {identity}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:_TAG_BYTES]).decode()


def is_embedded_elsewhere(request: Request) -> bool:
    """Tell whether another site shows the page in a frame."""
    headers = request.headers
    return headers.get("sec-fetch-dest") == "iframe" and headers.get("sec-fetch-site") == "cross-site"
