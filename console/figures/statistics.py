"""The daily figures of a span of days, read from the counts of ``bot/daily.py``, and who waits for a person now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select

from bot.daily import DAILY, MINUTES, SECONDS, Measure
from bot.tables import CONVERSATION, Holder
from core.clock import Clock
from core.database import Database

_KEPT: Final = 64  # spans of days that are over
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


def answers_of(outcomes: Mapping[str, int]) -> int:
    """Return how many turns asked for something."""
    return sum(count for outcome, count in outcomes.items() if outcome != "talk")


def share_of(outcomes: Mapping[str, int], outcome: str) -> float | None:
    """Return the share of *outcome* in percent, ``None`` where nothing was asked."""
    answers = answers_of(outcomes)
    return 100 * outcomes.get(outcome, 0) / answers if answers else None


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
    minutes: Sequence[tuple[str, int]]
    failed: int

    @property
    def answers(self) -> int:
        """Return how many messages asked for something: small talk is none of them."""
        return answers_of(self.outcomes)

    def share(self, outcome: str) -> float | None:
        """Return the share of *outcome* in percent, ``None`` where nothing was asked."""
        return share_of(self.outcomes, outcome)

    def within(self, percent: int) -> str | None:
        """Return the upper end (seconds) of the span in which *percent* of the answers lie; ``more`` beyond all."""
        return _within(self.seconds, percent)

    @property
    def taken(self) -> int:
        """Return how many citizens who waited for a person got one."""
        return sum(count for _, count in self.minutes)

    def waited(self, percent: int) -> str | None:
        """Return the upper end (minutes) of the span within which *percent* of them got one; ``more`` beyond all."""
        return _within(self.minutes, percent)


@dataclass(frozen=True)
class Counted:
    """Raw counts of a span of days; two of them add up."""

    by_word: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # measure, key, detail
    turns_by_day: Counter[tuple[date, str]] = field(default_factory=Counter)  # day, outcome
    channels: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Counted) -> Counted:
        return Counted(
            self.by_word + other.by_word, self.turns_by_day + other.turns_by_day, self.channels + other.channels
        )

    def of(self, measure: Measure) -> Counter[tuple[str, str]]:
        """Return the counts of one measure by key and detail."""
        return Counter({(key, detail): count for (what, key, detail), count in self.by_word.items() if what == measure})


class DailyFigures:
    """Reads the counts. Days that are over do not change any more: they are read once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._closed: dict[tuple[date, date], Counted] = {}

    def of(self, since: date, until: date) -> Statistics:
        """Return the figures of the days from *since* to *until*."""
        last_closed = self._clock.today() - timedelta(days=2)  # yesterday's last counts may still be on their way
        counted = self._of_closed(since, min(until, last_closed)) if since <= last_closed else Counted()
        if until > last_closed:
            counted = counted + counted_of(self._database, max(since, last_closed + timedelta(days=1)), until)
        return _statistics(counted, since, until)

    def outcomes(self, days: Collection[date]) -> Mapping[date, Counter[str]]:
        """Return how often each outcome came of the turns of *days*, by day: one question for all of them."""
        found: defaultdict[date, Counter[str]] = defaultdict(Counter)
        turns = select(DAILY.c.day, DAILY.c.detail, func.sum(DAILY.c["count"]))
        turns = turns.where(DAILY.c.day.in_(days), DAILY.c.measure == Measure.TURN)
        with self._database.engine.connect() as connection:
            for day, detail, sum_ in connection.execute(turns.group_by(DAILY.c.day, DAILY.c.detail)):
                found[day][outcome_of(detail)] += int(sum_)
        return found

    def _of_closed(self, since: date, until: date) -> Counted:
        if (since, until) not in self._closed:
            if len(self._closed) >= _KEPT:
                self._closed.clear()
            self._closed[since, until] = counted_of(self._database, since, until)
        return self._closed[since, until]


def counted_of(database: Database, since: date, until: date) -> Counted:
    """Return the raw counts of the days from *since* to *until*."""
    counted, count = Counted(), func.sum(DAILY.c["count"])
    span = DAILY.c.day.between(since, until)
    words = (DAILY.c.measure, DAILY.c.key, DAILY.c.detail)
    days = (DAILY.c.day, DAILY.c.detail)
    with database.engine.connect() as connection:
        for measure, key, detail, sum_ in connection.execute(select(*words, count).where(span).group_by(*words)):
            counted.by_word[measure, key, detail] += int(sum_)
        turns = select(*days, count).where(span, DAILY.c.measure == Measure.TURN).group_by(*days)
        for day, detail, sum_ in connection.execute(turns):
            counted.turns_by_day[day, outcome_of(detail)] += int(sum_)
        messages = select(DAILY.c.channel, count).where(span, DAILY.c.measure == Measure.MESSAGE)
        for channel, sum_ in connection.execute(messages.group_by(DAILY.c.channel)):
            counted.channels[channel] += int(sum_)
    return counted


def _statistics(counted: Counted, since: date, until: date) -> Statistics:
    outcomes: Counter[str] = Counter()
    topics: dict[str, Counter[str]] = defaultdict(Counter)
    for (topic, action), count in counted.of(Measure.TURN).items():
        outcomes[outcome_of(action)] += count
        topics[topic][outcome_of(action)] += count
    days = [since + timedelta(days=number) for number in range((until - since).days + 1)]
    seconds, minutes = counted.of(Measure.SECONDS), counted.of(Measure.WAIT)
    return Statistics(
        since=since,
        until=until,
        messages=counted.of(Measure.MESSAGE).total(),
        outcomes=outcomes,
        by_day=[(day, {outcome: counted.turns_by_day[day, outcome] for outcome in OUTCOMES}) for day in days],
        topics=topics,
        channels=counted.channels,
        refusals=_ranked(counted.of(Measure.REFUSAL)),
        unknown=_ranked(counted.of(Measure.UNKNOWN)),
        handovers=_ranked(counted.of(Measure.HANDOVER)),
        seconds=[(end, seconds[end, ""]) for end in (*map(str, SECONDS), "more")],
        minutes=[(end, minutes[end, ""]) for end in (*map(str, MINUTES), "more")],
        failed=counted.of(Measure.FAILED).total(),
    )


def waiting_now(database: Database) -> int:
    """Return how many citizens wait for a person."""
    asked = select(func.count()).select_from(CONVERSATION).where(CONVERSATION.c.holder == Holder.WAITING)
    with database.engine.connect() as connection:
        return connection.scalar(asked) or 0


def _within(spans: Sequence[tuple[str, int]], percent: int) -> str | None:
    total, sum_ = sum(count for _, count in spans), 0
    for end, count in spans:
        sum_ += count
        if total and sum_ * 100 >= percent * total:
            return end
    return None


def _ranked(counts: Counter[tuple[str, str]]) -> Sequence[tuple[str, int]]:
    totals: Counter[str] = Counter()
    for (key, _), count in counts.items():
        totals[key] += count
    return totals.most_common(15)
