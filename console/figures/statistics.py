"""The daily figures of a span of days, read from the counts of ``bot/daily.py``, and what hand-overs waited for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Final

from sqlalchemy import func, select

from bot.daily import DAILY, SECONDS, Measure
from bot.handover.changes import ChangeKind
from bot.handover.tables import CHANGE
from bot.tables import CONVERSATION, Holder
from core.clock import VIETNAM
from core.database import Database

OUTCOMES: Final = ("answered", "asking", "refused", "person", "talk")
_OUTCOME_OF: Final[Mapping[str, str]] = {
    "ask": "asking",
    "left_open": "asking",
    "not_understood": "refused",
    "off_topic": "refused",
    "refuse": "refused",
    "undetermined": "refused",
    "unknown_answer": "refused",
    "handover": "person",
    "crisis": "person",
    **dict.fromkeys(
        ("greet", "help", "close", "restart", "move_to_private", "delete_data", "give_consent", "show_my_data"), "talk"
    ),
}


def outcome_of(action: str) -> str:
    """Return what a turn came to, of the five kinds that people tell apart."""
    if action.startswith("explain_"):
        return "asking"
    return _OUTCOME_OF.get(action, "answered")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long citizens waited for a person: minutes, and how many still wait. ``None``: nobody waited."""

    now: int
    taken: int
    median_minutes: float | None
    slow_minutes: float | None  # nine of ten were taken sooner


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of one span of days, both ends included."""

    since: date
    until: date
    messages: int
    outcomes: Mapping[str, int]
    by_day: Sequence[tuple[date, Mapping[str, int]]]
    topics: Mapping[str, Mapping[str, int]]
    channels: Mapping[str, int]
    refusals: Sequence[tuple[str, int]]
    unknown: Sequence[tuple[str, int]]
    handovers: Sequence[tuple[str, int]]
    seconds: Sequence[tuple[str, int]]
    failed: int

    @property
    def answers(self) -> int:
        """Return how many messages asked for something: small talk is none of them."""
        return sum(count for outcome, count in self.outcomes.items() if outcome != "talk")

    def share(self, outcome: str) -> float | None:
        """Return the share of *outcome* in percent, ``None`` where nothing was asked."""
        return 100 * self.outcomes.get(outcome, 0) / self.answers if self.answers else None

    def within(self, percent: int) -> str | None:
        """Return the upper end (seconds) of the span in which *percent* of the answers lie; ``more`` beyond all."""
        total, sum_ = sum(count for _, count in self.seconds), 0
        for end, count in self.seconds:
            sum_ += count
            if total and sum_ * 100 >= percent * total:
                return end
        return None


def statistics_of(database: Database, since: date, until: date) -> Statistics:
    """Return the counts of the days from *since* to *until*."""
    found: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    days: dict[date, Counter[str]] = defaultdict(Counter)
    channels: Counter[str] = Counter()
    span = DAILY.c.day.between(since, until)
    columns = (DAILY.c.measure, DAILY.c.key, DAILY.c.detail)
    with database.engine.connect() as connection:
        for measure, key, detail, count in connection.execute(
            select(*columns, func.sum(DAILY.c["count"])).where(span).group_by(*columns)
        ):
            found[measure][key, detail] += int(count)
        per_day = select(DAILY.c.day, DAILY.c.detail, func.sum(DAILY.c["count"])).where(
            span, DAILY.c.measure == Measure.TURN
        )
        for day, detail, count in connection.execute(per_day.group_by(DAILY.c.day, DAILY.c.detail)):
            days[day][outcome_of(detail)] += int(count)
        by_channel = select(DAILY.c.channel, func.sum(DAILY.c["count"])).where(span, DAILY.c.measure == Measure.MESSAGE)
        channels.update({row[0]: int(row[1]) for row in connection.execute(by_channel.group_by(DAILY.c.channel))})
    outcomes: Counter[str] = Counter()
    topics: dict[str, Counter[str]] = defaultdict(Counter)
    for (topic, action), count in found[Measure.TURN].items():
        outcomes[outcome_of(action)] += count
        topics[topic][outcome_of(action)] += count
    length = (until - since).days + 1
    return Statistics(
        since=since,
        until=until,
        messages=sum(found[Measure.MESSAGE].values()),
        outcomes=outcomes,
        by_day=[(day, days[day]) for day in (since + timedelta(days=n) for n in range(length))],
        topics=topics,
        channels=channels,
        refusals=_ranked(found[Measure.REFUSAL]),
        unknown=_ranked(found[Measure.UNKNOWN]),
        handovers=_ranked(found[Measure.HANDOVER]),
        seconds=[(end, found[Measure.SECONDS][end, ""]) for end in (*map(str, SECONDS), "more")],
        failed=sum(found[Measure.FAILED].values()),
    )


def waiting_of(database: Database, since: date, until: date) -> Waiting:
    """Return how long citizens waited until somebody took their conversation."""
    first, last = (datetime.combine(day, time(), VIETNAM) for day in (since, until + timedelta(days=1)))
    kinds = [ChangeKind.WANTED, ChangeKind.CLAIMED]
    asked = (
        select(CHANGE.c.conversation_id, CHANGE.c.kind, CHANGE.c.at)
        .where(CHANGE.c.at >= first, CHANGE.c.at < last, CHANGE.c.kind.in_(kinds))
        .order_by(CHANGE.c.seq)
    )
    still = select(func.count()).select_from(CONVERSATION).where(CONVERSATION.c.holder == Holder.WAITING)
    wanted: dict[str, datetime] = {}
    minutes: list[float] = []
    with database.engine.connect() as connection:
        now = connection.scalar(still) or 0
        for conversation, kind, at in connection.execute(asked):
            if kind == ChangeKind.WANTED:
                wanted.setdefault(conversation, at)
            elif (since_when := wanted.pop(conversation, None)) is not None:
                minutes.append((at - since_when).total_seconds() / 60)
    minutes.sort()
    slow = minutes[min(len(minutes) - 1, len(minutes) * 9 // 10)] if minutes else None
    return Waiting(now, len(minutes), median(minutes) if minutes else None, slow)


def _ranked(counts: Counter[tuple[str, str]]) -> Sequence[tuple[str, int]]:
    totals: Counter[str] = Counter()
    for (key, _), count in counts.items():
        totals[key] += count
    return totals.most_common(15)
