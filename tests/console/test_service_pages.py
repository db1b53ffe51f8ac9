"""The service's own pages: audit log and its export, switches, channels, retention, figures, the public page."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest

import console as console_room
from bot.switches import SwitchKind
from console.exports import csv_pieces, harmless
from console.figures import accuracy
from console.figures.accuracy import AccuracyKeeper, judge
from console.service.retention import RetentionPages
from console.texts import Texts
from core.database import Base
from rules.documents import Documents
from rules.service import EligibilityService
from rules.store.active import RuleSet
from tests.console.desk import ConsoleUnderTest
from tests.console.filling import fill
from tests.console.filling_staff import fill_staff
from tests.tampering import tamper

# Rows that are removed together with the conversation, and say nothing of their own.
GO_WITH_THE_CONVERSATION = {"bot_tag", "bot_kept"}
CONSOLE = Path(str(console_room.__file__)).parent
CASES = "benefits/social_pension/cases.yaml"


@pytest.fixture(autouse=True)
def rules(desk: ConsoleUnderTest, released_rules: EligibilityService) -> RuleSet:
    rules = RuleSet(Documents.read(), released_rules)
    desk.parts.__dict__["_rules_at_start"] = rules
    return rules


# --- audit ---


def test_the_auditor_finds_who_did_what_and_takes_it_along(desk: ConsoleUnderTest) -> None:
    """Search narrows; the file holds what the page shows; the export itself is on record."""
    desk.signed_in("admin").submit("/users", {"name": "lan", "display_name": "Lan", "roles": "staff"})
    auditor = desk.signed_in("auditor")

    page = auditor.see("/audit?action=user.&subject=user/lan").text
    file = auditor.see("/audit/export?action=user.")

    assert "user/lan" in page
    rows = list(csv.reader(io.StringIO(file.text.lstrip("\ufeff"))))
    assert [row[3:5] for row in rows] == [["action", "subject"], ["user.add", "user/lan"]]
    assert desk.audited()[0].action == "audit.export"


def test_the_auditor_changes_nothing(desk: ConsoleUnderTest) -> None:
    """The role reads everything it is meant to and writes nothing."""
    auditor = desk.signed_in("auditor")

    assert auditor.see("/users").status_code == auditor.see("/switches").status_code == 200
    assert auditor.submit("/users", {"name": "eve", "display_name": "Eve", "roles": "admin"}).status_code == 403
    assert auditor.submit("/switches/channel/web/off", {"reason": "thử xem có được không"}).status_code == 403


def test_an_admin_reads_the_log_and_takes_nothing_along(desk: ConsoleUnderTest) -> None:
    """Whoever manages accounts does not carry the log of her own deeds out of the house."""
    assert desk.signed_in("admin").see("/audit/export").status_code == 403


def test_a_changed_row_is_noticed(desk: ConsoleUnderTest) -> None:
    """The chain is computed again on request: whole at first, broken where somebody went around the console."""
    auditor, intact = desk.signed_in("auditor"), desk.console.state.gate.pages.texts("service.audit.intact")
    desk.signed_in("staff").see("/users")  # refused, which stands in the log

    assert intact in auditor.submit("/audit/verify").text
    tamper(desk.database, "UPDATE audit SET actor = 'nobody' WHERE seq = 1")
    page = auditor.submit("/audit/verify").text

    assert intact not in page
    assert "Chuỗi bị đứt ở 1 chỗ, chỗ đầu tiên là dòng 1." in page


def test_an_export_runs_nothing_and_leaves_in_pieces(desk: ConsoleUnderTest) -> None:
    """What a stranger can bring into the log, a name of his browser or a path, is text in the auditor's spreadsheet."""
    with desk.database.session() as session:
        for number in range(900):
            told = {"reason": f"+84 {number}"}
            desk.audit.record(session, actor="=1+1", action="access.deny", subject="@SUM(A1)", details=told)

    answer = desk.signed_in("auditor").see("/audit/export?action=access.")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))[1:]

    assert {tuple(row[2:5]) for row in rows} == {("'=1+1", "access.deny", "'@SUM(A1)")}
    assert [int(row[0]) for row in rows] == sorted(int(row[0]) for row in rows)
    assert len(rows) == 900


