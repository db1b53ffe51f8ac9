"""``/metrics`` for Prometheus: queues, times, refusals, hand-overs, delivery errors, Rasa, the release in use.

Served on the inner loopback server only. Labels are channels, kinds of our own and channels' error codes: never an id
of a person, never a word of hers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Histogram, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.supervisor import State, Supervisor
from bot.backlog import Backlog, Queued
from bot.tally import Tally

ACK_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
ANSWER_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 120.0, 600.0)
DOORS = {"/channels/telegram": "telegram", "/channels/zalo": "zalo_oa", "/channels/zalo-bot": "zalo_bot"}
DOORS |= {"/web/messages": "web", "/web/form": "web"}
_KINDS = {
    "delivery_error": ("delivery_errors", "Deliveries a channel did not take, by its reason"),
    "handover": ("handovers", "Conversations that began to want a person, by reason"),
    "reply": ("replies", "Replies by what they were; refuse: nothing could be answered"),
}


class MeasuredTally(Tally):
    """Counts, and keeps how long things took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__()
        self.histograms = {
            "ack": Histogram(
                "ansinh_ack_seconds",
                "Time until a channel heard that its message was received",
                ["channel"],
                buckets=ACK_BUCKETS,
                registry=registry,
            ),
            "answer": Histogram(
                "ansinh_answer_seconds",
                "Time from a message to its answer in the outbox",
                ["channel"],
                buckets=ANSWER_BUCKETS,
                registry=registry,
            ),
            "deliver": Histogram(
                "ansinh_delivery_seconds",
                "Time from an answer in the outbox to the channel that took it",
                ["channel"],
                buckets=ANSWER_BUCKETS,
                registry=registry,
            ),
        }

    def took(self, channel: str, what: str, seconds: float) -> None:
        """Keep it."""
        self.histograms[what].labels(channel).observe(max(0.0, seconds))


@dataclass
class Metrics:
    """Everything that is measured in this process."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    tally: MeasuredTally = field(init=False)
    queues: Sequence[Queued] = ()
    with_people: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tally = MeasuredTally(self.registry)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.registry.register(_Counts(self))

    def watch_rasa(self, supervisors: Sequence[Supervisor]) -> None:
        """Tell of Rasa's processes."""
        self.registry.register(_Rasas(supervisors))

    def name_release(self, release: Callable[[], str]) -> None:
        """Tell which release of the rules answers."""
        self.registry.register(_Release(release))

    def router(self, backlog: Backlog) -> APIRouter:
        """Return the route Prometheus reads."""
        router = APIRouter(include_in_schema=False)

        @router.get("/metrics")
        async def metrics() -> Response:
            self.queues, self.with_people = await backlog.queues(), await backlog.with_people()
            return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)

        return router


class AckTimer:
    """Measures how long the doors of the channels take to answer."""

    def __init__(self, app: ASGIApp, tally: Tally) -> None:
        self._app, self._tally = app, tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; time the posts of channels."""
        channel = DOORS.get(scope.get("path", "")) if scope.get("method") == "POST" else None
        if channel is None:
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._tally.took(channel, "ack", time.perf_counter() - begun)
            await send(message)

        await self._app(scope, receive, answered)


class _Counts(Collector):
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        events = CounterMetricFamily("ansinh_events", "What happened on the channels", labels=["channel", "event"])
        for (channel, event), count in self._metrics.tally.all().items():
            events.add_metric([channel, event], count)
        yield events
        kinds = self._metrics.tally.kinds()
        for event, (name, what) in _KINDS.items():
            family = CounterMetricFamily(f"ansinh_{name}", what, labels=["channel", "kind"])
            for (channel, of, kind), count in kinds.items():
                if of == event:
                    family.add_metric([channel, kind], count)
            yield family
        yield from self._queues()

    def _queues(self) -> Iterator[Metric]:
        depth = GaugeMetricFamily("ansinh_queue_depth", "Messages that wait", labels=["direction", "channel"])
        lag = GaugeMetricFamily("ansinh_queue_lag_seconds", "Age of the oldest", labels=["direction", "channel"])
        for queue in self._metrics.queues:
            depth.add_metric([queue.direction, queue.channel], queue.depth)
            lag.add_metric([queue.direction, queue.channel], queue.lag.total_seconds())
        people = GaugeMetricFamily("ansinh_conversations_with_staff", "By who has them", labels=["holder"])
        for holder, count in self._metrics.with_people.items():
            people.add_metric([holder], count)
        yield from (depth, lag, people)


class _Rasas(Collector):
    def __init__(self, supervisors: Sequence[Supervisor]) -> None:
        self._supervisors = supervisors

    def collect(self) -> Iterator[Metric]:
        restarts = CounterMetricFamily("ansinh_rasa_restarts", "How often Rasa was started again", labels=["process"])
        ready = GaugeMetricFamily("ansinh_rasa_ready", "1 while it answers", labels=["process"])
        for supervisor in self._supervisors:
            restarts.add_metric([supervisor.plan.name], supervisor.restarts)
            ready.add_metric([supervisor.plan.name], float(supervisor.state is State.READY))
        yield from (restarts, ready)


class _Release(Collector):
    def __init__(self, release: Callable[[], str]) -> None:
        self._release = release

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("ansinh_release", "Release of the rules in use", value={"id": self._release()})
