"""Every process uses a new release within seconds, and never mixes two."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal

from rules.store.active import ActiveRules
from tests.rules.store.conftest import Office, level

FACTS = {"monthly_pension_vnd": 0}


def _amount(rules: ActiveRules, as_of: date, known_on: date | None = None) -> object:
    assessment = rules.service.assess(FACTS, as_of=as_of, known_on=known_on)
    return assessment.decision("test").results["amount_vnd"]


def test_a_process_that_watches_takes_the_new_release(office: Office) -> None:
    """Nobody restarts anything."""
    office.seed()
    rules = ActiveRules(office.releases, every_seconds=0.02)
    day = date(2027, 1, 1)
    before = _amount(rules, day)
    rules.start()
    office.published(level(150000))
    until = time.monotonic() + 5
    while _amount(rules, day) == before and time.monotonic() < until:
        time.sleep(0.02)
    rules.stop()

    assert (before, _amount(rules, day)) == (100000, 150000)
    assert rules.current.figures.value("test.level", as_of=day).raw == Decimal(150000)


def test_what_is_held_stays_as_it_is(office: Office) -> None:
    """An answer under way is finished by the release it began with."""
    office.seed()
    rules = ActiveRules(office.releases)
    held = rules.current
    office.published(level(150000))
    rules.refresh()

    assert held.figures.value("test.level", as_of=date(2027, 1, 1)).raw == 100000
    assert rules.current is not held


def test_effective_and_known_time_stay_apart(office: Office) -> None:
    """A decree that counts back is law only for who asks after it came; what was told before can be told again."""
    office.seed()
    told_on = office.clock.now()
    office.clock.advance(days=1)
    change = {
        path: text.replace("from: 2026-07-01", "from: 2026-07-01, known_from: 2026-10-05")
        for path, text in level(150000, "2026-07-01").items()
    }
    office.published(change)
    rules = ActiveRules(office.releases)
    july = date(2026, 7, 1)

    assert _amount(rules, july, known_on=date(2026, 8, 1)) == 100000
    assert _amount(rules, july, known_on=date(2026, 11, 1)) == 150000
    then = rules.at(told_on + timedelta(seconds=1))
    assert then.service.assess(FACTS, as_of=july, known_on=date(2026, 11, 1)).decision("test").results == {
        "amount_vnd": 100000
    }


def test_rules_in_use_outlive_a_database_that_is_away(office: Office) -> None:
    """A lost connection costs news, not answers."""
    office.seed()
    rules = ActiveRules(office.releases, every_seconds=0.02)
    current = rules.current
    office.releases.active_seq = lambda moment=None: 1 / 0  # type: ignore[assignment,method-assign]
    rules.start()
    time.sleep(0.1)
    rules.stop()

    assert rules.current is current
    assert rules.problem is not None
