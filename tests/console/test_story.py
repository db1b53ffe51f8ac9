"""The whole story: a decree raises three figures from a day; the console, a second person, a citizen, the audit, back.

The service as `make run` starts it: real rules, reader, guides, Rasa, webhook and inbox; the people of the console sign
in over HTTP. Only the worked cases are a few of the test's own, so that judging them takes seconds.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from console.security.permissions import Role
from rules.documents import Documents, kind_of
from rules.store.releases import ReleaseStore
from rules.store.seeding import Seeder
from tests.console.town import Citizen, Person, Town, town
from tests.conversations.harness import RasaServer

pytestmark = pytest.mark.rasa

DECREE = "12/2026/NĐ-CP, Điều 1"
SINCE = date(2027, 1, 1)
ASKED = ("mẹ tôi 76 tuổi không có lương hưu thì được gì", "không có trợ cấp gì")
AGAIN = "mẹ tôi được bao nhiêu tiền một tháng"
CASES = """- id: story-today
  title: Tròn 75 tuổi, trước ngày nghị định mới
  as_of: 2026-11-21
  facts: {date_of_birth: 1951-11-21, household_status: other, monthly_pension_vnd: 0, monthly_social_insurance_benefit_vnd: 0}
  expect: [{benefit: social_pension, outcome: eligible, amount_vnd_per_month: 540000}]
"""  # noqa: E501


def seed(releases: ReleaseStore) -> None:
    """Begin with the package's rules and, in their place, the same rules with few worked cases."""
    whole = Documents.read()
    law = {path: text for path, text in whole.texts.items() if kind_of(path) != "cases"}
    Seeder(releases, "1.0", whole).ensure()
    Seeder(releases, "1.0", Documents(law | {"benefits/social_pension/cases.yaml": CASES})).ensure()


async def changed(editor: Person, key: str, **more: str) -> str:
    """Give a figure its new value by the form; return the draft."""
    path = f"/rules/change/add_value?key={key}"
    sent = {"key": key, "value": "600000", "start": "01/01/2027", "cites": DECREE, **more}
    answer = await editor.sends("/rules/change/add_value", sent, seen=path)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rsplit("/", 1)[1]


async def test_a_decree_from_the_first_word_to_the_way_back(tmp_path: Path, rasa_process: RasaServer) -> None:
    """What the citizen hears follows the release in use, and every step of every person is on record."""
    async with (
        town(tmp_path, rasa_process, prepare=seed) as here,
        here.person("lan", Role.EDITOR) as lan,
        here.person("minh", Role.APPROVER) as minh,
    ):
        mai = Citizen(here)
        said = await mai.writes(*ASKED)
        assert "540.000" in said
        assert "335/2026/NĐ-CP" in said
        await mai.writes("đồng ý lưu")

        draft = await the_editor_changes_three_figures(lan)
        await two_people_publish(here, lan, minh, draft)
        assert "540.000" in await mai.writes(AGAIN)  # the law of today is still the old one

        # From the day on she hears the new figure and its decree. Weeks have passed: everybody signs in again.
        here.clock.ahead = timedelta(days=(SINCE - here.clock.today()).days + 1)
        after = await mai.writes(AGAIN)
        assert "600.000" in after
        assert "12/2026/NĐ-CP" in after

        await lan.signs_in()
        await minh.signs_in()
        await back_to_the_release_before(here, lan, minh)
        again = await mai.writes(AGAIN)
        assert "540.000" in again
        assert "600.000" not in again

        await all_is_on_record(here, minh)


async def the_editor_changes_three_figures(lan: Person) -> str:
    """After two figures the effect shows that nobody would be paid more yet; the third one was forgotten."""
    draft = await changed(lan, "social_allowance.base_level", title="Nâng mức chuẩn từ 01/01/2027")
    await changed(lan, "social_pension.level", draft=draft, version="1")
    assert "Đã xét 1 người, 0 người khác đi" in await lan.settled(draft)

    await changed(lan, "social_pension.amount", draft=draft, version="2")
    told = await lan.settled(draft)

    assert "từ 01/01/2027" in told.lower()
    assert "Trợ cấp hưu trí xã hội" in told
    assert "Đã xét 1 người, 1 người khác đi" in told
    assert "540.000 đ → <strong>600.000 đ" in told
    assert "/mother" in told  # the citizen's own interview, under its pseudonym
    return draft


async def two_people_publish(here: Town, lan: Person, minh: Person, draft: str) -> None:
    found = here.drafts.get(draft)
    await lan.takes("submit", found, 3, comment="Theo nghị định mới")
    await minh.settled(draft)
    await minh.takes("approve", found, 4, comment="Đúng văn bản")
    await minh.takes("publish", found, 5, number="3", when="now")
    await here.uses(3)


async def back_to_the_release_before(here: Town, lan: Person, minh: Person) -> None:
    """The way back is a release of its own, past a second person too."""
    title = {"title": "Quay lại bản 2: nghị định bị hoãn"}
    answer = await lan.sends("/rules/releases/2/return", title, seen="/rules/releases/2")
    back = here.drafts.get(answer.headers["location"].rsplit("/", 1)[1])
    await lan.settled(back.id)
    await lan.takes("submit", back, 1)
    await minh.takes("approve", back, 2)
    await minh.takes("publish", back, 3, number="4", when="now")
    await here.uses(4)


async def all_is_on_record(here: Town, minh: Person) -> None:
    """The chains hold, and the log tells all of it in order."""
    assert ReleaseStore(here.parts.database, here.clock).verify() == []
    assert here.parts.audit.verify() == []
    told = [(e.actor, e.action) for e in reversed(here.parts.audit.search(limit=200))]
    steps = [one for one in told if one[1].startswith("rules.")]
    assert steps == [
        ("package", "rules.publish"),
        ("package", "rules.publish"),
        ("lan", "rules.draft.opened"),
        ("lan", "rules.draft.saved"),
        ("lan", "rules.draft.saved"),
        ("lan", "rules.draft.submitted"),
        ("minh", "rules.draft.approved"),
        ("minh", "rules.draft.published"),
        ("minh", "rules.publish"),
        ("lan", "rules.draft.opened"),
        ("lan", "rules.draft.submitted"),
        ("minh", "rules.draft.approved"),
        ("minh", "rules.draft.published"),
        ("minh", "rules.publish"),
    ]
    assert told.count(("lan", "sign_in")) == told.count(("minh", "sign_in")) == 2
    history = await minh.sees("/rules/releases")
    assert "Quay lại bản 2: nghị định bị hoãn" in history
