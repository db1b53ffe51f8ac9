"""The public HTTP interface under generated requests: schemathesis over a description made for this test.

The service itself publishes no description; the page and the channels are its only callers.
"""

from __future__ import annotations

import asyncio
from typing import Any

import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import unsupported_method

from app.health import health_router
from bot.channels.web import WebConfig, WebDeps, web_router
from bot.messages import Reply
from tests.bot.web.conftest import token_of
from tests.bot.web.memory import Conversations
from tests.contracts.test_any_input import DOORS
from tests.examples import often

TEXT, INTEGER = {"type": "string"}, {"type": "integer"}
IDENTITY = {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,40}$"}
MESSAGE: dict[str, Any] = {
    "type": "object",
    "properties": {"id": IDENTITY, "text": TEXT, "choice": TEXT},
    "required": ["id", "text"],
}
AFTER = {"name": "after", "in": "query", "schema": INTEGER}


def described(session: str, cookie: str, token: str) -> dict[str, Any]:
    """Return what may be asked of the public side, as OpenAPI, by somebody who has a session or pretends to."""
    own_cookie = {"name": session, "in": "cookie", "schema": {"enum": [cookie, "x", ""]}}
    own_headers = [{"name": "X-Ansinh", "in": "header", "schema": {"enum": [token, "1"]}}]
    own_headers += [{"name": name, "in": "header", "schema": TEXT} for name in ("Origin", "Sec-Fetch-Site")]
    fields = {"type": "object", "properties": MESSAGE["properties"] | {"token": {"enum": [token, "x"]}}}
    form = {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": fields}}}}
    script = {"requestBody": {"content": {"application/json": {"schema": MESSAGE}}}}
    notice = {"name": "notice", "in": "query", "schema": TEXT}
    paths: dict[str, Any] = {
        "/": {"get": {"parameters": [notice, own_cookie]}},
        "/web/messages": {
            "get": {"parameters": [AFTER, own_cookie, *own_headers]},
            "post": {"parameters": [own_cookie, *own_headers], **script},
        },
        "/web/status": {"get": {"parameters": [own_cookie, *own_headers]}},
        "/web/events": {"get": {"parameters": [AFTER, own_cookie, *own_headers]}},
        **{
            f"/web/{name}": {"post": {"parameters": [own_cookie, *own_headers], **form}}
            for name in ("form", "leave", "erase")
        },
        "/web/static/{version}/{name}": {
            "get": {
                "parameters": [
                    {"name": name, "in": "path", "required": True, "schema": TEXT} for name in ("version", "name")
                ]
            }
        },
        "/healthz": {"get": {}},
        "/readyz": {"get": {}},
        **{door.path: {"post": _door(door.headers)} for door in DOORS.values()},
        "/channels/zalo/authorized": {"get": {}},
    }
    paths["/channels/zalo"]["get"] = {}
    for operations in paths.values():
        for operation in operations.values():
            operation["responses"] = {"default": {"description": "any"}}
    return {"openapi": "3.1.0", "info": {"title": "An Sinh", "version": "1"}, "paths": paths}


def _door(headers: dict[str, str]) -> dict[str, Any]:
    secrets = [
        {"name": name, "in": "header", "required": True, "schema": {"const": value}}
        for name, value in headers.items()
        if name != "Content-Type"
    ]
    body = {"type": "object", "properties": {"update_id": INTEGER, "message": {"type": "object"}, "event_name": TEXT}}
    return {"parameters": secrets, "requestBody": {"content": {"application/json": {"schema": body}}}}


class _Ready:
    """What the health routes ask."""

    def __init__(self) -> None:
        self.client = self.backlog = self.supervisor = self
        self.supervisors, self.state = (), "ready"

    async def ready(self) -> bool:
        return True

    async def queues(self) -> list[Any]:
        return []


def public_side() -> FastAPI:
    app, stopping = FastAPI(openapi_url=None), asyncio.Event()
    stopping.set()  # an event stream ends at once
    conversations = Conversations(lambda message: [Reply(f"Đã nghe: {message.text}")])
    config = WebConfig(
        key=b"a key for tests", session_days=1, form_wait_seconds=0.05, messages_per_minute=1e6, messages_burst=10**6
    )
    app.include_router(web_router(WebDeps(config, *[conversations] * 3, stopping=stopping)))
    app.include_router(health_router(_Ready(), _Ready(), asyncio.Event()))  # type: ignore[arg-type]
    for door in DOORS.values():
        app.include_router(door.router(door.inbox))
    page = TestClient(app).get("/")
    (cookie,) = page.cookies.jar
    description = described(cookie.name, str(cookie.value), token_of(page.text))
    app.add_api_route("/openapi.json", lambda: description, include_in_schema=False)
    return app


SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", public_side())


@SCHEMA.parametrize()
@settings(max_examples=often(15), deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_breaks_the_public_side(case: schemathesis.Case) -> None:
    """Whatever the method, the headers and the body: an answer below 500."""
    case.call_and_validate(checks=(not_a_server_error, unsupported_method))
