"""The main path of each of the admin's pages in a real browser: rules, documents, people and switches, figures.

One browser and one service for the file; every page one passes is looked through by axe.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from knowledge.index.build import IndexStore
from rules.impact import Subject
from tests.console.admin.conftest import small_desk
from tests.console.admin.documents.library import NUMBER, small_knowledge
from tests.console.admin.test_drafts import opened, settle, step
from tests.console.browser import assert_accessible, assert_no_sideways_scrolling
from tests.console.desk import PASSWORD, ConsoleUnderTest
from tests.console.filling import fill
from tests.journeys.conftest import is_complaint
from tests.journeys.service import Server
from tests.knowledge.ingest.conftest import DECREE

pytestmark = pytest.mark.browser
PERSON = {"date_of_birth": "1940-01-01", "monthly_pension_vnd": 300_000}


@dataclass
class People:
    """Browsers of several persons in front of one console."""

    browser: Browser
    desk: ConsoleUnderTest
    root: str
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def person(self, name: str = "", *roles: str, width: int = 1366) -> Page:
        """Open a browser, signed in as *name* where there is one."""
        context = self.browser.new_context(viewport={"width": width, "height": 800}, accept_downloads=True)
        self.contexts.append(context)
        if name:
            token = self.desk.token_for(self.desk.add_user(name, *roles))
            context.add_cookies([{"name": "ansinh-console", "value": token, "url": self.root}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if is_complaint(line.text) else None)
        return page

    def see(self, page: Page, path: str) -> None:
        """Go to a page of the console and look it through."""
        page.goto(f"{self.root}/console{path}")
        looked_through(page)


def looked_through(page: Page) -> None:
    assert_accessible(page)
    assert_no_sideways_scrolling(page)


def press(page: Page, name: str, *, role: str = "button") -> None:
    page.locator("main").get_by_role(role, name=re.compile(f"^{re.escape(name)}")).first.click()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleUnderTest]:
    folder = tmp_path_factory.mktemp("paths")
    desk = small_desk(folder)
    interviewed: Callable[..., Iterator[Subject]] = lambda on: iter([Subject("web-1/self", PERSON, on)])  # noqa: E731
    knowledge = small_knowledge(desk, IndexStore(folder / "index"))
    desk.__dict__["deps"] = replace(desk.deps, interviewed=interviewed, knowledge=knowledge)  # type: ignore[arg-type]
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def served(desk: ConsoleUnderTest) -> Iterator[list[Server]]:
    """The one server, started by the first test: what it is made of is made then."""
    started: list[Server] = []
    yield started
    for server in started:
        server.stop()


@pytest.fixture
def people(chromium: Browser, desk: ConsoleUnderTest, served: list[Server]) -> Iterator[People]:
    if not served:
        server = Server(desk.app)
        server.start()
        served.append(server)
    town = People(chromium, desk, served[0].url)
    yield town
    for context in town.contexts:
        context.close()
    assert town.complaints == []


def test_a_change_of_the_rules_from_reading_to_going_back(people: People, desk: ConsoleUnderTest) -> None:
    """Browse, change from a day, findings, cases, effects, two persons, publish, history, back."""
    lan, minh = people.person("lan", "editor"), people.person("minh", "approver")
    people.see(lan, "/rules")
    press(lan, "Thử", role="link")
    assert "Người cao tuổi" in lan.locator("main").inner_text()
    people.see(lan, "/rules/figures/test.level")
    press(lan, "Đổi mức từ một ngày", role="link")

    # What cannot be read is told at its field; what was typed stays.
    for name, text in {"value": "nhiều", "start": "01/01/2028", "cites": "9/2027/NĐ-CP, Điều 1"}.items():
        lan.locator(f"#f-{name}").fill(text)
    lan.locator("#f-title").fill("Nâng mức từ 2028")
    press(lan, "Lưu vào bản soạn")
    assert "Không phải là số: nhiều" in lan.locator("#e-value").inner_text()
    looked_through(lan)
    lan.locator("#f-value").fill("600.000")
    press(lan, "Lưu vào bản soạn")

    lan.locator(".trial .flash").wait_for()
    told = lan.locator(".trial").inner_text()
    assert "từ 01/01/2028: 100.000 đ → 600.000 đ" in told.replace("Từ", "từ")
    assert "Đã xét 1 người, 1 người khác đi." in told
    lan.locator(".trial details").last.locator("summary").click()
    assert "web-1/self" in lan.locator(".trial").inner_text()
    looked_through(lan)
    lan.locator("#c-submit").fill("Theo nghị định mới")
    press(lan, "Gửi người thứ hai duyệt")
    lan.get_by_text("Đã gửi duyệt").wait_for()
    draft = lan.url

    minh.goto(draft)
    minh.locator("#c-send-back").fill("Thiếu khoản")
    press(minh, "Trả lại")
    lan.goto(draft)
    assert "Thiếu khoản" in lan.locator("main").inner_text()
    press(lan, "Gửi người thứ hai duyệt")
    minh.goto(draft)
    press(minh, "Duyệt đúng bản này")
    press(minh, "Ban hành …", role="link")
    minh.locator("#f-number").fill("7")
    press(minh, "Ban hành")
    assert "Gõ đúng số đó" in minh.locator("#e-number").inner_text()
    looked_through(minh)
    minh.locator("#f-number").fill("2")
    minh.locator("[name=when][value=now]").check()
    press(minh, "Ban hành")
    minh.get_by_text("Đã ban hành bản 2.").wait_for()
    assert desk.deps.releases.active_seq() == 2

    the_next_one_waits_for_its_day(people, desk, minh)
    people.see(lan, "/rules/releases")
    press(lan, "Kiểm tra chuỗi")
    lan.get_by_text("chuỗi còn nguyên").wait_for()
    people.see(lan, "/rules/releases/1")
    press(lan, "Soạn bản quay lại")
    lan.get_by_text("Đã mở bản soạn quay lại bản 1.").wait_for()


def the_next_one_waits_for_its_day(people: People, desk: ConsoleUnderTest, minh: Page) -> None:
    editor, approver = desk.signed_in("editor", name="mai"), desk.signed_in("approver", name="tam")
    draft = opened(desk, editor, start="01/01/2029", value="700.000")
    settle(editor, draft.id)
    assert step(editor, draft, "submit", 1) == step(approver, draft, "approve", 2) == 303
    people.see(minh, f"/rules/drafts/{draft.id}/publish")
    minh.locator("[name=when][value=day]").check()
    minh.locator("#f-on").fill((desk.clock.today() + timedelta(days=30)).isoformat())
    minh.locator("#f-number").fill("3")
    press(minh, "Ban hành")
    minh.get_by_text("Đã ban hành bản 3.").wait_for()
    assert desk.deps.releases.active_seq() == 2


def is_drawn(page: Page) -> None:
    """Wait until new fields answer: htmx gives them their events a moment after they are shown."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)


