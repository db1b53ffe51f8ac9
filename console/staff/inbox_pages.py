"""The inbox: conversations that want a person, answered live; two at once on one conversation, one of them wins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.errors import CannotBeReached, NotYours, OutOfDate, UnknownPlaceholder
from bot.handover.holding import Staff
from console.errors import NotFound, UnknownUser
from console.forms import Form, whole, words
from console.gate import Gate
from console.live import Event, stream
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.staff.inbox import InboxView, Talk, is_urgent, staff_of
from console.staff.inbox_live import TalkEvents, queue_events
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

    async def page(self, visit: Visit, conversation_id: str | None = None, **shown: Any) -> Response:
        """Show the list, with one conversation opened beside it, if any."""
        queue, cursor = await self.view.queue(), await self.desk.feed.newest()
        context: dict[str, Any] = {"queue": queue, "cursor": cursor, "told": await self.view.told_to_citizens()}
        if conversation_id is None:
            return await self._drawn(visit, "staff/inbox.html", talk=None, **context)
        return await self.part(visit, conversation_id, "staff/inbox.html", is_page=True, **context, **shown)

    async def part(
        self,
        visit: Visit,
        conversation_id: str,
        template: str,
        *,
        revealed: bool = False,
        reason: str = "",
        trouble: str = "",
        draft: str = "",
        is_page: bool = False,
        **shown: Any,
    ) -> Response:
        """Show *template* of one conversation; *trouble* is the key of what went wrong, *draft* what was typed."""
        talk = await self.talk(visit, conversation_id, revealed=revealed, reason=reason)
        colleagues = await run_in_threadpool(self._colleagues, visit) if talk.is_mine else []
        shown |= {"trouble": trouble, "draft": draft, "revealed": revealed, "colleagues": colleagues}
        shown["is_page"] = is_page
        return await self._drawn(visit, template, talk=talk, **shown)

    async def talk(self, visit: Visit, conversation_id: str, *, revealed: bool = False, reason: str = "") -> Talk:
        """Return one conversation; raises ``NotFound``."""
        talk = await self.view.talk(conversation_id, staff_of(visit), revealed=revealed, reason=reason)
        if talk is None:
            raise NotFound
        return talk

    async def act(
        self,
        visit: Visit,
        conversation_id: str,
        act: _Act,
        said: str,
        *,
        draft: str = "",
        lost: str = "inbox.trouble.not_yours",
        template: str = "",
    ) -> Response:
        """Do *act*; show the conversation again, with what went wrong where it did not work.

        *lost* is the key of what is said where somebody else holds the conversation; *template* is the part of the
        page that asked, where a part did.
        """
        try:
            await act()
        except OutOfDate:
            return await self.refused(visit, conversation_id, "inbox.trouble.changed", draft, template)
        except NotYours:
            return await self.refused(visit, conversation_id, lost, draft, template)
        except CannotBeReached:
            return await self.refused(visit, conversation_id, "inbox.trouble.no_way", draft, template)
        await run_in_threadpool(visit.record, said, f"conversation/{conversation_id}")
        if template and visit.is_fragment:
            return await self.part(visit, conversation_id, template)
        return await run_in_threadpool(visit.redirect, f"/inbox/{conversation_id}")

    async def refused(
        self, visit: Visit, id: str, trouble: str, draft: str = "", template: str = "", *, status: int = 409
    ) -> Response:
        """Say what went wrong, in the part that asked or on the whole page; what was typed stays."""
        shown: dict[str, Any] = {"status": status, "trouble": trouble, "draft": draft}
        if template and visit.is_fragment:
            return await self.part(visit, id, template, **shown)
        return await self.page(visit, id, **shown)

    def colleague(self, name: str) -> Staff:
        """Return the member of staff *name*; raises ``NotFound``."""
        try:
            user = self._gate.accounts.named(name)
        except UnknownUser as error:
            raise NotFound from error
        if user.disabled_at or not user.may(Permission.INBOX_ANSWER):
            raise NotFound
        return Staff(user.name, user.display_name)

    def queue_events(self, visit: Visit, cursor: int, open_id: str) -> AsyncIterator[Event | None]:
        """Yield the list anew whenever something happened; *open_id* is the conversation beside it."""

        async def draw() -> str:
            return await self._fragment(visit, "staff/inbox_queue.html", queue=await self.view.queue(), open_id=open_id)

        return queue_events(self.desk.feed, cursor, draw)

    def talk_events(self, visit: Visit, id: str, line: int, cursor: int) -> AsyncIterator[Event | None]:
        """Yield what happens in one conversation."""
        transcript = self._gate.deps.transcript

        async def lines(after: int) -> tuple[str, int]:
            said = await self.view.lines(id, after)
            html = await self._fragment(visit, "staff/inbox_lines.html", lines=said, id=id) if said else ""
            return html, said[-1].seq if said else after

        async def part(name: str) -> str:
            talk = await self.talk(visit, id)
            colleagues = await run_in_threadpool(self._colleagues, visit) if talk.is_mine else []
            more = {"trouble": "", "draft": "", "revealed": False, "colleagues": colleagues, "is_page": False}
            return await self._fragment(visit, f"staff/inbox_{name}.html", talk=talk, **more)

        return TalkEvents(transcript, self.desk.feed, id, lines=lines, part=part).after(line, cursor)

    def _colleagues(self, visit: Visit) -> list[tuple[str, str]]:
        users, _ = self._gate.accounts.all(words="", offset=0, limit=200)
        return [
            (user.name, user.display_name)
            for user in users
            if user.may(Permission.INBOX_ANSWER) and not user.disabled_at and user.name != visit.user.name
        ]

    async def _drawn(self, visit: Visit, template: str, *, status: int = 200, **context: Any) -> Response:
        context |= {"closing": self.view.closing, "due": self.view.due, "is_urgent": is_urgent}
        context.setdefault("open_id", context["talk"].handed.conversation_id if context["talk"] else "")
        return await run_in_threadpool(visit.page, template, status=status, **context)

    async def _fragment(self, visit: Visit, template: str, **context: Any) -> str:
        context |= {"closing": self.view.closing, "due": self.view.due, "is_urgent": is_urgent}
        return await run_in_threadpool(lambda: self._gate.pages.draw(template, visit=visit, **context))


def inbox_router(gate: Gate) -> ConsoleRouter:
    """Return the routes of the inbox."""
    router, pages = ConsoleRouter("/inbox"), InboxPages(gate)
    _reading(router, pages)
    _holding(router, pages)
    _writing(router, pages)
    return router


def _reading(router: ConsoleRouter, pages: InboxPages) -> None:
    @router.get("", needs=Permission.INBOX_READ)
    async def inbox(visit: CurrentVisit) -> Response:
        return await pages.page(visit)

    @router.get("/live", needs=Permission.INBOX_READ)
    async def live(visit: CurrentVisit, after: int = 0, open: str = "") -> Response:
        return stream(visit, pages.queue_events(visit, after, open))

    @router.get("/{id}", needs=Permission.INBOX_READ)
    async def conversation(visit: CurrentVisit, id: str) -> Response:
        await run_in_threadpool(visit.record, "conversation.open", f"conversation/{id}")
        return await pages.page(visit, id)

    @router.get("/{id}/live", needs=Permission.INBOX_READ)
    async def conversation_live(visit: CurrentVisit, id: str, after: int = 0, change: int = 0) -> Response:
        return stream(visit, pages.talk_events(visit, id, after, change))

    @router.get("/{id}/facts", needs=Permission.INBOX_READ)
    async def masked(visit: CurrentVisit, id: str) -> Response:
        return await pages.part(visit, id, "staff/inbox_facts.html")

    @router.post("/{id}/facts", needs=Permission.PERSONAL_VIEW)
    async def uncover(visit: CurrentVisit, id: str) -> Response:
        filled, template = _REASON.read(visit.data), "staff/inbox_facts.html"
        if filled.errors:
            return await pages.refused(visit, id, "inbox.trouble.reason", template=template, status=422)
        reason = filled["reason"]
        try:
            if visit.is_fragment:
                return await pages.part(visit, id, template, revealed=True, reason=reason)
            return await pages.page(visit, id, revealed=True, reason=reason)
        except NotYours:
            return await pages.refused(visit, id, "inbox.trouble.not_yours", template=template)


def _holding(router: ConsoleRouter, pages: InboxPages) -> None:
    holding = pages.desk.holding

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


def _writing(router: ConsoleRouter, pages: InboxPages) -> None:
    holding, notes, prepared = pages.desk.holding, pages.desk.notes, pages.desk.prepared

    @router.post("/{id}/say", needs=Permission.INBOX_ANSWER)
    async def say(visit: CurrentVisit, id: str) -> Response:
        filled, template = _SAY.read(visit.data), "staff/inbox_actions.html"
        if filled.errors:
            key = "inbox.trouble.too_long" if filled.shown("text") else "inbox.trouble.nothing"
            return await pages.refused(visit, id, key, str(filled.shown("text")), template, status=422)
        act = lambda: holding.say(id, staff_of(visit), filled["text"])  # noqa: E731
        return await pages.act(visit, id, act, "conversation.say", draft=filled["text"], template=template)

    @router.post("/{id}/note", needs=Permission.INBOX_ANSWER)
    async def note(visit: CurrentVisit, id: str) -> Response:
        filled, template = _NOTE.read(visit.data), "staff/inbox_notes_pane.html"
        if filled.errors:
            return await pages.refused(visit, id, "inbox.trouble.nothing", template=template, status=422)
        act = lambda: notes.add(id, staff_of(visit), filled["text"])  # noqa: E731
        return await pages.act(visit, id, act, "conversation.note", template=template)

    @router.post("/{id}/tags", needs=Permission.INBOX_ANSWER)
    async def tag(visit: CurrentVisit, id: str) -> Response:
        tags = [part for part in str(_TAGS.read(visit.data).values.get("tags") or "").split(",") if part.strip()]
        act = lambda: notes.tag(id, staff_of(visit), tags)  # noqa: E731
        return await pages.act(visit, id, act, "conversation.tag", template="staff/inbox_notes_pane.html")

    @router.post("/{id}/prepared/{slug}", needs=Permission.INBOX_ANSWER)
    async def use_prepared(visit: CurrentVisit, id: str, slug: str) -> Response:  # noqa: ARG001 - part of the path
        found = next((one for one in await prepared.all() if one.slug == slug), None)
        if found is None:
            raise NotFound
        try:
            text = prepared.fill(found, staff_of(visit))
        except UnknownPlaceholder:
            text = found.text
        typed = str(visit.data.get("text") or "").strip()
        draft = f"{typed}\n{text}" if typed else text
        return await run_in_threadpool(visit.page, "staff/inbox_draft.html", draft=draft[:LONGEST_ANSWER])