def test_a_file_is_sent_in_pieces_of_some_size() -> None:
    """Each piece changes threads on its way: a line at a time takes most of the time of a long export."""
    rows = [(number, "x" * 100) for number in range(3000)]

    pieces = list(csv_pieces(("number", "text"), rows))

    assert 4 <= len(pieces) <= 8
    assert list(csv.reader(io.StringIO("".join(pieces).lstrip("\ufeff"))))[1:] == [[str(n), t] for n, t in rows]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+84", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =cmd|'/c calc'!A1", "'=1", "|calc", "\u00a0=1"]
)
def test_no_cell_is_computed_by_a_spreadsheet(cell: str) -> None:
    """A name typed by a stranger must not run on the auditor's machine."""
    assert harmless(cell).startswith("'")


def test_ordinary_cells_stay_as_they_are() -> None:
    """Numbers stay numbers and names stay names."""
    assert [harmless(cell) for cell in ("Lan", 540000, -1, None, "a=b")] == ["Lan", "540000", "-1", "", "a=b"]


def test_every_deed_of_the_console_has_a_name() -> None:
    """The log tells in words what was done, not by its code; deeds are read from the code that records them."""
    texts = Texts.load()
    recorded = re.compile(r"\b(?:record|act)\b[^\n]*?\"([a-z_]+\.[a-z_.]+)\"")
    deeds = {found for path in CONSOLE.rglob("*.py") for found in recorded.findall(path.read_text(encoding="utf-8"))}

    assert len(deeds) > 20
    assert [deed for deed in deeds if not texts.has(f"service.audit.actions.{deed.replace('.', '_')}")] == []


def test_the_log_is_walked_page_by_page(desk: ConsoleUnderTest) -> None:
    """Older entries keep the filter and overlap nothing."""
    for number in range(120):
        desk.audit.write(actor="lan", action="facts.view", subject=f"conversation/web-{number:03}")
    auditor = desk.signed_in("auditor")

    first = auditor.see("/audit?actor=lan").text
    second = auditor.see("/audit?actor=lan&before=71").text

    assert "web-119" in first
    assert "web-069" not in first
    assert "actor=lan&amp;before=71" in first
    assert "web-069" in second


# --- switches ---


def test_a_benefit_is_switched_off_with_a_reason_and_on_again(desk: ConsoleUnderTest) -> None:
    """Off in the store at once, the reason on record, on again by one more step."""
    admin = desk.signed_in("admin")

    assert admin.submit("/switches/benefit/social_pension/off", {"reason": "vội"}).status_code == 422
    admin.submit("/switches/benefit/social_pension/off", {"reason": "Nghị định mới, chờ cập nhật"})

    assert [(one.kind, one.name) for one in desk.parts.switches.off()] == [(SwitchKind.BENEFIT, "social_pension")]
    assert desk.audited()[0].details["reason"] == "Nghị định mới, chờ cập nhật"
    assert "Nghị định mới" in admin.see("/switches").text
    admin.submit("/switches/benefit/social_pension/on")
    assert desk.parts.switches.off() == []


@pytest.mark.parametrize("path", ["/switches/benefit/nothing", "/switches/nothing/web"])
def test_a_switch_that_is_not_there_is_no_page(desk: ConsoleUnderTest, path: str) -> None:
    """A mistyped address is an error page, not a trace."""
    assert desk.signed_in("admin").see(path).status_code in {400, 404}


# --- figures ---


def test_figures_show_what_was_counted(desk: ConsoleUnderTest) -> None:
    """Every part is drawn from a database in use; nothing is drawn from nobody's words."""
    fill(desk.database, desk.clock, desk.vault, conversations=60, releases=2, audit=5, people=3)

    page = desk.signed_in("staff").see("/figures").text

    for words in ("Trợ cấp hưu trí xã hội", "Chưa đủ căn cứ", "Nghị định 100/2026/NĐ-CP", "Người dân xin gặp"):
        assert words in page
    assert page.count('<svg class="chart"') == 1


