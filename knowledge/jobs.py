"""Work on the index that people asked for: one piece after the other, kept in the database until it is over.

Everybody sees how far it is. A process that dies loses its piece to the next one; what was computed of it is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, cast

from sqlalchemy import Connection, Row, Table, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from core.clock import Clock
from core.database import Database
from knowledge.errors import AlreadyAskedError
from knowledge.tables import JobRow

JOB: Final = cast(Table, JobRow.__table__)
TIME_TO_LIVE: Final = timedelta(seconds=30)  # of a worker that gives no sign
KEPT_FOR: Final = timedelta(days=90)


class JobKind(StrEnum):
    """What is done. ``TRIAL`` builds the index with a draft, without switching to it; ``SWITCH`` only switches.

    A switch is asked for where a version was published or retired and the index could not follow.
    """

    PUBLISH = "publish"
    RETIRE = "retire"
    SWITCH = "switch"
    TRIAL = "trial"


class JobState(StrEnum):
    """Where a piece of work is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN: Final = (JobState.WAITING, JobState.RUNNING)
CHANGES: Final = (JobKind.PUBLISH, JobKind.RETIRE, JobKind.SWITCH)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. ``ahead``: how many wait or run before it; ``done`` of ``total`` passages are computed."""

    id: int
    kind: JobKind
    document: str
    revision: int | None
    actor: str
    state: JobState
    done: int
    total: int
    problem: str | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    ahead: int = 0

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will happen to it."""
        return self.state not in OPEN


class Jobs:
    """The queue in one database; at most one piece is worked on at a time, in any process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def ask(self, kind: JobKind, document: str, *, actor: str, revision: int | None = None) -> Job:
        """Queue a piece of work; raises :class:`AlreadyAskedError` where the same one is not over yet."""
        values: dict[str, object] = {"kind": kind, "document_id": document, "revision": revision, "actor": actor}
        values |= {"state": JobState.WAITING, "done": 0, "total": 0, "asked_at": self._clock.now()}
        try:
            with self._database.engine.begin() as connection:
                connection.execute(delete(JOB).where(JOB.c.ended_at < self._clock.now() - KEPT_FOR))
                number = connection.execute(insert(JOB).values(**values)).inserted_primary_key
        except IntegrityError as error:
            raise AlreadyAskedError(kind, document) from error
        return self.one(int((number or [0])[0]))

    def one(self, id_: int) -> Job:
        """Return one piece of work."""
        with self._database.engine.connect() as connection:
            return _job(connection, connection.execute(select(JOB).where(JOB.c.id == id_)).one())

    def last(self, document: str, *kinds: JobKind) -> Job | None:
        """Return what was asked last of *document*, of *kinds* where any are named."""
        asked = select(JOB).where(JOB.c.document_id == document).order_by(JOB.c.id.desc()).limit(1)
        if kinds:
            asked = asked.where(JOB.c.kind.in_(kinds))
        with self._database.engine.connect() as connection:
            row = connection.execute(asked).one_or_none()
            return _job(connection, row) if row is not None else None

    def open(self) -> Sequence[Job]:
        """Return everything that waits or is worked on, next first."""
        asked = select(JOB).where(JOB.c.state.in_(OPEN)).order_by(JOB.c.id)
        with self._database.engine.connect() as connection:
            return [_read(row, ahead) for ahead, row in enumerate(connection.execute(asked))]

    def take(self, worker: str) -> Job | None:
        """Give *worker* the next piece, one of a worker that died among them; ``None`` where nothing is to be done.

        Of two who ask at once the second finds the row taken and gets nothing.
        """
        now = self._clock.now()
        other = JOB.alias()
        free = or_(JOB.c.state == JobState.WAITING, and_(JOB.c.state == JobState.RUNNING, JOB.c.alive_until < now))
        is_free = or_(
            other.c.state == JobState.WAITING, and_(other.c.state == JobState.RUNNING, other.c.alive_until < now)
        )
        next_one = select(func.min(other.c.id)).where(is_free).scalar_subquery()
        busy = exists().where(other.c.state == JobState.RUNNING, other.c.alive_until >= now)
        taken = {"state": JobState.RUNNING, "worker": worker, "alive_until": now + TIME_TO_LIVE, "started_at": now}
        with self._database.engine.begin() as connection:
            connection.execute(update(JOB).where(JOB.c.id == next_one, free, ~busy).values(**taken))
            mine = and_(JOB.c.state == JobState.RUNNING, JOB.c.worker == worker, JOB.c.started_at == now)
            row = connection.execute(select(JOB).where(mine)).first()
        return _read(row, 0) if row is not None else None

    def beat(self, job: Job, worker: str, done: int, total: int) -> bool:
        """Say that *worker* is alive and how far it is; tell whether the piece is still its own."""
        values = {"alive_until": self._clock.now() + TIME_TO_LIVE, "done": done, "total": total}
        return self._change(job, worker, values)

    def give_back(self, job: Job, worker: str) -> None:
        """Let the piece wait again: the process ends before it is done."""
        self._change(job, worker, {"state": JobState.WAITING, "worker": None, "alive_until": None})

    def end(self, job: Job, worker: str, problem: str | None = None) -> None:
        """Write down that the piece is done, or what kept it from being done."""
        state = JobState.FAILED if problem else JobState.DONE
        self._change(job, worker, {"state": state, "problem": problem, "ended_at": self._clock.now()})

    def _change(self, job: Job, worker: str, values: dict[str, Any]) -> bool:
        here = and_(JOB.c.id == job.id, JOB.c.worker == worker, JOB.c.state == JobState.RUNNING)
        with self._database.engine.begin() as connection:
            return connection.execute(update(JOB).where(here).values(**values)).rowcount == 1


def _job(connection: Connection, row: Row[Any]) -> Job:
    if row.state not in OPEN:
        return _read(row, 0)
    ahead = select(func.count()).where(JOB.c.state.in_(OPEN), JOB.c.id < row.id)
    return _read(row, connection.scalar(ahead) or 0)


def _read(row: Row[Any], ahead: int) -> Job:
    return Job(
        row.id,
        JobKind(row.kind),
        row.document_id,
        row.revision,
        row.actor,
        JobState(row.state),
        row.done,
        row.total,
        row.problem,
        row.asked_at,
        row.started_at,
        row.ended_at,
        ahead,
    )
