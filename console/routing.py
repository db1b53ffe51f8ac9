"""Routes that ask for a permission. ``ConsoleRouter`` is the only way to add one; the app refuses any other."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from console.security.permissions import Permission

NEEDS: Final = "x-needs"
OPEN: Final = "open"  # no sign-in asked: the sign-in itself, static files, the public page
LARGEST: Final = "x-largest-body"

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])


class GuardedRoute(APIRoute):
    """A route that lets nobody in whom the gate does not."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler behind the gate."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            response: Response = await request.app.state.gate.answer(request, self.needs, self.largest, inner)
            return response

        return handle

    @property
    def needs(self) -> str | None:
        """Return the permission asked for, ``open``, or ``None`` where none was declared."""
        found = (self.openapi_extra or {}).get(NEEDS)
        return str(found) if found is not None else None

    @property
    def largest(self) -> int | None:
        """Return how many bytes a body may have, where the route says so itself."""
        found = (self.openapi_extra or {}).get(LARGEST)
        return int(found) if found is not None else None


class ConsoleRouter:
    """Collects the routes of one area: ``@router.get("/users", needs=Permission.USERS_READ)``.

    *largest* raises the limit of the body (bytes) for uploads. Functions may be plain (they run in a thread) or async;
    they take ``visit: CurrentVisit`` beside FastAPI's own parameters and return a response.
    """

    def __init__(self, prefix: str = "") -> None:
        self.routes = APIRouter(prefix=prefix, route_class=GuardedRoute, include_in_schema=False)

    def get(self, path: str, *, needs: Permission) -> Callable[[_Endpoint], _Endpoint]:
        """Add a page."""
        return self._add("GET", path, needs)

    def post(self, path: str, *, needs: Permission, largest: int | None = None) -> Callable[[_Endpoint], _Endpoint]:
        """Add something that changes the state; its form must carry the session's token."""
        return self._add("POST", path, needs, largest)

    def open(self, method: str, path: str) -> Callable[[_Endpoint], _Endpoint]:
        """Add a route that asks for no sign-in."""
        return self._add(method, path, OPEN)

    def _add(self, method: str, path: str, needs: str, largest: int | None = None) -> Callable[[_Endpoint], _Endpoint]:
        extra = {NEEDS: str(needs)} | ({LARGEST: largest} if largest is not None else {})

        def add(endpoint: _Endpoint) -> _Endpoint:
            self.routes.add_api_route(path, endpoint, methods=[method], response_model=None, openapi_extra=extra)
            return endpoint

        return add