def test_conditions_are_built_by_keyboard_on_a_phone(people: People) -> None:
    """A second condition is found by its name, filled, and read aloud; nothing runs out of a narrow window."""
    page = people.person("hoa", "editor", width=360)
    people.see(page, "/rules/change/set_conditions?benefit=test&group=test/old")

    page.locator("#do-join_c").focus()
    page.keyboard.press("Enter")
    page.locator("#c-1_find:focus").wait_for()
    page.keyboard.type("dien ho theo")
    page.locator("#c-1_found button", has_text="Diện hộ theo danh sách").wait_for()
    is_drawn(page)
    page.locator("#c-1_found button", has_text="Diện hộ theo danh sách").focus()
    page.keyboard.press("Enter")
    page.locator("#c-1_op0").wait_for()
    is_drawn(page)
    page.locator("#c-1_op0").select_option("one_of")
    page.locator("input[name='c-1.value0'][value=poor]").wait_for()
    is_drawn(page)
    page.locator("input[name='c-1.value0'][value=poor]").check()
    page.locator("#c-1_about").click()
    page.locator("#c-1_cites").fill("9/2027/NĐ-CP, Điều 1")
    page.locator("#c_kind").select_option("any")
    page.locator(".preview .conditions").first.wait_for()

    assert "Hộ nghèo" in page.locator(".preview").inner_text()
    assert "§ 9/2027/NĐ-CP, Điều 1" in page.locator("#c-1_about").inner_text()
    looked_through(page)
    press(page, "Soạn bằng YAML")
    page.locator("textarea#f-condition").wait_for()
    assert "any:" in page.locator("textarea#f-condition").input_value()


