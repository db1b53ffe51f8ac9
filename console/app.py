"""The console as one web application: the gate, the areas' routes, the headers, pages for what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web.assets import Assets
from console.accounts import Accounts
from console.admin import admin_area
from console.areas import LookAhead
from console.assets import console_assets
from console.deps import ConsoleDeps
from console.errors import Refused, UnguardedRoute
from console.figures import figures_area
from console.gate import Gate
from console.headers import SafeHeaders
from console.pages import Pages
from console.people import people_area
from console.routing import ConsoleRouter, GuardedRoute
from console.security.lockout import Lockout
from console.security.permissions import Permission
from console.security.sessions import Sessions
from console.service import service_area
from console.signing_in import SigningIn
from console.staff import staff_area
from console.texts import Texts
from console.visit import CurrentVisit

_BREATH_SECONDS: Final = 0.002  # between two steps ahead: the service answers citizens meanwhile

log = structlog.get_logger(__name__)


def console_app(deps: ConsoleDeps) -> FastAPI:
    """Return the console; mount it at ``deps.settings.base``, or serve it alone where that is empty."""
    settings = deps.settings
    assets = console_assets(settings.base)
    pages = Pages(settings, Texts.load(), assets, deps.clock)
    gate = Gate(
        deps,
        pages,
        Accounts(deps.database, deps.clock, deps.vault),
        Sessions(
            deps.database,
            deps.clock,
            idle=timedelta(minutes=settings.idle_minutes),
            absolute=timedelta(hours=settings.absolute_hours),
        ),
        Lockout(deps.database, deps.clock),
    )
    areas = [staff_area(gate), admin_area(gate), figures_area(gate), people_area(gate), service_area(gate)]
    pages.navigation = tuple(item for area in areas for item in area.navigation)
    app = FastAPI(title="An Sinh console", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.gate = gate
    steps = [pages.look_ahead, *(step for area in areas for step in area.look_ahead)]
    app.state.look_ahead = lambda: _look_ahead(steps, deps.stopping.is_set)
    _include(app, [_ground(gate, assets), SigningIn(gate).router()])
    for area in areas:
        _include(app, area.routers)
    _answer_failures(app, gate)
    app.add_middleware(SafeHeaders, is_https=settings.is_https)
    _require_guards(app)
    return app


def _ground(gate: Gate, assets: Assets) -> ConsoleRouter:
    """Return the front door and the static files."""
    router = ConsoleRouter()
    router.open("GET", "/static/{version}/{name}")(assets.respond)

    @router.get("/", needs=Permission.ACCOUNT)
    def home(visit: CurrentVisit) -> Response:
        first = next((item for item in gate.pages.navigation if visit.may(item.needs)), None)
        return RedirectResponse(gate.url(first.path if first is not None else "/account"), status_code=303)

    return router


def _look_ahead(steps: Sequence[LookAhead], is_over: Callable[[], bool]) -> None:
    """Do what first pages would wait for, a little at a time; what fails is left to them."""
    for step in steps:
        try:
            for _ in step():
                time.sleep(_BREATH_SECONDS)
                if is_over():
                    return
        except Exception as error:
            log.warning("console_not_looked_ahead", error=type(error).__name__)


def _include(app: FastAPI, routers: Sequence[ConsoleRouter]) -> None:
    """Add the routes themselves: each stays visible to the check below."""
    for router in routers:
        app.router.routes.extend(router.routes.routes)


def _answer_failures(app: FastAPI, gate: Gate) -> None:
    @app.exception_handler(HTTPException)
    def failed(request: Request, error: HTTPException) -> Response:
        reason = "not_found" if error.status_code == 404 else "not_understood"
        return gate.refuse(request, Refused(error.status_code if error.status_code != 401 else 400, reason))

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, _error: RequestValidationError) -> Response:
        return gate.refuse(request, Refused(400, "not_understood"))

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> Response:
        log.error("console_failed", path=request.url.path, error=type(error).__name__)
        return gate.refuse(request, Refused(500, "broken"))


def _require_guards(app: FastAPI) -> None:
    for route in app.routes:
        if not isinstance(route, GuardedRoute) or route.needs is None:
            raise UnguardedRoute(getattr(route, "path", repr(route)))
