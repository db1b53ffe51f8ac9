"""Answer: take messages from the inbox in order, ask the gateway, and commit what comes of it.

A message waits as long as the dialogue cannot be reached; a message the dialogue fails on again and again is set aside
with an apology, so that it does not hold up what the citizen says next.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.conversation.gateway import Gateway
from bot.conversation.phrases import Phrases
from bot.conversation.reply import Format, fit
from bot.conversation.transcript import topic_of as conversation_topic
from bot.conversation.turn import Part, Turn, with_tokens
from bot.daily import Counts, NoCounts
from bot.delivery import pause_after
from bot.errors import DialogueUnavailable, LaneLost, origin
from bot.handover.changes import TOPIC as DESK_TOPIC
from bot.inbox import TOPIC, InboxTask, SqlInbox
from bot.lanes import Lanes
from bot.messages import Dialogue, Eraser, InboundMessage
from bot.outbox import topic_of as outbox_topic
from bot.patience import until_stored
from bot.pauses import ChannelPauses
from bot.signals import Signals
from bot.tables import Holder
from bot.tally import Tally
from bot.tasks import end
from core.clock import Clock

MOST_ATTEMPTS = 5
WAIT_FOR_DIALOGUE = timedelta(seconds=30)  # at the latest; it is woken as soon as the dialogue is ready
LOOK_SECONDS = 1.0
LOOK_AT_SWITCH = timedelta(seconds=5)  # how often a kept message looks whether its channel is on again


class Presence(Protocol):
    """Shows the citizen that an answer is being written."""

    async def typing(self, message: InboundMessage) -> None:
        """Show it, best effort; must not raise."""
        ...


class AnswerLoop:
    """Works on the inbox. *formats* holds the channels that are sent to; the others fetch their transcript.

    *erasers* remove what else is kept of a conversation that is erased; *memories* what this process alone remembers
    of one that another process answered meanwhile.
    """

    def __init__(
        self,
        inbox: SqlInbox,
        gateway: Gateway,
        dialogue: Dialogue,
        *,
        phrases: Phrases,
        clock: Clock,
        signals: Signals,
        tally: Tally,
        formats: Mapping[str, Format],
        presences: Mapping[str, Presence] | None = None,
        erasers: Collection[Eraser] = (),
        memories: Collection[Eraser] = (),
        pauses: ChannelPauses | None = None,
        counts: Counts | None = None,
        concurrency: int = 8,
    ) -> None:
        self._inbox, self._gateway, self._dialogue, self._phrases = inbox, gateway, dialogue, phrases
        self._clock, self._signals, self._tally = clock, signals, tally
        self._pauses = pauses
        self._formats, self._presences = formats, presences or {}
        self._erasers, self._memories = tuple(erasers), tuple(memories)
        self._counts: Counts = counts or NoCounts()
        self._log = structlog.get_logger("bot.answering")
        self._lanes = Lanes(TOPIC, claim=inbox.claim, work=self._answer_all, signals=signals, concurrency=concurrency)
        self._waits_for_dialogue, self._is_stopping = asyncio.Event(), False
        self._watcher: asyncio.Task[None] | None = None
        self._asides: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to answer."""
        self._watcher = asyncio.create_task(self._watch_dialogue(), name="watch-dialogue")
        await self._lanes.start()

    async def stop(self, *, drain_seconds: float = 5.0) -> None:
        """Finish the messages that are being answered and stop; what stands behind them waits in the inbox."""
        self._is_stopping = True
        await self._lanes.stop(drain_seconds=drain_seconds)
        for task in [self._watcher, *self._asides]:
            await end(task)

    async def _answer_all(self, task: InboxTask) -> None:
        following: InboxTask | None = task
        try:
            while following is not None and not self._is_stopping:
                task = following
                following = await self._answer(task)
        except LaneLost:
            self._log.warning("lane_lost", conversation=task.message.conversation_id)
        finally:
            self._inbox.let_go(task)

    async def _answer(self, task: InboxTask) -> InboxTask | None:
        log = self._log.bind(trace=task.message_key, conversation=task.message.conversation_id)
        if self._pauses and (since := self._pauses.since(task.message.channel, task.message.kind, task.known.holder)):
            return await self._put_off(task, self._pauses, since)
        try:
            self._show_typing(task.message)
            if task.has_moved:
                await _erase(self._memories, task.message.conversation_id)
            turn = await self._gateway.turn(task.message, task.known)
            if turn.erase:
                await _erase(self._erasers, task.message.conversation_id)
        except DialogueUnavailable:
            self._waits_for_dialogue.set()
            await self._inbox.postpone(task, self._clock.now() + WAIT_FOR_DIALOGUE)
            return None
        except Exception as error:  # whatever it is, the citizen behind this message must not wait for ever
            log.warning("answer_failed", error=type(error).__name__, at=origin(error), attempt=task.attempts + 1)
            self._tally.add(task.message.channel, "answer_failed")
            if task.attempts + 1 < MOST_ATTEMPTS:
                pause = pause_after(task.attempts + 1)
                await self._inbox.postpone(task, self._clock.now() + pause, error=type(error).__name__)
                self._signals.notify_later(TOPIC, pause.total_seconds())
                return None
            turn = self._gateway.apology(task.message, type(error).__name__)
            self._tally.add(task.message.channel, "set_aside")
        return await self._commit(task, with_tokens(turn, task.seq))

    async def _put_off(self, task: InboxTask, pauses: ChannelPauses, since: datetime) -> InboxTask | None:
        """Keep a message of a channel that is off; what stands before a wish to be deleted goes with it."""
        if await self._inbox.is_withdrawn(task):
            return await self._inbox.finish(task, Turn(), [])
        channel, notice = task.message.channel, pauses.notice()
        parts = self._parts(channel, Turn(replies=(notice,)))
        until = self._clock.now() + LOOK_AT_SWITCH
        if await self._inbox.put_off(task, until, since=since, notice=notice, parts=parts):
            self._tally.add(channel, "told_paused")
            self._signals.notify(outbox_topic(channel))
            self._signals.notify(conversation_topic(task.message.conversation_id))
        self._inbox.let_go(task)
        return None

    async def _commit(self, task: InboxTask, turn: Turn) -> InboxTask | None:
        parts = self._parts(task.message.channel, turn)
        log = self._log.bind(trace=task.message_key, conversation=task.message.conversation_id)
        following = await until_stored(lambda: self._inbox.finish(task, turn, parts), log)
        self._count(task, turn)
        log.info("answered", replies=len(turn.replies), holder=turn.holder)
        self._counts.answered(task.message, turn, self._clock.now())
        if parts:
            self._signals.notify(outbox_topic(task.message.channel))
        self._signals.notify(conversation_topic(task.message.conversation_id))
        self._signals.notify(DESK_TOPIC)
        return following

    def _count(self, task: InboxTask, turn: Turn) -> None:
        channel = task.message.channel
        self._tally.add(channel, "answered")
        self._tally.took(channel, "answer", (self._clock.now() - task.message.received_at).total_seconds())
        for reply in turn.replies:
            if action := reply.data.get("action"):
                self._tally.add_kind(channel, "reply", str(action))
        if turn.holder is Holder.WAITING:
            self._tally.add_kind(channel, "handover", turn.reason or "asked")

    def _parts(self, channel: str, turn: Turn) -> list[Part]:
        format = self._formats.get(channel)
        if format is None:
            return []
        by_number = self._phrases["answer_by_number"]
        return [part for reply in turn.replies for part in fit(reply, format, answer_by_number=by_number)]

    def _show_typing(self, message: InboundMessage) -> None:
        if presence := self._presences.get(message.channel):
            aside = asyncio.create_task(presence.typing(message))
            self._asides.add(aside)
            aside.add_done_callback(self._asides.discard)

    async def _watch_dialogue(self) -> None:
        """Wake what waits for the dialogue as soon as it is ready."""
        while True:
            await self._waits_for_dialogue.wait()
            self._log.info("waiting_for_dialogue")
            await asyncio.sleep(LOOK_SECONDS)
            while not await self._dialogue.ready():
                await asyncio.sleep(LOOK_SECONDS)
            self._waits_for_dialogue.clear()
            with contextlib.suppress(SQLAlchemyError):  # what is not woken now is due soon by itself
                await self._inbox.wake()


async def _erase(erasers: Collection[Eraser], conversation_id: str) -> None:
    for eraser in erasers:
        await eraser.erase(conversation_id)
