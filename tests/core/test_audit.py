"""The audit log: nothing stands in it that was not done, and nobody changes it unseen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from core import audit
from core.audit import AuditBreak, AuditEntry, AuditLog, AuditQuery, BadAuditEntry
from core.clock import SystemClock
from core.database import Database
from core.migrations import upgrade
from tests.tampering import tamper

START = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass
class HandClock:
    """A clock that is put forward, and back, by hand."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def today(self) -> date:
        return self.at.date()


@pytest.fixture
def log(each_database: Database) -> AuditLog:
    return AuditLog(each_database, SystemClock())


def _fill(log: AuditLog, count: int = 3) -> None:
    for number in range(count):
        log.write(actor="lan", action="rules.publish", subject=f"release/{number}", details={"changed": number})


def test_an_untouched_log_is_whole(log: AuditLog) -> None:
    """The chain can be computed again from what is stored, on each kind of database."""
    _fill(log)

    assert log.verify() == []


def test_an_empty_log_is_whole(log: AuditLog) -> None:
    """A service on its first day has nothing to hide."""
    assert log.verify() == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET actor = 'minh' WHERE seq = 2", [AuditBreak(2, "changed")]),
        ("DELETE FROM audit WHERE seq = 2", [AuditBreak(2, "missing")]),
        ("DELETE FROM audit WHERE seq = 3", [AuditBreak(3, "cut_off")]),
    ],
)
def test_every_way_of_tampering_is_found(
    log: AuditLog, each_database: Database, statement: str, found: list[AuditBreak]
) -> None:
    """A changed entry, a removed one, and a log cut off at its end."""
    _fill(log)
    tamper(each_database, statement)

    assert log.verify() == found


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_database_itself_refuses_changes(log: AuditLog, each_database: Database, statement: str) -> None:
    """A mistake in our own code cannot rewrite the log either."""
    _fill(log, 1)

    with pytest.raises(DatabaseError, match="append-only"), each_database.session() as session:
        session.execute(text(statement))


def test_a_migrated_database_refuses_changes_too(tmp_path: Path) -> None:
    """The guard comes with the migration, not only with tables made for tests."""
    database = Database(f"sqlite:///{tmp_path / 'migrated.sqlite'}")
    upgrade(database)
    log = AuditLog(database, SystemClock())
    log.write(actor="lan", action="x", subject="y")

    with pytest.raises(DatabaseError, match="append-only"), database.session() as session:
        session.execute(text("DELETE FROM audit"))


def test_an_entry_falls_with_its_transaction(log: AuditLog, each_database: Database) -> None:
    """What was not done is not told."""
    with pytest.raises(ZeroDivisionError), each_database.session() as session:
        assert log.record(session, actor="lan", action="rules.publish", subject="release/1").seq / 0

    assert log.search() == []
    assert log.verify() == []


def test_writers_at_once_make_one_chain(log: AuditLog) -> None:
    """Several processes write; no entry is lost and none stands twice."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: log.write(actor=f"user-{n}", action="user.sign_in", subject="session"), range(24)))

    assert len(log.search()) == 24
    assert log.verify() == []


def test_search_narrows_by_everything_asked(log: AuditLog) -> None:
    """Who, what, to which subject, since when; newest first, page by page."""
    _fill(log, 2)
    entry = log.write(actor="minh", action="user.lock", subject="user/lan", details={"reason": "password"})
    log.write(actor="minh", action="users.list", subject="user")

    assert log.search(AuditQuery(actor="minh", action="user.")) == [entry]
    assert log.search(AuditQuery(subject="user/lan", since=entry.at, until=entry.at + timedelta(seconds=1))) == [entry]
    assert [found.seq for found in log.search(AuditQuery(before=3), limit=1)] == [2]
    assert [found.seq for found in log.entries()] == [1, 2, 3, 4]


@pytest.mark.parametrize("details", [{"Story": "x"}, {"facts": {"age": 80}}, {"message": "x" * 301}, {"at": 1.5}])
def test_details_are_keys_and_short_values(log: AuditLog, details: dict) -> None:
    """The log is kept for years: there is no room in it for what a citizen wrote."""
    with pytest.raises(BadAuditEntry):
        log.write(actor="lan", action="x", subject="y", details=details)


QUERIES = [
    AuditQuery(action=action, actor=actor, subject=subject, since=since, until=until, before=before)
    for action in (None, "rules.publish", "rules.", "r", "nothing.")
    for actor in (None, "lan")
    for subject in (None, "release/2")
    for since, until in ((None, None), (START + timedelta(days=3), START + timedelta(days=9)))
    for before in (None, 25)
][::4]


def test_whatever_is_asked_is_found_by_every_way(each_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Indices, prefixes and spans of days give what looking at every row would give; an export holds all of it."""
    clock = HandClock(START)
    log = AuditLog(each_database, clock)
    names = ("rules.publish", "rules.verify", "rulesish", "r", "sign_in")
    with each_database.session() as session:
        for number in range(60):
            clock.at = START + timedelta(hours=6 * number) - (timedelta(hours=20) if number % 7 == 0 else timedelta())
            actor, about = ("lan", "minh")[number % 2], f"release/{number % 4}"
            log.record(session, actor=actor, action=names[number % 5], subject=about)
    everything = log.search(limit=100)
    monkeypatch.setattr(audit, "PAGE", 7)

    for query in QUERIES:
        right = [entry for entry in everything if _fits(entry, query)]
        assert log.search(query, limit=100) == right, query
        assert log.search(query, limit=3) == right[:3], query
        assert list(log.entries(query)) == right[::-1], query


def _fits(entry: AuditEntry, query: AuditQuery) -> bool:
    asked = query.action
    return (
        (asked is None or (entry.action.startswith(asked) if asked.endswith(".") else entry.action == asked))
        and query.actor in (None, entry.actor)
        and query.subject in (None, entry.subject)
        and (query.since is None or entry.at >= query.since)
        and (query.until is None or entry.at < query.until)
        and (query.before is None or entry.seq < query.before)
    )
