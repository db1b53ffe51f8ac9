"""The web chat's routes: the page at ``/``, what its script calls, and the forms of a page without scripts.

A message is verified, stored and acknowledged; what is said in reply comes through the transcript.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse

from bot.channels.web.assets import Assets, chat_assets
from bot.channels.web.config import WebConfig
from bot.channels.web.guards import (
    OWN_HEADER,
    RequestRefused,
    carries_token,
    limited_body,
    require_own_form,
    require_own_script,
    require_same_site,
    secure,
)
from bot.channels.web.limits import OpenStreams, RateLimit
from bot.channels.web.pages import Chat, Pages
from bot.channels.web.presenting import Presenter, whole_history
from bot.channels.web.readiness import Readiness, RecentReadiness
from bot.channels.web.rich_text import RichTextReader
from bot.channels.web.sessions import Session, Sessions, is_embedded_elsewhere
from bot.channels.web.stream import Newsroom
from bot.channels.web.submission import Submission, inbound, read_form
from bot.channels.web.texts import Texts
from bot.errors import StorageUnavailable, origin
from bot.messages import InboundMessage, Inbox, MessageKind, Transcript
from core.clock import Clock, SystemClock
from core.vietnamese.format import day

_Handler = Callable[[Request], Awaitable[Response]]
_STRANGE = frozenset({400, 403, 413, 503})  # no page of ours, or trouble of ours; the others happen every day
_NOTICES = frozenset({"left", "erased"})


class Reminding(Protocol):
    """Knows who wants to be reminded of something."""

    async def opened(self, conversation_id: str) -> bool:
        """Say what is due to her who opens the page; tell whether she wants to be reminded at all."""
        ...


@dataclass(frozen=True, slots=True)
class WebDeps:
    """What the page is given; ``reminding`` where reminders are on.

    ``now`` counts seconds, for limits and streams. Set ``stopping`` when the service ends: open streams then close,
    so that the server need not wait for them; the pages come back by themselves.
    """

    config: WebConfig
    inbox: Inbox
    transcript: Transcript
    readiness: Readiness
    clock: Clock = field(default_factory=SystemClock)
    now: Callable[[], float] = time.monotonic
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    reminding: Reminding | None = None


def web_router(deps: WebDeps) -> APIRouter:
    """Return the routes of the web chat, to be included at the root of the app."""
    assets = chat_assets()
    chat = WebChat(deps, assets)
    router = APIRouter(include_in_schema=False)
    for path, method, handler in (
        ("/", "GET", chat.page),
        ("/web/messages", "GET", chat.news),
        ("/web/messages", "POST", chat.submit),
        ("/web/events", "GET", chat.events),
        ("/web/status", "GET", chat.status),
        ("/web/form", "POST", chat.form),
        ("/web/leave", "POST", chat.leave),
        ("/web/erase", "POST", chat.erase),
    ):
        router.add_api_route(path, chat.guarded(handler), methods=[method], response_model=None)
    router.add_api_route("/web/static/{version}/{name}", assets.respond, response_model=None)
    return router


class WebChat:
    """Answers the requests of the page."""

    def __init__(self, deps: WebDeps, assets: Assets) -> None:
        self._log = structlog.get_logger("bot.web")
        config, texts = deps.config, Texts.load()
        reader = RichTextReader(tuple(texts.part("source_prefixes")), config.phones)
        self._config, self._inbox, self._transcript, self._clock = config, deps.inbox, deps.transcript, deps.clock
        self._sessions = Sessions(config)
        self._pages, self._presenter = Pages(config, texts, assets, reader), Presenter(reader)
        self._readiness, self._reminding = RecentReadiness(deps.readiness, deps.now), deps.reminding
        beat, lifetime = config.stream_beat_seconds, config.stream_minutes * 60
        self._newsroom = Newsroom(deps.transcript, self._presenter, beat, lifetime, deps.now, deps.stopping)
        rate, burst, many = config.messages_per_minute, config.messages_burst, config.address_factor
        self._per_session = RateLimit(per_minute=rate, burst=burst, now=deps.now)
        self._per_address = RateLimit(per_minute=rate * many, burst=burst * many, now=deps.now)
        self._streams = OpenStreams(config.streams_per_session)

    def guarded(self, handler: _Handler) -> _Handler:
        """Wrap *handler*: a refusal becomes an answer, and every answer carries the safety headers."""

        async def handle(request: Request) -> Response:
            try:
                response = await handler(request)
            except RequestRefused as refusal:
                response = self._refused(request, refusal)
            except StorageUnavailable:
                response = self._refused(request, RequestRefused(503, "broken", retry_after=3))
            secure(response, self._config)
            return response

        return handle

    async def page(self, request: Request) -> Response:
        """Show the conversation of this browser, which gets a session where it has none."""
        session = self._sessions.of(request) or self._sessions.open()
        asked = request.query_params.get("notice", "")
        comes_back = await self._comes_back(session)
        chat = await self._look(session)
        response = self._shown(request, replace(chat, notice=asked if asked in _NOTICES else ""))
        if self._config.embed_origins or not is_embedded_elsewhere(request):
            self._sessions.remember(response, session, request, for_long=comes_back)
        return response

    async def news(self, request: Request) -> Response:
        """Return what came after entry ``after``, for a page that cannot hold a stream."""
        session = self._session(request)
        require_own_script(request, session)
        return JSONResponse((await self._newsroom.news(session.conversation_id, _after(request))).to_json())

    async def submit(self, request: Request) -> Response:
        """Store a message of the script; the same id again is acknowledged and not stored twice."""
        session = self._session(request)
        require_own_script(request, session)
        submission = Submission.from_json(await limited_body(request, self._config.body_bytes))
        message = self._message(submission, session)
        self._take_turn(request, session)
        return JSONResponse({"id": submission.id, "kept": await self._inbox.accept(message)}, status_code=202)

    async def events(self, request: Request) -> Response:
        """Open the stream of new entries, after ``Last-Event-ID`` or ``after``."""
        require_same_site(request)
        session = self._session(request)
        self._streams.require_room(session.conversation_id)
        response = StreamingResponse(
            self._stream(session.conversation_id, _after(request)),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},  # nginx would hold the frames back
        )
        if await self._comes_back(session):
            self._sessions.remember(response, session, request, for_long=True)
        return response

    async def status(self, request: Request) -> Response:
        """Tell whether the dialogue answers, and whether the browser shows the session the page was opened under."""
        session = self._sessions.of(request)
        shown = "none" if session is None else "same" if carries_token(request, session) else "other"
        return JSONResponse({"ready": await self._readiness.ready(), "session": shown})

    async def form(self, request: Request) -> Response:
        """Store a message of a page without scripts, and show the conversation once the reply is there."""
        session, fields = await self._own_form(request)
        submission = Submission.from_form(fields)
        try:
            message = self._message(submission, session)
            self._take_turn(request, session)
        except RequestRefused as refusal:
            chat = replace(await self._look(session), error=refusal.reason, draft=submission.text)
            return self._shown(request, chat, status=refusal.status)
        await self._inbox.accept(message)
        await self._newsroom.settled(session.conversation_id, self._config.form_wait_seconds)
        return RedirectResponse("/#latest", status_code=303)

    async def leave(self, request: Request) -> Response:
        """End the session in this browser; what was said is kept as long as it would be."""
        await self._own_form(request)
        return self._ended(request, "left")

    async def erase(self, request: Request) -> Response:
        """Ask for everything kept of the conversation to be deleted, and end the session."""
        session, fields = await self._own_form(request)
        submission = Submission.from_form(fields)
        await self._inbox.accept(inbound(session, submission.id, "", MessageKind.WITHDRAWN, clock=self._clock))
        return self._ended(request, "erased")

    async def _comes_back(self, session: Session) -> bool:
        """Say what she wanted to be reminded of; tell whether she will come back for more. Never raise."""
        if self._reminding is None or session.is_new:
            return False
        try:
            return await self._reminding.opened(session.conversation_id)
        except Exception as error:  # the page must open whatever becomes of a reminder
            self._log.warning("not_reminded", error=type(error).__name__, at=origin(error))
            return False

    async def _look(self, session: Session) -> Chat:
        conversation = session.conversation_id
        pending = await self._transcript.pending(conversation)
        entries = await whole_history(self._transcript, conversation, newest=self._config.history_entries)
        return Chat(session, self._presenter.entries(entries), pending, await self._readiness.ready())

    def _shown(self, request: Request, chat: Chat, *, status: int = 200) -> Response:
        today = day(self._clock.today())
        return HTMLResponse(self._pages.chat(request, chat, today=today), status_code=status)

    def _session(self, request: Request) -> Session:
        session = self._sessions.of(request)
        if session is None:
            raise RequestRefused(401, "no_session")
        return session

    async def _own_form(self, request: Request) -> tuple[Session, dict[str, str]]:
        session = self._session(request)
        fields = read_form(await limited_body(request, self._config.body_bytes))
        require_own_form(request, session, fields.get("token", ""))
        return session, fields

    def _message(self, submission: Submission, session: Session) -> InboundMessage:
        return submission.message(session, clock=self._clock, longest=self._config.message_characters)

    def _take_turn(self, request: Request, session: Session) -> None:
        self._per_session.take(session.conversation_id)
        self._per_address.take(request.client.host if request.client else "")

    async def _stream(self, conversation_id: str, after: int) -> AsyncIterator[str]:
        with self._streams.hold(conversation_id):
            async for frame in self._newsroom.stream(conversation_id, after):
                yield frame

    def _ended(self, request: Request, notice: str) -> Response:
        response = RedirectResponse(f"/?notice={notice}", status_code=303)
        self._sessions.forget(response, request)
        return response

    def _refused(self, request: Request, refusal: RequestRefused) -> Response:
        note = self._log.warning if refusal.status in _STRANGE else self._log.info
        note("refused", reason=refusal.reason, status=refusal.status)
        headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
        if OWN_HEADER in request.headers or request.url.path == "/web/events":
            return JSONResponse({"error": refusal.reason}, status_code=refusal.status, headers=headers)
        return HTMLResponse(self._pages.error(refusal.reason), status_code=refusal.status, headers=headers)


def _after(request: Request) -> int:
    raw = request.headers.get("last-event-id") or request.query_params.get("after", "0")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 19):
        raise RequestRefused(400, "malformed")
    return int(raw)
