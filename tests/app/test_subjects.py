"""What a change does to those who are in the middle of an interview."""

from __future__ import annotations

from datetime import date

from cryptography.fernet import Fernet

from actions.interview import Interview
from actions.interviews import SqlInterviews
from app.subjects import interview_subjects
from core.clock import SystemClock
from core.database import Database
from rules.impact import Subject, impact
from rules.service import EligibilityService

DAY = date(2026, 11, 22)


def _interview(name: str, **facts: object) -> Interview:
    return Interview(name, people={"mother": dict(facts)}, household={"household_status": "other"}, subjects=["mother"])


def test_stored_interviews_are_judged_again(new_sqlite: Database) -> None:
    """Encrypted at rest, read one by one; each person with what was told of the household."""
    store = SqlInterviews(new_sqlite, Fernet(Fernet.generate_key()), SystemClock())
    store.save(_interview("first", age_years=80))
    store.save(_interview("second", age_years=60))

    subjects = list(interview_subjects(store.every(), as_of=DAY))

    assert {subject.id for subject in subjects} == {"first/mother", "second/mother"}
    assert subjects[0].facts["household_status"] == "other"
    assert all(isinstance(subject, Subject) and subject.conversational for subject in subjects)
    service = EligibilityService.load()
    found = impact(service, service, subjects, benefits=["social_pension"])
    assert (found.looked_at, found.affected, found.unreadable) == (2, 0, 0)


def test_who_died_is_not_looked_at() -> None:
    """Nothing of theirs changes any more."""
    interview = _interview("first", age_years=80)
    interview.dead.append("mother")

    assert list(interview_subjects([interview], as_of=DAY)) == []
