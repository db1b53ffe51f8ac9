"""The audit log: who did what to which subject, when; append-only, each row chained to the one before by hash.

An entry is written inside the transaction of what it tells of (:meth:`AuditLog.record`), so that neither stands without
the other. Details are keys and short values, never what a citizen wrote. One row remembers the newest entry: it gives
out the numbers, one writer at a time, and shows where the end of the log was cut off.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    DDL,
    ColumnElement,
    Index,
    Row,
    Select,
    String,
    Text,
    event,
    func,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from core.append_only import append_only
from core.chain import GENESIS, NUMBER, HeadColumns, chain_hash, lock_head
from core.clock import Clock
from core.database import Base, Database, UtcDateTime

Detail: TypeAlias = bool | int | str | Sequence[str] | Sequence[int] | None
LONGEST_DETAIL: Final = 300
PAGE: Final = 2000  # entries of an export at a time
CLOCK_ERROR: Final = timedelta(days=1)
_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")


class AuditRow(Base):
    """One entry; never changed, never deleted."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_subject", "subject", "seq"),
        Index("ix_audit_actor", "actor", "seq"),
        Index("ix_audit_action", "action", "seq"),
        Index("ix_audit_at", "at"),
    )

    seq: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditHeadRow(HeadColumns, Base):
    """Number and hash of the newest entry."""

    __tablename__ = "audit_head"


_COLUMNS: Final = tuple(AuditRow.__table__.columns)


for _dialect in ("sqlite", "postgresql"):
    for _statement in append_only("audit", _dialect):
        event.listen(AuditRow.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]


class BadAuditEntry(ValueError):
    """The entry is longer than the log takes, or holds what has no place in it."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry: *actor* (a user id, ``system``) did *action* (``rules.publish``) to *subject* (``release/7``)."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, Detail]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditBreak:
    """Where the chain is broken, and how: ``missing``, ``changed``, ``moved``, ``cut_off``."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What to look for; what is left out matches all. *action* ending in ``.`` is a prefix; *before* pages on."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


