"""Reminders over real interviews and the released rules, and the commands staff use."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import structlog
import typer
from typer.testing import CliRunner

from actions.interview import Interview
from app.bootstrap import Parts
from app.cli import commands
from app.reminders import LoggedConsents, _seconds_until, prospects, reminders
from app.settings import Settings
from bot.inbox import SqlInbox
from bot.reminders.agreements import Agreements
from bot.signals import Signals
from bot.storage import Storage
from bot.worker import Worker
from rules.store.active import RuleSet
from tests.bot.fakes import HandClock, message

TOLD_ON = date(2026, 11, 22)
WHO = "telegram-lan"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return {"STATE_FOLDER": str(tmp_path), "SECRET_KEY": "a key for the tests only"}


@pytest.fixture(scope="module")
def released() -> RuleSet:
    return Parts.of(Settings()).rule_set()  # seconds to read; the same for every test


@pytest.fixture
def parts(settings: dict[str, str], released: RuleSet) -> Parts:
    given = {name.lower(): value for name, value in settings.items()}
    parts = Parts.of(Settings(**given), HandClock(datetime(2026, 11, 22, 3, tzinfo=UTC)))  # type: ignore[arg-type]
    parts.__dict__["_rules_at_start"] = released
    return parts


def interview() -> Interview:
    told = Interview(WHO, province="lam_dong")
    told.people["mother"] = {
        "date_of_birth": "1952-03-01",
        "household_status": "other",
        "monthly_pension_vnd": 0,
        "monthly_social_insurance_benefit_vnd": 0,
    }
    told.results = [{"person": "mother", "benefit": "social_pension", "outcome": "ineligible"}]
    return told


def test_birthday_that_brings_the_pension_is_seen_ahead_in_words(parts: Parts) -> None:
    """Years after she asked, the amount and the article are those of that day."""
    store = parts.interviews()
    store.save(interview())
    looking = prospects(parts, store)
    case = looking.case(WHO)
    assert case is not None

    ahead = looking.ahead(case, told_on=TOLD_ON, until=date(2028, 1, 1))

    (turning_75,) = [prospect for prospect in ahead if prospect.age == 75]
    assert turning_75.on == date(2027, 3, 1)
    assert "540.000 đ" in turning_75.sentence
    assert "mẹ" in turning_75.person
    assert turning_75.citations
    assert len(turning_75.change) <= 32
    assert looking.ahead(case, told_on=TOLD_ON, until=TOLD_ON) == ()


def test_age_without_a_day_of_birth_asks_for_it_later_and_tells_the_sure_day(parts: Parts) -> None:
    """Told '74 tuổi', her birthday may be tomorrow; asking the next morning would be rude, in a year too late."""
    facts = interview().people["mother"] | {"age_years": 74}
    del facts["date_of_birth"]
    case = {"facts": {"mother": facts}, "judged": {"mother": ["social_pension"]}, "province": "lam_dong"}

    maybe, surely = prospects(parts, parts.interviews()).ahead(case, told_on=TOLD_ON, until=date(2028, 1, 1))

    assert (maybe.by_birth, maybe.sentence, maybe.on) == (True, "", date(2027, 2, 20))
    assert (surely.by_birth, surely.on) == (False, date(2027, 11, 22))
    assert "540.000 đ" in surely.sentence


def test_card_of_a_child_ends_with_a_question(parts: Parts) -> None:
    case = {
        "facts": {"child": {"date_of_birth": "2021-03-04"}},
        "judged": {"child": ["health_insurance_card"]},
        "province": "lam_dong",
    }

    (ends, *_) = prospects(parts, parts.interviews()).ahead(case, told_on=TOLD_ON, until=date(2028, 1, 1))

    assert (ends.on, ends.sentence, ends.by_birth) == (date(2027, 10, 1), "", False)


def test_case_needs_a_verdict_and_survives_being_kept_as_json(parts: Parts) -> None:
    store = parts.interviews()
    store.save(Interview("telegram-mai"))
    store.save(interview())
    looking = prospects(parts, store)

    kept = json.loads(json.dumps(looking.case(WHO)))

    assert looking.case("telegram-mai") is None
    assert looking.case("telegram-nobody") is None
    assert [p.on for p in looking.ahead(kept, told_on=TOLD_ON, until=date(2027, 3, 1))] == [date(2027, 3, 1)]


def test_facts_and_benefits_a_later_release_does_not_know_do_no_harm(parts: Parts) -> None:
    case = {
        "facts": {"mother": {"forgotten_fact": 7, "date_of_birth": "1952-03-01"}},
        "judged": {"mother": ["forgotten_benefit", "social_pension"]},
        "province": None,
    }

    prospects(parts, parts.interviews()).ahead(case, told_on=TOLD_ON, until=date(2028, 1, 1))


def test_staff_list_first_and_send_once(parts: Parts, settings: dict[str, str]) -> None:
    """A dry run shows the very words; sending puts them into the outbox, a second time nothing."""
    asyncio.run(_agree(parts))
    terminal = typer.Typer()
    commands.register(terminal)

    def run(*words: str) -> list[dict[str, object]]:
        result = CliRunner().invoke(terminal, ["reminders", *words, "--json"], env=settings)
        structlog.reset_defaults()
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    (listed,) = run("list", "--as-of", "2027-02-25")
    first = asyncio.run(_send(parts, date(2027, 2, 25)))
    second = asyncio.run(_send(parts, date(2027, 2, 25)))

    assert (listed["on"], listed["standing"], listed["channel"]) == ("2027-03-01", "sends", "telegram")
    assert "540.000 đ" in str(listed["text"])
    assert (first, second) == (1, 0)
    assert run("send") == [{"sent": 0, "for_staff": 0}]


async def _agree(parts: Parts) -> None:
    storage, clock = Storage(parts.database), parts.clock
    worker = Worker(storage, clock)
    await SqlInbox(storage, parts.vault, clock, worker, Signals()).accept(message(who="lan"))
    store = parts.interviews()
    store.save(interview())
    case = prospects(parts, store).case(WHO)
    await Agreements(storage, parts.vault, clock).keep(WHO, notice="x", case=case)
    storage.close()


async def _send(parts: Parts, today: date) -> int:
    storage = Storage(parts.database)
    found = reminders(parts, storage, Signals(), prospects(parts, parts.interviews()))
    sent = await found.send(await found.due(days_ahead=7, today=today))
    storage.close()
    return sent


def test_consent_to_reminders_is_proved_apart_from_the_keeping_of_talks(parts: Parts) -> None:
    """One does not stand for the other: each purpose has a decision of its own."""
    LoggedConsents(parts.privacy_log, parts.clock).note(message(who="lan"), "given", "n" * 64)

    assert parts.privacy_log.stands(WHO, "remind") is True
    assert parts.privacy_log.stands(WHO) is None


def test_round_begins_at_the_hour_in_vietnam() -> None:
    at_half_past_eight = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)

    assert _seconds_until(9, at_half_past_eight) == 1800
    assert _seconds_until(8, at_half_past_eight) == 23.5 * 3600
