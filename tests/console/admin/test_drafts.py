"""A change from the form to the release: findings, effects, the second person, going back, two at once."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.database import Database
from rules.impact import Subject
from rules.store.drafts import DraftStore
from rules.store.records import Draft, DraftState
from tests.console.admin.conftest import LEVEL, small_desk
from tests.console.desk import Client, ConsoleUnderTest

RAISED = {"key": "test.level", "value": "600000", "start": "01/01/2028", "cites": "9/2027/NĐ-CP, Điều 1"}
TITLE = "Nâng mức từ 2028"


def drafts_of(desk: ConsoleUnderTest) -> DraftStore:
    return DraftStore(desk.deps.releases, lambda _documents: [])


def only_draft(desk: ConsoleUnderTest) -> Draft:
    (draft,) = drafts_of(desk).in_state(tuple(DraftState))
    return draft


def settle(client: Client, draft: str) -> str:
    """Open the draft until its trial is over, and return the part of the page about it."""
    return worked_out(client, f"/rules/drafts/{draft}/trial")


def worked_out(client: Client, path: str) -> str:
    """Open a part of a page until it is worked out."""
    for _ in range(600):
        page = client.see(path, headers={"HX-Request": "true"}).text
        if 'hx-trigger="load' not in page:
            return page
        time.sleep(0.05)
    raise AssertionError(page)


def opened(desk: ConsoleUnderTest, editor: Client, **changed: str) -> Draft:
    answer = editor.submit("/rules/change/add_value", {**RAISED, "title": TITLE, **changed})
    assert answer.status_code == 303, answer.text
    return drafts_of(desk).get(answer.headers["location"].rsplit("/", 1)[1])


def step(client: Client, draft: Draft, name: str, version: int, **more: str) -> int:
    answer = client.submit(f"/rules/drafts/{draft.id}/{name}", {"version": str(version), **more})
    return answer.status_code


def published(desk: ConsoleUnderTest, editor: Client, approver: Client, number: int, **changed: str) -> Draft:
    draft = opened(desk, editor, **changed)
    settle(editor, draft.id)
    assert step(editor, draft, "submit", 1) == 303
    assert step(approver, draft, "approve", 2, comment="Đúng văn bản") == 303
    assert step(approver, draft, "publish", 3, number=str(number), when="now") == 303
    return draft


@pytest.fixture
def editor(desk: ConsoleUnderTest) -> Client:
    return desk.signed_in("editor")


@pytest.fixture
def approver(desk: ConsoleUnderTest) -> Client:
    return desk.signed_in("approver")


def test_a_figure_is_raised_from_a_day_by_a_form(desk: ConsoleUnderTest) -> None:
    """The form makes a draft; the draft tells in words what changes and who is concerned."""
    facts = {"date_of_birth": "1940-01-01", "monthly_pension_vnd": 300_000}
    desk.__dict__["deps"] = replace(desk.deps, interviewed=lambda on: iter([Subject("web-1/self", facts, on)]))
    editor = desk.signed_in("editor")
    draft = opened(desk, editor)

    told = settle(editor, draft.id)

    assert "600.000" in told
    assert "9/2027/NĐ-CP, Điều 1" in told
    assert 'từ 01/01/2028: <span class="was">100.000 đ</span> → <strong>600.000 đ</strong>' in told
    assert "Đã xét 1 người, 1 người khác đi" in told
    assert "web-1/self" in told
    assert "Thành đủ điều kiện" in told


def test_every_mistake_is_shown_at_its_field_at_once(editor: Client, desk: ConsoleUnderTest) -> None:
    """Nothing is opened, and what was typed stays."""
    answer = editor.submit("/rules/change/add_value", {**RAISED, "value": "nhiều", "start": "31/02/2028", "cites": ""})

    assert answer.status_code == 422
    for error in ('id="e-value"', 'id="e-start"', 'id="e-cites"', 'id="e-title"', 'value="nhiều"'):
        assert error in answer.text
    assert drafts_of(desk).in_state(tuple(DraftState)) == []


def test_a_day_on_which_a_value_begins_already_is_told_at_the_day(editor: Client) -> None:
    answer = editor.submit("/rules/change/add_value", {**RAISED, "start": "2020-01-01", "title": TITLE})

    assert answer.status_code == 422
    assert "đã có mức từ ngày 01/01/2020" in answer.text


def test_the_whole_way_to_a_release_in_use(desk: ConsoleUnderTest, editor: Client, approver: Client) -> None:
    """Two persons, a typed number, one release in the chain, and all of it in the audit log."""
    draft = published(desk, editor, approver, 2)

    page = worked_out(approver, "/rules/releases/2/difference")
    assert approver.see("/rules/releases/2").status_code == 200
    assert drafts_of(desk).get(draft.id).state is DraftState.PUBLISHED
    assert desk.deps.releases.active_seq() == 2
    assert "600.000" in page
    actions = {entry.action for entry in desk.audited()}
    assert actions >= {f"rules.draft.{s}" for s in ("opened", "submitted", "approved", "published")} | {"rules.publish"}


def test_nobody_approves_what_he_wrote(desk: ConsoleUnderTest) -> None:
    """Both roles in one person are still one person."""
    both = desk.signed_in("editor", "approver")
    draft = opened(desk, both)
    settle(both, draft.id)
    step(both, draft, "submit", 1)

    assert step(both, draft, "approve", 2) == 409
    assert drafts_of(desk).get(draft.id).state is DraftState.SUBMITTED


def test_an_approver_cannot_change_and_an_editor_cannot_approve(
    desk: ConsoleUnderTest, editor: Client, approver: Client
) -> None:
    draft = opened(desk, editor)

    assert approver.submit("/rules/change/add_value", {**RAISED, "title": "x"}).status_code == 403
    assert step(editor, draft, "approve", 1) == step(editor, draft, "publish", 1, number="2", when="now") == 403


def test_a_draft_is_sent_back_with_a_comment(desk: ConsoleUnderTest, editor: Client, approver: Client) -> None:
    draft = opened(desk, editor)
    settle(editor, draft.id)
    step(editor, draft, "submit", 1)

    assert step(approver, draft, "send-back", 2, comment="") == 422
    assert step(approver, draft, "send-back", 2, comment="Thiếu điểm a khoản 2") == 303
    assert "Thiếu điểm a khoản 2" in editor.see(f"/rules/drafts/{draft.id}").text


def test_a_case_that_comes_out_otherwise_is_not_sent(desk: ConsoleUnderTest, editor: Client) -> None:
    """The worked cases are the contract: who changes the result changes the case, seen by the second person."""
    draft = opened(desk, editor, start="2027-01-01")

    told = settle(editor, draft.id)

    assert "small-old" in told
    assert "case_differs" not in told
    assert "small-old: Trường hợp mẫu của Thử ghi “Số tiền” là 100.000 đ; nay ra 600.000 đ." in told
    assert step(editor, draft, "submit", 1) == 409
    assert drafts_of(desk).get(draft.id).state is DraftState.DRAFT


def test_nothing_is_sent_before_its_effect_is_known(desk: ConsoleUnderTest, editor: Client) -> None:
    """The check is the trial; asking too early changes nothing."""
    draft = opened(desk, editor)

    answer = editor.submit(f"/rules/drafts/{draft.id}/submit", {"version": "1"})

    assert answer.status_code == 409
    assert desk.console.state.gate.pages.texts("admin.problems.trial_open") in answer.text


@pytest.mark.parametrize("number", ["", "1", "3"])
def test_publishing_is_never_one_click(desk: ConsoleUnderTest, editor: Client, approver: Client, number: str) -> None:
    """The number of the release has to be typed."""
    draft = opened(desk, editor)
    settle(editor, draft.id)
    step(editor, draft, "submit", 1)
    step(approver, draft, "approve", 2)

    assert step(approver, draft, "publish", 3, number=number, when="now") == 422
    assert desk.deps.releases.active_seq() == 1


def test_a_release_waits_for_its_day(desk: ConsoleUnderTest, editor: Client, approver: Client) -> None:
    draft = opened(desk, editor)
    settle(editor, draft.id)
    step(editor, draft, "submit", 1)
    step(approver, draft, "approve", 2)
    tomorrow = (desk.clock.today() + timedelta(days=1)).isoformat()

    assert step(approver, draft, "publish", 3, number="2", when="day", on=tomorrow) == 303
    assert desk.deps.releases.active_seq() == 1
    assert "chờ đến ngày" in approver.see("/rules/releases").text
    desk.clock.ahead = timedelta(days=2)
    assert desk.deps.releases.active_seq() == 2


def test_the_second_of_two_editors_is_told_and_merges(desk: ConsoleUnderTest, editor: Client) -> None:
    """What the other one changed is shown, what was typed stays, and the second try keeps both."""
    other = desk.signed_in("editor", name="minh")
    draft = opened(desk, editor)
    mine = {**RAISED, "start": "2029-01-01", "value": "700000", "draft": draft.id, "version": "1"}
    theirs = {**RAISED, "start": "2030-01-01", "value": "800000", "draft": draft.id, "version": "1"}
    assert other.submit("/rules/change/add_value", theirs).status_code == 303

    answer = editor.submit("/rules/change/add_value", mine)

    assert answer.status_code == 409
    assert "minh vừa đổi bản soạn này" in answer.text
    assert "800.000" in answer.text
    assert 'value="700000"' in answer.text
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version
    assert editor.submit("/rules/change/add_value", {**mine, "version": version[1]}).status_code == 303
    text = drafts_of(desk).changed_texts(drafts_of(desk).get(draft.id))[LEVEL]
    assert text is not None
    assert [value in text for value in ("600000", "700000", "800000")] == [True] * 3


def test_a_draft_behind_the_newest_release_is_brought_up(
    desk: ConsoleUnderTest, editor: Client, approver: Client
) -> None:
    """Publishing on a base that moved is refused; after the rebase it needs a new approval."""
    draft = opened(desk, editor, start="2029-01-01")
    settle(editor, draft.id)
    step(editor, draft, "submit", 1)
    step(approver, draft, "approve", 2)
    published(desk, editor, approver, 2, start="2028-01-01")

    assert step(approver, draft, "publish", 3, number="3", when="now") == 409
    assert "nay đã có bản 2" in editor.see(f"/rules/drafts/{draft.id}").text


def test_a_publish_that_fails_half_way_leaves_nothing(
    desk: ConsoleUnderTest, editor: Client, approver: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Release, pointer, draft and audit are one transaction."""
    draft = opened(desk, editor)
    settle(editor, draft.id)
    step(editor, draft, "submit", 1)
    step(approver, draft, "approve", 2)

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the power went out")

    with monkeypatch.context() as patch:
        patch.setattr(desk.deps.releases, "append", broken)
        with pytest.raises(RuntimeError):
            step(approver, draft, "publish", 3, number="2", when="now")

    found = drafts_of(desk).get(draft.id)
    assert (found.state, found.version, desk.deps.releases.active_seq()) == (DraftState.APPROVED, 3, 1)
    assert step(approver, draft, "publish", 3, number="2", when="now") == 303


