"""The inbox: conversations that want a person, answered live; two at once on one conversation, one of them wins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.errors import CannotBeReached, NotYours, OutOfDate, UnknownPlaceholder
from bot.handover.holding import Staff
from console.errors import NotFound, UnknownUser
from console.forms import Form, whole, words
from console.gate import Gate
from console.live import BEAT_SECONDS, Event, stream
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.staff.inbox import InboxView, staff_of
from console.visit import CurrentVisit, Visit

LONGEST_ANSWER: Final = 1800  # characters; Zalo takes 2,000
_SAY: Final = Form(words("text", longest=LONGEST_ANSWER))
_NOTE: Final = Form(words("text", longest=2000))
_TAGS: Final = Form(words("tags", longest=300, required=False))
_CLAIM: Final = Form(whole("version", required=False))
_TO: Final = Form(words("to", longest=40, required=False))
_REASON: Final = Form(words("reason", longest=200))

_Act = Callable[[], Awaitable[object]]


class InboxPages:
    """Draws the inbox and its answers."""

    def __init__(self, gate: Gate) -> None:
        self._gate, self.desk = gate, gate.deps.handover
        self.view = InboxView(gate.deps, gate.pages.texts)

    async def page(
        self,
        visit: Visit,
        conversation_id: str | None = None,
        *,
        status: int = 200,
        trouble: str = "",
        revealed: bool = False,
        reason: str = "",
        draft: str = "",
    ) -> Response:
        """Show the list, with one conversation opened beside it; *trouble* is the key of what went wrong."""
        talk = None
        if conversation_id is not None:
            talk = await self.view.talk(conversation_id, staff_of(visit), revealed=revealed, reason=reason)
            if talk is None:
                raise NotFound
        queue, cursor = await self.view.queue(), await self.desk.feed.newest()
        shown = {"queue": queue, "talk": talk, "cursor": cursor, "trouble": trouble, "draft": draft}
        return await run_in_threadpool(
            visit.page,
            "staff/inbox.html",
            status=status,
            revealed=revealed,
            closing=self.view.closing,
            colleagues=await run_in_threadpool(self._colleagues, visit) if talk and talk.is_mine else [],
            **shown,
        )

    async def act(
        self,
        visit: Visit,
        conversation_id: str,
        act: _Act,
        said: str,
        *,
        draft: str = "",
        lost: str = "inbox.trouble.not_yours",
    ) -> Response:
        """Do *act*; show the conversation again, with what went wrong where it did not work.

        *lost* is the key of what is said where somebody else holds the conversation.
        """
        try:
            await act()
        except OutOfDate:
            return await self.page(visit, conversation_id, status=409, trouble="inbox.trouble.changed", draft=draft)
        except NotYours:
            return await self.page(visit, conversation_id, status=409, trouble=lost, draft=draft)
        except CannotBeReached:
            return await self.page(visit, conversation_id, status=409, trouble="inbox.trouble.no_way", draft=draft)
        await run_in_threadpool(visit.record, said, f"conversation/{conversation_id}")
        return await run_in_threadpool(visit.redirect, f"/inbox/{conversation_id}")

    def colleague(self, name: str) -> Staff:
        """Return the member of staff *name*; raises ``NotFound``."""
        try:
            user = self._gate.accounts.named(name)
        except UnknownUser as error:
            raise NotFound from error
        if user.disabled_at or not user.may(Permission.INBOX_ANSWER):
            raise NotFound
        return Staff(user.name, user.display_name)

    def _colleagues(self, visit: Visit) -> list[tuple[str, str]]:
        users, _ = self._gate.accounts.all(words="", offset=0, limit=200)
        return [
            (user.name, user.display_name)
            for user in users
            if user.may(Permission.INBOX_ANSWER) and not user.disabled_at and user.name != visit.user.name
        ]

    async def queue_events(self, visit: Visit, cursor: int) -> AsyncIterator[Event | None]:
        """Yield the list anew whenever something happened to a conversation."""
        while True:
            if await self.desk.feed.changed(cursor, timeout_seconds=BEAT_SECONDS):
                cursor = await self.desk.feed.newest()
                yield Event(
                    "queue", await self._fragment(visit, "staff/inbox_queue.html", queue=await self.view.queue())
                )
            else:
                yield None

    async def talk_events(self, visit: Visit, conversation_id: str, after: int) -> AsyncIterator[Event | None]:
        """Yield the new lines of one conversation."""
        transcript = self._gate.deps.transcript
        while True:
            if await transcript.changed(conversation_id, after, timeout_seconds=BEAT_SECONDS):
                lines = await transcript.since(conversation_id, after)
                after = lines[-1].seq if lines else after
                yield Event("lines", await self._fragment(visit, "staff/inbox_lines.html", lines=lines))
            else:
                yield None

    async def _fragment(self, visit: Visit, template: str, **context: object) -> str:
        context.setdefault("talk", None)
        draw = self._gate.pages.draw
        return await run_in_threadpool(lambda: draw(template, visit=visit, closing=self.view.closing, **context))


def inbox_router(gate: Gate) -> ConsoleRouter:
    """Return the routes of the inbox."""
    router, pages = ConsoleRouter("/inbox"), InboxPages(gate)
    holding, notes, prepared = pages.desk.holding, pages.desk.notes, pages.desk.prepared

    @router.get("", needs=Permission.INBOX_READ)
    async def inbox(visit: CurrentVisit) -> Response:
        return await pages.page(visit)

    @router.get("/live", needs=Permission.INBOX_READ)
    async def live(visit: CurrentVisit, after: int = 0) -> Response:
        return stream(visit, pages.queue_events(visit, after))

    @router.get("/{id}", needs=Permission.INBOX_READ)
    async def conversation(visit: CurrentVisit, id: str) -> Response:
        await run_in_threadpool(visit.record, "conversation.open", f"conversation/{id}")
        return await pages.page(visit, id)

    @router.get("/{id}/live", needs=Permission.INBOX_READ)
    async def conversation_live(visit: CurrentVisit, id: str, after: int = 0) -> Response:
        return stream(visit, pages.talk_events(visit, id, after))

    @router.post("/{id}/claim", needs=Permission.INBOX_ANSWER)
    async def claim(visit: CurrentVisit, id: str) -> Response:
        version = _CLAIM.read(visit.data).values.get("version")
        act = lambda: holding.claim(id, staff_of(visit), version=version)  # noqa: E731
        return await pages.act(visit, id, act, "conversation.claim", lost="inbox.trouble.changed")

    @router.post("/{id}/transfer", needs=Permission.INBOX_ANSWER)
    async def transfer(visit: CurrentVisit, id: str) -> Response:
        name = _TO.read(visit.data).values.get("to")
        to = await run_in_threadpool(pages.colleague, name) if name else None
        return await pages.act(visit, id, lambda: holding.transfer(id, staff_of(visit), to), "conversation.transfer")

    @router.post("/{id}/release", needs=Permission.INBOX_ANSWER)
    async def release(visit: CurrentVisit, id: str) -> Response:
        return await pages.act(visit, id, lambda: holding.release(id, staff_of(visit)), "conversation.release")

    @router.post("/{id}/say", needs=Permission.INBOX_ANSWER)
    async def say(visit: CurrentVisit, id: str) -> Response:
        filled = _SAY.read(visit.data)
        if filled.errors:
            key = "inbox.trouble.too_long" if filled.shown("text") else "inbox.trouble.nothing"
            return await pages.page(visit, id, status=422, trouble=key, draft=str(filled.shown("text")))
        act = lambda: holding.say(id, staff_of(visit), filled["text"])  # noqa: E731
        return await pages.act(visit, id, act, "conversation.say", draft=filled["text"])

    @router.post("/{id}/note", needs=Permission.INBOX_ANSWER)
    async def note(visit: CurrentVisit, id: str) -> Response:
        filled = _NOTE.read(visit.data)
        if filled.errors:
            return await pages.page(visit, id, status=422, trouble="inbox.trouble.nothing")
        return await pages.act(visit, id, lambda: notes.add(id, staff_of(visit), filled["text"]), "conversation.note")

    @router.post("/{id}/tags", needs=Permission.INBOX_ANSWER)
    async def tag(visit: CurrentVisit, id: str) -> Response:
        tags = [part for part in str(_TAGS.read(visit.data).values.get("tags") or "").split(",") if part.strip()]
        return await pages.act(visit, id, lambda: notes.tag(id, staff_of(visit), tags), "conversation.tag")

    @router.post("/{id}/facts", needs=Permission.PERSONAL_VIEW)
    async def uncover(visit: CurrentVisit, id: str) -> Response:
        filled = _REASON.read(visit.data)
        if filled.errors:
            return await pages.page(visit, id, status=422, trouble="inbox.trouble.reason")
        try:
            return await pages.page(visit, id, revealed=True, reason=filled["reason"])
        except NotYours:
            return await pages.page(visit, id, status=409, trouble="inbox.trouble.not_yours")

    @router.get("/{id}/prepared/{slug}", needs=Permission.INBOX_ANSWER)
    async def use_prepared(visit: CurrentVisit, id: str, slug: str) -> Response:
        found = next((one for one in await prepared.all() if one.slug == slug), None)
        if found is None:
            raise NotFound
        try:
            text = prepared.fill(found, staff_of(visit))
        except UnknownPlaceholder:
            text = found.text
        return await run_in_threadpool(visit.page, "staff/inbox_draft.html", draft=text, id=id)

    return router
