"""Every store of interviews keeps the same promises."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from actions.interview import Asked, Choice, Correction, Interview
from actions.interviews import InMemoryInterviews, InterviewRow, InterviewStore, SqlInterviews
from core.clock import FixedClock
from core.database import Base, Database

CLOCK = FixedClock.on(date(2026, 11, 21))


def _sql(folder: Path) -> tuple[SqlInterviews, Database]:
    database = Database(f"sqlite:///{folder / 'interviews.sqlite'}")
    Base.metadata.create_all(database.engine)
    return SqlInterviews(database, Fernet(Fernet.generate_key()), CLOCK), database


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> InterviewStore:
    return InMemoryInterviews(CLOCK) if request.param == "memory" else _sql(tmp_path)[0]


def _told() -> Interview:
    interview = Interview("c1", province="ha_noi", benefits=["social_pension"], subjects=["mother"])
    interview.learn("mother", "age_years", {"min": 70, "max": 79})
    interview.learn(None, "household_status", "poor")
    interview.leave_open("mother", "monthly_pension_vnd")
    interview.ask(Asked("mother", "age_years", (Choice("Không rõ", None),)))
    interview.corrected = Correction("mother", "age_years", 76)
    return interview


def test_what_is_kept_comes_back_whole(store: InterviewStore) -> None:
    """A restart must not cost a citizen anything she told."""
    store.save(_told())

    assert store.load("c1") == _told()


def test_saving_again_replaces(store: InterviewStore) -> None:
    """There is one interview for each conversation."""
    store.save(_told())
    store.save(Interview("c1"))

    assert store.load("c1") == Interview("c1")


def test_deleted_is_gone(store: InterviewStore) -> None:
    """Deletion leaves nothing behind, and says whether there was anything."""
    store.save(_told())

    assert store.delete("c1") is True
    assert store.delete("c1") is False
    assert store.load("c1") is None


def test_silent_interviews_are_deleted_after_their_time(store: InterviewStore) -> None:
    """Facts are kept only as long as the purpose needs."""
    store.save(_told())

    assert store.delete_silent_since(CLOCK.now()) == 0
    assert store.delete_silent_since(CLOCK.now() + timedelta(seconds=1)) == 1
    assert store.load("c1") is None


def test_at_rest_nothing_is_readable(tmp_path: Path) -> None:
    """Who gets hold of the database file learns no fact."""
    store, database = _sql(tmp_path)
    store.save(_told())

    with database.session() as session:
        row = session.get(InterviewRow, "c1")
        assert row is not None
        assert b"mother" not in row.state
        assert b"poor" not in row.state