def test_a_document_from_the_file_to_its_end(people: People, desk: ConsoleUnderTest) -> None:
    """Upload, what was understood, correct, try against the index in use, publish, retire."""
    lan, minh = people.person("lan2", "editor"), people.person("minh2", "approver")
    people.see(lan, "/documents/new")
    decree = {"name": "decree.txt", "mimeType": "text/plain", "buffer": DECREE.encode()}
    lan.locator("#f-document").set_input_files(decree)  # type: ignore[arg-type]
    lan.locator("main form button[type=submit]").click()
    lan.get_by_role("heading", level=1, name=NUMBER).wait_for()
    assert "Điều 2" in lan.locator("main").inner_text()
    looked_through(lan)
    lan.locator("#f-title").fill("Tên đã sửa")
    press(lan, "Lưu")
    assert lan.locator("#f-title").input_value() == "Tên đã sửa"
    document = lan.url.split("/console")[1]

    people.see(lan, f"{document}/try")
    lan.locator("#f-q").fill("mức trợ cấp theo nghị định")
    lan.locator("main form button[type=submit]").click()
    desk.deps.knowledge.index_work.run_waiting()
    lan.reload()
    lan.locator(".columns .card").nth(1).wait_for()
    looked_through(lan)

    for doing, typed in (("Đưa vào", NUMBER), ("Thôi", NUMBER)):
        people.see(minh, document)
        minh.locator("#f-typed").fill(typed)
        minh.locator("#moving button[type=submit]").click()
        minh.locator("main").wait_for()
        desk.deps.knowledge.index_work.run_waiting()
        assert doing
    people.see(minh, document)
    states = desk.deps.knowledge.collection.document(document.rsplit("/", 1)[1])
    assert str(states.status) == "retired"


def test_a_new_person_comes_in_and_a_switch_is_turned_off(people: People, desk: ConsoleUnderTest) -> None:
    """A one-time password, her own, the telephone; lock-out; another role; the switch with its reason; the log."""
    ha = people.person("ha", "admin", "auditor")
    people.see(ha, "/users/new")
    ha.locator("#f-display_name").fill("Trần Bình")
    ha.locator("#f-name").fill("binh")
    ha.locator("[name=roles][value=editor]").check()
    press(ha, "Thêm người")
    once = ha.locator("#password").inner_text().strip()
    looked_through(ha)

    binh = people.person()
    the_first_day(people, binh, once)
    locked_out(people)

    people.see(ha, "/users/binh")
    ha.locator("[name=roles][value=approver]").check()
    press(ha, "Lưu")
    binh.reload()
    assert {str(role) for role in desk.console.state.gate.accounts.named("binh").roles} >= {"approver", "editor"}

    people.see(ha, "/switches/channel/telegram")
    press(ha, "Tắt")
    looked_through(ha)  # nothing without a reason
    ha.locator("#f-reason").fill("Telegram báo sự cố")
    press(ha, "Tắt")
    ha.get_by_text("Telegram báo sự cố").first.wait_for()

    people.see(ha, "/audit?actor=ha")
    assert "Telegram báo sự cố" in ha.locator("main").inner_text()
    with ha.expect_download() as taken:
        ha.locator("a[href*='/audit/export']").click()
    assert "Telegram báo sự cố" in Path(taken.value.path()).read_text(encoding="utf-8-sig")


def the_first_day(people: People, binh: Page, once: str) -> None:
    people.see(binh, "/account")
    binh.locator("#f-name").fill("binh")
    binh.locator("#f-password").fill(once)
    binh.keyboard.press("Enter")
    for name in ("#f-password", "#f-again"):
        binh.wait_for_url("**/sign-in/password")
        binh.locator(name).fill(PASSWORD)
    binh.keyboard.press("Enter")
    secret = re.sub(r"\s", "", binh.locator("code.secret").text_content() or "")
    looked_through(binh)
    binh.locator("#f-code").fill(pyotp.TOTP(secret).at(people.desk.clock.now()))
    binh.keyboard.press("Enter")
    binh.locator("li code").first.wait_for()
    looked_through(binh)
    people.see(binh, "/rules/drafts")


def locked_out(people: People) -> None:
    page = people.person()
    people.see(page, "/sign-in")
    for _ in range(6):
        page.locator("#f-name").fill("ha")
        page.locator("#f-password").fill("đoán mò")
        page.keyboard.press("Enter")
        page.locator("#e-password").wait_for()
    assert re.search(r"\d", page.locator("#e-password").inner_text())
    looked_through(page)


def test_figures_and_the_page_for_everybody(people: People, desk: ConsoleUnderTest) -> None:
    """Charts with their tables; how exact the answers are, for whoever asks, without signing in."""
    fill(desk.database, desk.clock, desk.vault, conversations=40, releases=0, audit=0, people=0)
    page = people.person("van", "auditor")
    people.see(page, "/figures")
    assert page.locator("main svg").count() >= 3
    assert page.locator("main table").count() >= 3
    anyone = people.person(width=360)
    anyone.goto(f"{people.root}/chinh-xac/")
    anyone.locator("tbody th", has_text="Thử").wait_for()
    looked_through(anyone)
