"""Zalo's Official Account API and OAuth, refusing what the real ones refuse.

Errors come as HTTP 200 with a code. Text 1–2000 characters, at most 5 buttons, titles and payloads of a length,
access tokens that run out or are replaced, refresh tokens that work once, the 48-hour and 7-day windows, signed
webhook calls, the unsigned probe, and the echo of everything the account sends.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

APP_ID, OA_ID, OA_SECRET, APP_SECRET = "360846524940903967", "388613280878808645", "OA_SECRET_TEST", "APP_SECRET"
USER = "246845883529197922"
HOUR = 3600.0


@dataclass
class FakeZalo:
    """State of the fake; ``app`` is both servers."""

    access_token: str = "access-1"
    refresh_token: str = "refresh-1"
    spent: set[str] = field(default_factory=set)
    renewals: int = 0
    last_word: dict[str, float] = field(default_factory=dict)  # user -> seconds ago
    errors: list[int] = field(default_factory=list)  # of the next messages
    oauth_down: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    webhook: str = ""
    domain: str = "https://ansinh.example.vn"  # registered with the app
    codes: dict[str, str] = field(default_factory=dict)  # code -> challenge; single use
    echo: bool = False
    counter: int = 0

    @property
    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/v3.0/oa/message/cs")
        async def message(request: Request) -> JSONResponse:
            answer = await self._message(request)
            if answer["error"]:
                self.refusals.append(answer["error"])
            return JSONResponse(answer)

        @app.post("/v4/oa/access_token")
        async def token(request: Request) -> JSONResponse:
            return await self._renew(request)

        return app

    async def _message(self, request: Request) -> dict[str, Any]:
        if self.errors:
            return _error(self.errors.pop(0))
        if request.headers.get("access_token") != self.access_token:
            return _error(-216)
        body = await request.json()
        user, message = body["recipient"].get("user_id"), body["message"]
        if not user or not str(user).isdigit():
            return _error(-201)
        if not 1 <= len(message["text"]) <= 2000:
            return _error(-210)
        payload = message.get("attachment", {}).get("payload", {})
        buttons = payload.get("buttons", [])
        if len(buttons) > 5 or any(len(b["title"]) > 100 or len(b["payload"]) > 1000 for b in buttons):
            return _error(-201)
        silent_for = self.last_word.get(user, 0.0)
        if silent_for > 7 * 24 * HOUR:
            return _error(-230)
        self.counter += 1
        id = f"oa{self.counter}"
        self.sent.append(
            {"user": user, "text": message["text"], "buttons": [(b["title"], b["payload"]) for b in buttons]}
        )
        if self.echo:
            await self.post(self.echo_event(message["text"], id, user))
        data: dict[str, Any] = {"message_id": id, "user_id": user, "sent_time": str(now_ms())}
        if silent_for <= 48 * HOUR:
            data["quota"] = {"quota_type": "reply"}
        return {"data": data, "error": 0, "message": "Success"}

    async def _renew(self, request: Request) -> JSONResponse:
        form = {name: str(value) for name, value in (await request.form()).items()}
        if self.oauth_down:
            self.oauth_down -= 1
            return JSONResponse({"error": "down"}, status_code=503)
        if request.headers.get("secret_key") != APP_SECRET or form.get("app_id") != APP_ID:
            return JSONResponse({"error_name": "Invalid secret key", "error": -14004})
        if form.get("grant_type") == "authorization_code":
            challenge = self.codes.pop(form.get("code", ""), None)
            if challenge is None or challenge != _s256(form.get("code_verifier", "")):
                return JSONResponse({"error_name": "Invalid code", "error": -14003})
        else:
            given = form.get("refresh_token", "")
            if given in self.spent or given != self.refresh_token:
                return JSONResponse({"error_name": "Invalid refresh token", "error": -14014})
            self.spent.add(given)
        self.renewals += 1
        number = self.renewals + 1
        self.access_token, self.refresh_token = f"access-{number}", f"refresh-{number}"
        return JSONResponse(
            {"access_token": self.access_token, "refresh_token": self.refresh_token, "expires_in": "90000"}
        )

    def allow(self, permission_url: str) -> str:
        """Allow the app as the account's administrator does; return where Zalo sends the browser."""
        asked = dict(parse_qsl(urlsplit(permission_url).query))
        assert asked["app_id"] == APP_ID
        assert asked["redirect_uri"].startswith(self.domain), "-14003 Invalid redirect uri"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked["code_challenge"]
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'oa_id': OA_ID, 'state': asked['state']})}"

    def text_event(self, text: str, *, user: str = USER, **more: Any) -> dict[str, Any]:
        return self.user_event("user_send_text", {"text": text}, user=user, **more)

    def user_event(self, name: str, message: dict[str, Any], *, user: str = USER, **more: Any) -> dict[str, Any]:
        self.counter += 1
        return {
            "app_id": APP_ID,
            "sender": {"id": user},
            "user_id_by_app": "552177279717587730",
            "recipient": {"id": OA_ID},
            "event_name": name,
            "message": message | {"msg_id": f"{self.counter:016x}"},
            "timestamp": str(now_ms()),
        } | more

    def echo_event(self, text: str, id: str, user: str, *, admin: str | None = None) -> dict[str, Any]:
        event = self.user_event("oa_send_text", {"text": text})
        event["sender"], event["recipient"] = {"id": OA_ID} | ({"admin_id": admin} if admin else {}), {"id": user}
        event["message"]["msg_id"] = id
        return event

    async def post(self, event: dict[str, Any], *, secret: str = OA_SECRET, **headers: str) -> httpx.Response:
        """Call the webhook as Zalo does: compact JSON in real Vietnamese, signed over its bytes."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        return await self.post_raw(body, f"mac={mac(event, body, secret)}", **headers)

    async def post_raw(self, body: bytes, signature: str | None, **headers: str) -> httpx.Response:
        given = {"Content-Type": "application/json"} | headers
        if signature is not None:
            given["X-ZEvent-Signature"] = signature
        async with httpx.AsyncClient(timeout=5) as client:
            return await client.post(self.webhook, content=body, headers=given)


def mac(event: dict[str, Any], body: bytes, secret: str) -> str:
    """Sign independently of the service's own code."""
    signed = hashlib.sha256()
    for piece in (str(event["app_id"]).encode(), body, str(event["timestamp"]).encode(), secret.encode()):
        signed.update(piece)
    return signed.hexdigest()


def _s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def now_ms() -> int:
    return int(time.time() * 1000)


def _error(code: int) -> dict[str, Any]:
    return {"error": code, "message": "refused"}
