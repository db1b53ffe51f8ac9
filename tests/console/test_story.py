"""The whole story: a decree raises three figures from a day; the console, a second person, a citizen, the audit, back.

Real rules, reader, guides and actions; the law is followed as the service follows it. Only the worked cases are a few
of the test's own, so that judging them takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from telegram import Update

from app.bootstrap import Parts
from bot.channels.telegram.updates import UpdateReader
from bot.messages import InboundMessage
from rules.documents import Documents, kind_of
from rules.impact import Subject
from rules.store.seeding import Seeder
from tests.console.admin.conftest import LiveRules
from tests.console.admin.test_drafts import drafts_of, settle, step
from tests.console.desk import Client, ConsoleUnderTest
from tests.contracts.telegram.fake import FakeTelegram

DECREE = "12/2026/NĐ-CP, Điều 1"
SINCE = date(2027, 1, 1)
ASKED = "mẹ tôi 76 tuổi, không có lương hưu, không hưởng trợ cấp gì thì được bao nhiêu tiền"
CASES = """- id: story-today
  title: Tròn 75 tuổi, trước ngày nghị định mới
  as_of: 2026-11-21
  facts: {date_of_birth: 1951-11-21, household_status: other, monthly_pension_vnd: 0, monthly_social_insurance_benefit_vnd: 0}
  expect: [{benefit: social_pension, outcome: eligible, amount_vnd_per_month: 540000}]
"""  # noqa: E501
PERSON = {
    "date_of_birth": "1948", "household_status": "other", "monthly_pension_vnd": 0,
    "monthly_social_insurance_benefit_vnd": 0,
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ConsoleUnderTest]:
    desk = ConsoleUnderTest(tmp_path)
    law = {path: text for path, text in Documents.read().texts.items() if kind_of(path) != "cases"}
    Seeder(desk.deps.releases, "1.0", Documents(law | {"benefits/social_pension/cases.yaml": CASES})).ensure()
    desk.parts.watched = LiveRules(desk)  # type: ignore[assignment]
    interviewed = lambda on: iter([Subject("telegram-1/mother", PERSON, on, conversational=True)])  # noqa: E731
    desk.__dict__["deps"] = replace(desk.deps, interviewed=interviewed)
    yield desk
    desk.close()


class Citizen:
    """Somebody who writes on Telegram: her update is read as the webhook reads it, answered by the real actions."""

    def __init__(self, parts: Parts, desk: ConsoleUnderTest) -> None:
        self._parts, self._desk = parts, desk
        self._telegram, self._reader = FakeTelegram(), UpdateReader("7", desk.vault)
        parts.library.ensure()

    def hears(self, words: str) -> str:
        update = Update.de_json(self._telegram.text_update(words), None)
        message = self._reader.read(update, now=self._desk.clock.now())
        assert isinstance(message, InboundMessage)
        return str(self._parts.answerer().reply(message.text, as_of=self._desk.clock.today()).answer)


def changed(editor: Client, key: str, value: str, **more: str) -> str:
    sent = {"key": key, "value": value, "start": "01/01/2027", "cites": DECREE, **more}
    answer = editor.submit("/rules/change/add_value", sent)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rsplit("/", 1)[1])


def test_a_decree_from_the_first_word_to_the_way_back(desk: ConsoleUnderTest) -> None:
    """What the citizen hears follows the release in use, and every step of every person is on record."""
    lan, minh = desk.signed_in("editor", name="lan"), desk.signed_in("approver", name="minh")
    citizen = Citizen(desk.parts, desk)

    # After two figures the effect shows that nobody would be paid more yet; the third one was forgotten.
    draft = changed(lan, "social_allowance.base_level", "600000", title="Nâng mức chuẩn từ 01/01/2027")
    changed(lan, "social_pension.level", "600000", draft=draft, version="1")
    assert "0 người khác đi" in settle(lan, draft)
    changed(lan, "social_pension.amount", "600000", draft=draft, version="2")
    told = settle(lan, draft)
    assert "từ 01/01/2027" in told.lower()
    assert "600.000" in told
    assert "Trợ cấp hưu trí xã hội" in told
    assert "telegram-1/mother" in told
    assert "540.000 đ → <strong>600.000 đ" in told
    found = drafts_of(desk).get(draft)
    assert step(lan, found, "submit", 3, comment="Theo nghị định mới") == 303

    # Nobody hears of it before a second person has published it.
    assert "540.000" in citizen.hears(ASKED)
    assert step(minh, found, "approve", 4, comment="Đúng văn bản") == 303
    assert step(minh, found, "publish", 5, number="2", when="now") == 303
    assert "540.000" in citizen.hears(ASKED)  # the law of today is still the old one

    # From the day on the citizen hears the new figure and its decree.
    desk.clock.ahead = timedelta(days=(SINCE - desk.clock.today()).days + 1)
    after = citizen.hears(ASKED)
    assert "600.000" in after
    assert "12/2026/NĐ-CP" in after

    # The way back is a release of its own; weeks have passed, so both sign in again.
    lan, minh = desk.signed_in("editor", name="lan2"), desk.signed_in("approver", name="minh2")
    answer = lan.submit("/rules/releases/1/return", {"title": "Quay lại bản 1: nghị định bị hoãn"})
    back = drafts_of(desk).get(answer.headers["location"].rsplit("/", 1)[1])
    settle(lan, back.id)
    assert step(lan, back, "submit", 1) == 303
    assert step(minh, back, "approve", 2) == 303
    assert step(minh, back, "publish", 3, number="3", when="now") == 303
    again = citizen.hears(ASKED)
    assert "540.000" in again
    assert "600.000" not in again

    # The chain holds, and the log tells all of it in order.
    assert desk.deps.releases.verify() == []
    assert desk.audit.verify() == []
    steps = [(e.actor, e.action) for e in reversed(desk.audited()) if e.action.startswith("rules.")]
    assert steps == [
        ("package", "rules.publish"),
        ("lan", "rules.draft.opened"),
        ("lan", "rules.draft.saved"),
        ("lan", "rules.draft.saved"),
        ("lan", "rules.draft.submitted"),
        ("minh", "rules.draft.approved"),
        ("minh", "rules.draft.published"),
        ("minh", "rules.publish"),
        ("lan2", "rules.draft.opened"),
        ("lan2", "rules.draft.submitted"),
        ("minh2", "rules.draft.approved"),
        ("minh2", "rules.draft.published"),
        ("minh2", "rules.publish"),
    ]