def test_going_back_is_a_new_release_by_two_persons(desk: ConsoleUnderTest, editor: Client, approver: Client) -> None:
    published(desk, editor, approver, 2)

    answer = editor.submit("/rules/releases/1/return", {"title": "Quay lại bản 1: nhập sai"})
    draft = drafts_of(desk).get(answer.headers["location"].rsplit("/", 1)[1])
    settle(editor, draft.id)
    step(editor, draft, "submit", 1)
    step(approver, draft, "approve", 2)

    assert step(approver, draft, "publish", 3, number="3", when="now") == 303
    assert desk.deps.releases.documents(3).content_hash == desk.deps.releases.documents(1).content_hash
    assert "quay lại bản cũ" in approver.see("/rules/releases").text


def test_the_chain_is_computed_again_on_request(desk: ConsoleUnderTest) -> None:
    """Whoever reads the history can check it, and the check stands in the log."""
    answer = desk.signed_in("auditor").submit("/rules/releases/verify")

    assert "chuỗi còn nguyên" in answer.text
    assert desk.audited()[0].action == "rules.verify"


def test_words_of_editors_are_never_markup(desk: ConsoleUnderTest, editor: Client) -> None:
    """XSS through titles, articles and values."""
    draft = opened(desk, editor, cites="<script>alert(1)</script>", title="<b>x</b>")
    settle(editor, draft.id)

    page = editor.see(f"/rules/drafts/{draft.id}").text

    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