class AuditLog:
    """The log in one database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def record(
        self, session: Session, *, actor: str, action: str, subject: str, details: Mapping[str, Detail] | None = None
    ) -> AuditEntry:
        """Add an entry in the caller's transaction; raises :class:`BadAuditEntry`.

        Writers wait for each other from here to the end of the transaction: record last.
        """
        text = _canonical(details or {})
        _check(actor, action, subject)
        head = lock_head(session, AuditHeadRow)
        at, seq = self._clock.now().astimezone(UTC), head.seq + 1
        row = AuditRow(
            seq=seq, at=at, actor=actor, action=action, subject=subject, details=text, previous=head.hash, hash=""
        )
        row.hash = _hash(row)
        head.seq, head.hash = seq, row.hash
        session.add(row)
        session.flush()
        return _entry(row)

    def write(
        self, *, actor: str, action: str, subject: str, details: Mapping[str, Detail] | None = None
    ) -> AuditEntry:
        """Add an entry in a transaction of its own."""
        with self._database.session() as session:
            return self.record(session, actor=actor, action=action, subject=subject, details=details)

    def search(self, query: AuditQuery | None = None, *, limit: int = 100) -> list[AuditEntry]:
        """Return what matches, newest first."""
        asked = query or AuditQuery()
        with self._database.session() as session:
            actions = _actions(session, asked)
            found = _found(asked, actions, _span(session, asked), limit)
            return [_entry(row) for row in session.execute(found)]

    def entries(self, query: AuditQuery | None = None) -> Iterator[AuditEntry]:
        """Give everything that matches, oldest first, a page at a time: for an export."""
        asked, after = query or AuditQuery(), 0
        with self._database.session() as session:
            conditions = list(_conditions(asked, _actions(session, asked), _span(session, asked)))
        while page := self._page(conditions, after):
            yield from map(_entry, page)
            after = page[-1].seq

    def _page(self, conditions: Sequence[ColumnElement[bool]], after: int) -> Sequence[Row[Any]]:
        asked = select(*_COLUMNS).where(*conditions, AuditRow.seq > after).order_by(AuditRow.seq).limit(PAGE)
        with self._database.session() as session:
            return session.execute(asked).all()

    def verify(self) -> list[AuditBreak]:
        """Compute the whole chain again and return every break; an empty list means nobody changed anything."""
        breaks: list[AuditBreak] = []
        seq, previous = 0, GENESIS
        with self._database.session() as session:
            for row in session.scalars(select(AuditRow).order_by(AuditRow.seq).execution_options(yield_per=500)):
                if row.seq != seq + 1:
                    breaks.append(AuditBreak(seq + 1, "missing"))
                elif row.previous != previous:
                    breaks.append(AuditBreak(row.seq, "moved"))
                if row.hash != _hash(row):
                    breaks.append(AuditBreak(row.seq, "changed"))
                seq, previous = row.seq, row.hash
            head = session.get(AuditHeadRow, 1)
        if (head.seq, head.hash) != (seq, previous) if head else seq:
            breaks.append(AuditBreak(seq + 1, "cut_off"))
        return breaks


def _actions(session: Session, query: AuditQuery) -> Sequence[str] | None:
    """Return the actions asked for: of a prefix those that the log knows. ``None``: all of them.

    The few there are are found by going from each to the next in the index. They are compared here, because databases
    order and compare texts each in its own way.
    """
    if query.action is None or not query.action.endswith("."):
        return None if query.action is None else [query.action]
    walk = select(func.min(AuditRow.action).label("action")).cte("known", recursive=True)
    row = aliased(AuditRow)
    after = select(func.min(row.action)).where(row.action > walk.c.action).scalar_subquery()
    walk = walk.union_all(select(after).where(walk.c.action.is_not(None)))
    return [name for name in session.scalars(select(walk.c.action)) if name and name.startswith(query.action)]


def _span(session: Session, query: AuditQuery) -> tuple[int | None, int | None]:
    """Return between which numbers the days asked for lie: numbers and moments grow together, but for clocks put back.

    Entries of a clock that was put back by more than ``CLOCK_ERROR`` may be missed where days are asked for.
    """
    bounds: list[int | None] = [None, None]
    if query.since is not None:
        asked = select(AuditRow.seq).where(AuditRow.at < query.since - CLOCK_ERROR).order_by(AuditRow.at.desc())
        bounds[0] = session.scalar(asked.limit(1))
    if query.until is not None:
        asked = select(AuditRow.seq).where(AuditRow.at >= query.until + CLOCK_ERROR).order_by(AuditRow.at)
        bounds[1] = session.scalar(asked.limit(1))
    return bounds[0], bounds[1]


def _found(
    query: AuditQuery, actions: Sequence[str] | None, span: tuple[int | None, int | None], limit: int
) -> Select[Any]:
    """Return the newest that match; of several actions the newest of each are taken from the index first."""
    newest = AuditRow.seq.desc()
    if actions is None or len(actions) < 2 or query.actor is not None or query.subject is not None:
        return select(*_COLUMNS).where(*_conditions(query, actions, span)).order_by(newest).limit(limit)
    parts = [
        select(select(AuditRow.seq).where(*_conditions(query, [one], span)).order_by(newest).limit(limit).subquery())
        for one in actions
    ]
    return select(*_COLUMNS).where(AuditRow.seq.in_(union_all(*parts))).order_by(newest).limit(limit)


def _conditions(
    query: AuditQuery, actions: Sequence[str] | None, span: tuple[int | None, int | None]
) -> Iterator[ColumnElement[bool]]:
    first, last = span
    for column, value in ((AuditRow.actor, query.actor), (AuditRow.subject, query.subject)):
        if value is not None:
            yield column == value
    if actions is not None:
        yield AuditRow.action == actions[0] if len(actions) == 1 else AuditRow.action.in_(actions)
    if query.since is not None:
        yield AuditRow.at >= query.since
    if query.until is not None:
        yield AuditRow.at < query.until
    if first is not None:
        yield AuditRow.seq > first
    if last is not None:
        yield AuditRow.seq < last
    if query.before is not None:
        yield AuditRow.seq < query.before


def _entry(row: AuditRow | Row[Any]) -> AuditEntry:
    details = json.loads(row.details)
    return AuditEntry(row.seq, row.at, row.actor, row.action, row.subject, details, row.previous, row.hash)


def _hash(row: AuditRow) -> str:
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return chain_hash([row.seq, at, row.actor, row.action, row.subject, row.details, row.previous])


def _check(actor: str, action: str, subject: str) -> None:
    for name, value, longest in (("actor", actor, 120), ("action", action, 60), ("subject", subject, 200)):
        if not value or len(value) > longest:
            raise BadAuditEntry(f"{name} of an audit entry has 1 to {longest} characters; got {len(value)}.")


def _canonical(details: Mapping[str, Detail]) -> str:
    for key, value in details.items():
        if not _KEY.fullmatch(key):
            raise BadAuditEntry(f"A detail is named like new_release; got {key!r}.")
        for part in value if isinstance(value, list | tuple) else [value]:
            if not (part is None or isinstance(part, bool | int | str)):
                raise BadAuditEntry(f"Detail {key} holds {type(part).__name__}; give texts, numbers, flags, or a list.")
            if isinstance(part, str) and len(part) > LONGEST_DETAIL:
                raise BadAuditEntry(f"Detail {key} has {len(part)} characters; at most {LONGEST_DETAIL} are kept.")
    return json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