def test_figures_of_nothing_say_so(desk: ConsoleUnderTest) -> None:
    """The first day of a service is a state of its own."""
    page = desk.signed_in("staff").see("/figures").text

    assert desk.console.state.gate.pages.texts("figures.empty") in page


@pytest.mark.parametrize("path", ["/channels", "/retention"])
def test_channels_and_retention_read_the_tables(desk: ConsoleUnderTest, path: str) -> None:
    """What outlived its limit is called late."""
    fill(desk.database, desk.clock, desk.vault, conversations=60, releases=1, audit=1, people=1)
    desk.clock.ahead = timedelta(days=30)

    page = desk.signed_in("admin").see(path)

    assert page.status_code == 200
    assert ("Telegram" if path == "/channels" else "Quá hạn") in page.text


def test_retention_names_everything_that_is_kept_of_citizens(desk: ConsoleUnderTest) -> None:
    """Reminders, the proof of consents and the tombstones too, each with its count and its term."""
    fill(desk.database, desk.clock, desk.vault, conversations=60, releases=1, audit=1, people=1)
    fill_staff(desk.database, desk.clock, desk.vault, desk.parts.cipher, conversations=60)

    page = desk.signed_in("admin").see("/retention").text
    rows = {row[0]: row[1:] for row in re.findall(r'scope="row">([^<]+).*?</th>.*?>([^<]+)</td>.*?>([^<]+)</td>', page)}

    assert rows["Đồng ý nhận nhắc, kèm điều đã kể (mã hóa)"] == ("3 năm", "6")
    assert rows["Bằng chứng đồng ý, sửa, xóa (không có nội dung)"] == ("2 năm", "24")
    assert rows["Dấu đã xóa (không chỉ ra ai)"] == ("2 năm", "0")
    assert rows["Danh sách sàng lọc đã tải lên"] == ("1 ngày", "60")


def test_every_table_about_a_conversation_has_a_term(desk: ConsoleUnderTest) -> None:
    """A table that holds something of a citizen and is missing on the page would be kept in silence."""
    named = {kind[1].name for kind in RetentionPages(desk.console.state.gate)._kinds()}
    about = {
        table.name
        for table in Base.metadata.tables.values()
        if {"conversation_id", "conversation", "conversation_hash"} & set(table.columns.keys())
    }

    assert about - named == GO_WITH_THE_CONVERSATION


# --- the public page ---


def test_everybody_sees_how_exact_the_answers_are(
    desk: ConsoleUnderTest, rules: RuleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Computed once beside the service; until then the page says so; no sign-in, no cookie."""
    small = RuleSet(Documents({CASES: rules.documents.texts[CASES]}), rules.service)
    monkeypatch.setattr(accuracy, "_BREATH_SECONDS", 0)
    desk.parts.__dict__["_rules_at_start"] = small
    first = desk.client().get("/chinh-xac/")

    found = judge(small, desk.clock)
    desk.clock.ahead = timedelta(minutes=2)
    AccuracyKeeper(desk.settings.state_folder / "accuracy", desk.clock)._keep(found)
    second = desk.client().get("/chinh-xac/")

    assert first.status_code == second.status_code == 200
    assert "set-cookie" not in second.headers
    assert "default-src 'none'" in second.headers["content-security-policy"]
    assert found.cases > 5
    assert f"<dd>{found.cases}</dd>" in second.text


def test_a_case_that_fails_is_counted_against_its_benefit(rules: RuleSet, desk: ConsoleUnderTest) -> None:
    """The page would show a mistake of ours, by name."""
    wrong = rules.documents.texts[CASES].replace("outcome: eligible", "outcome: ineligible", 1)

    found = judge(RuleSet(Documents({CASES: wrong}), rules.service), desk.clock)

    cases, passed = found.benefits["social_pension"]
    assert (found.passed, passed) == (found.cases - 1, cases - 1)
    assert len(found.failed) == 1