@pytest.mark.postgres
def test_two_at_once_on_postgresql(tmp_path: Path, new_postgres: Database) -> None:
    """Of many saving one succeeds and the others are told; of many publishing one makes a release."""
    desk = small_desk(tmp_path, database=new_postgres)
    try:
        editors = [desk.signed_in("editor", name=f"editor{n}") for n in range(4)]
        approvers = [desk.signed_in("approver", name=f"approver{n}") for n in range(4)]
        draft = opened(desk, editors[0])
        saves = [
            {**RAISED, "start": f"20{30 + n}-01-01", "value": str(700_000 + n), "draft": draft.id, "version": "1"}
            for n in range(4)
        ]
        with ThreadPoolExecutor(4) as pool:
            codes = [
                a.status_code for a in pool.map(lambda e, s: e.submit("/rules/change/add_value", s), editors, saves)
            ]
        assert sorted(codes) == [303, 409, 409, 409]
        settle(editors[0], draft.id)
        assert step(editors[0], draft, "submit", 2) == 303
        assert step(approvers[0], draft, "approve", 3) == 303
        with ThreadPoolExecutor(4) as pool:
            codes = list(pool.map(lambda a: step(a, draft, "publish", 4, number="2", when="now"), approvers))
        assert codes.count(303) == 1
        newest = desk.deps.releases.newest()
        assert newest is not None
        assert newest.seq == 2
        assert desk.deps.releases.verify() == []
    finally:
        desk.messages.storage.close()


def test_people_of_screened_lists_are_counted(desk: ConsoleUnderTest, editor: Client) -> None:
    """By list and line, never by name; a list of the desk counts as long as it is kept."""
    people = "Họ tên,Ngày sinh,Lương hưu hằng tháng\nBà Bưởi,1940,300000\nÔng Cam,1990,0\nBà Đào,1938,0\n".encode()
    staff = desk.signed_in("staff")
    run = staff.submit("/screening", files={"list": ("ấp 3.csv", people)}).headers["location"].rsplit("/", 1)[1]
    for _ in range(400):
        if "every 1s" not in staff.see(f"/screening/{run}", headers={"HX-Request": "true"}).text:
            break
        time.sleep(0.05)
    draft = opened(desk, editor)

    told = settle(editor, draft.id)

    assert "Đã xét 3 dòng, 2 người khác đi." in told
    assert f"<code>{run[:8]}/2</code>" in told
    assert "Bưởi" not in told
