"""A browser that is not signed in yet: a cookie with a number, and the form token that is made from it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from console.gate import Gate

SECONDS: Final = 3600


@dataclass(frozen=True)
class Doorway:
    """Gives out numbers and knows their tokens."""

    gate: Gate

    def number(self, request: Request) -> str:
        """Return the number of this browser, a new one where it has none."""
        return request.cookies.get(self._cookie(request)) or secrets.token_urlsafe(18)

    def expected(self, request: Request) -> str:
        """Return the token that a form of this browser has to carry."""
        return self.token(request.cookies.get(self._cookie(request), ""))

    def token(self, number: str) -> str:
        """Return the token of a browser with this number."""
        return hmac.new(self.gate.deps.key, f"before sign-in {number}".encode(), hashlib.sha256).hexdigest()

    def remember(self, request: Request, response: Response, number: str) -> None:
        """Give the browser its number."""
        response.set_cookie(
            self._cookie(request),
            number,
            httponly=True,
            samesite="strict",
            secure=self.gate.is_secure(request),
            max_age=SECONDS,
            path="/",
        )

    def _cookie(self, request: Request) -> str:
        return f"{self.gate.cookie(request)}-before"
