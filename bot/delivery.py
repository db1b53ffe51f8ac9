"""Deliver: take messages from the outbox, hand them to their channel, and try again when it could not take them."""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.errors import LaneLost, RetryLater, Undeliverable
from bot.lanes import Lanes
from bot.messages import Sender
from bot.outbox import OutboxTask, SqlOutbox, topic_of
from bot.patience import until_stored
from bot.signals import Signals
from bot.tally import Tally
from core.clock import Clock

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
LONGEST_TRY = timedelta(hours=24)  # an answer older than this would only confuse


class DeliveryLoop:
    """Sends what waits for one channel. ``start`` … ``stop``."""

    def __init__(
        self,
        sender: Sender,
        outbox: SqlOutbox,
        clock: Clock,
        signals: Signals,
        tally: Tally,
        *,
        concurrency: int = 8,
    ) -> None:
        self.channel = sender.channel
        self._sender, self._outbox, self._clock, self._tally = sender, outbox, clock, tally
        self._signals, self._is_stopping = signals, False
        self._log = structlog.get_logger("bot.delivery").bind(channel=sender.channel)
        self._lanes = Lanes(
            topic_of(sender.channel),
            claim=lambda: outbox.claim(sender.channel),
            work=self._deliver_all,
            signals=signals,
            concurrency=concurrency,
        )

    async def start(self) -> None:
        """Begin to send."""
        await self._lanes.start()

    async def stop(self, *, drain_seconds: float = 5.0) -> None:
        """Finish what is being sent and stop; the rest waits in the outbox."""
        self._is_stopping = True
        await self._lanes.stop(drain_seconds=drain_seconds)

    async def _deliver_all(self, task: OutboxTask) -> None:
        following: OutboxTask | None = task
        try:
            while following is not None and not self._is_stopping:
                task = following
                following = await self._deliver(task)
        except LaneLost:
            self._log.warning("lane_lost", conversation=task.delivery.conversation_id)
        finally:
            self._outbox.let_go(task)

    async def _deliver(self, task: OutboxTask) -> OutboxTask | None:
        log = self._log.bind(trace=task.trace, delivery=task.delivery.id, conversation=task.delivery.conversation_id)
        try:
            id = await self._sender.send(task.delivery)
        except RetryLater as error:
            return await self._again(task, error, log)
        except Undeliverable as error:
            self._tally.add(self.channel, "undeliverable")
            self._tally.add_kind(self.channel, "delivery_error", error.reason)
            log.warning("undeliverable", reason=error.reason, gone=error.gone)
            reason, gone = error.reason, error.gone
            return await until_stored(lambda: self._outbox.failed(task, reason, gone=gone), log)
        self._tally.add(self.channel, "sent")
        self._tally.took(self.channel, "deliver", (self._clock.now() - task.created_at).total_seconds())
        log.info("sent", attempt=task.delivery.attempt)
        return await until_stored(lambda: self._outbox.sent(task, id), log)

    async def _again(
        self, task: OutboxTask, error: RetryLater, log: structlog.typing.FilteringBoundLogger
    ) -> OutboxTask | None:
        self._tally.add(self.channel, "retried")
        self._tally.add_kind(self.channel, "delivery_error", error.reason)
        pause = max(error.after or timedelta(), pause_after(task.delivery.attempt))
        until = self._clock.now() + pause
        if until - task.created_at > LONGEST_TRY:
            log.warning("given_up", reason=error.reason)
            return await until_stored(lambda: self._outbox.failed(task, f"given up: {error.reason}", gone=False), log)
        log.info("retry_later", reason=error.reason, attempt=task.delivery.attempt)
        await until_stored(lambda: self._outbox.postpone(task, until, error.reason), log)
        self._signals.notify_later(topic_of(self.channel), pause.total_seconds())
        return None


def pause_after(attempt: int) -> timedelta:
    """Return how long to wait after the failed *attempt* (1, 2, …): doubled each time, up to five minutes."""
    return min(FIRST_PAUSE * (1 << min(attempt - 1, 16)), LONGEST_PAUSE)
