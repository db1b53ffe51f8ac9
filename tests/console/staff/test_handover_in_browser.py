"""A citizen in the web chat and two members of staff in the console, each in a browser, over the whole service.

Nothing is a stand-in: Rasa decides that a person is wanted, the desk hands over, every page follows live.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.audit import AuditLog
from tests.console.browser import assert_accessible, assert_no_sideways_scrolling
from tests.console.staff.whole import WholeService
from tests.conversations.harness import INTERPRETER
from tests.journeys.conftest import PHONE, is_complaint, say

pytestmark = [pytest.mark.browser, pytest.mark.rasa, pytest.mark.xdist_group("rasa")]

STORY = "bố tôi 78 tuổi ở Nghệ An, khuyết tật nặng, không có lương hưu"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeService]:
    if not INTERPRETER.exists():
        pytest.skip(f"Rasa's environment is not there: {INTERPRETER}. Make it with: make setup")
    service = WholeService(tmp_path_factory.mktemp("whole"), office_hours="always").start()
    yield service
    service.stop()


@pytest.fixture
def contexts(chromium: Browser) -> Iterator[list[BrowserContext]]:
    contexts: list[BrowserContext] = []
    yield contexts
    for context in contexts:
        context.close()


def watched(context: BrowserContext, complaints: list[str]) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.text) else None)
    return page


def desk_of(service: WholeService, chromium: Browser, contexts: list[BrowserContext], complaints: list[str], *who: str) -> Page:  # fmt: skip  # noqa: E501
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    contexts.append(context)
    token = service.token_for(*who, "staff")
    context.add_cookies([{"name": "ansinh-console", "value": token, "url": service.url}])
    page = watched(context, complaints)
    page.goto(f"{service.url}/console/inbox")
    return page


def test_a_talk_goes_to_a_person_and_back(
    service: WholeService, chromium: Browser, contexts: list[BrowserContext], complaints: list[str]
) -> None:
    """Wanted, claimed by one, answered, noted, passed on, given back: every page knows without reloading."""
    thu = desk_of(service, chromium, contexts, complaints, "thu", "Trần Thị Thu")
    binh = desk_of(service, chromium, contexts, complaints, "binh", "Lê Văn Bình")
    expect(thu.locator("#queue")).to_contain_text("Không ai đang chờ")
    expect(thu.locator(".told-now")).to_contain_text("anh/chị là người tiếp theo")
    contexts.append(chromium.new_context(**PHONE))
    citizen = watched(contexts[-1], complaints)
    service.wait_ready()
    citizen.goto(service.url)
    citizen.locator("#large").wait_for()
    say(citizen, STORY)
    say(citizen, "gặp cán bộ")

    # Both see her at once, with her place and how long she waits; the window's title counts.
    for page in (thu, binh):
        expect(page.locator(".queue a")).to_contain_text("Thứ 1")
        expect(page).to_have_title("(1) Hộp thư · An Sinh", timeout=5000)
    expect(thu.locator("#inbox-status")).to_have_text("Có thêm người cần gặp cán bộ")
    expect(thu.locator(".queue [data-until]")).to_contain_text("Còn")
    for page in (thu, binh):
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.locator(".lines")).to_contain_text("78 tuổi")

    # One claims; the other one's page says who has it, and the assistant tells the citizen.
    thu.keyboard.press("c")
    expect(thu.locator("#f-text")).to_be_focused()
    expect(binh.locator("#talk-head")).to_contain_text("thu đang giữ")
    expect(binh.locator(".queue a")).to_contain_text("thu đang giữ")
    expect(citizen.locator(".from-assistant").last).to_contain_text("cán bộ Trần Thị Thu trả lời anh/chị")

    # A prepared answer is added to what is typed; sent by a key; the citizen reads it, and so does the colleague.
    thu.keyboard.type("Chào bác.")
    thu.keyboard.press("Escape")
    thu.keyboard.press("m")
    thu.get_by_role("button", name="Chào và xưng tên").click()
    expect(thu.locator("#f-text")).to_have_value("Chào bác.\nChào anh/chị, tôi là Trần Thị Thu, cán bộ hỗ trợ. Anh/chị chờ chút, tôi đọc lại câu hỏi rồi trả lời ngay.")  # fmt: skip  # noqa: E501
    for _ in range(2):  # pressed twice, sent once
        thu.keyboard.press("Control+Enter")
    expect(citizen.locator(".messages")).to_contain_text("Chào bác.")
    for page in (thu, binh):
        expect(page.locator(".line.from-staff")).to_have_count(1)
    expect(thu.locator("#f-text")).to_have_value("")
    expect(thu.locator("#f-text")).to_be_focused()

    # The assistant is silent while a person has the talk; what the citizen says is there at once.
    lines = citizen.locator(".from-assistant").count()
    citizen.fill("#text", "dạ cháu chờ")
    citizen.press("#text", "Enter")
    expect(thu.locator(".line.from-citizen").last).to_contain_text("dạ cháu chờ")
    assert citizen.locator(".from-assistant").count() == lines

    _what_is_hidden_is_shown_for_a_reason(service, thu, binh, citizen)
    _notes_and_tags(thu, binh)

    # Passed on to a colleague: his page offers the answer's field by itself. Then back to the assistant, who says so.
    thu.locator("#f-text").fill("chưa gửi")
    thu.select_option("#f-to", label="Lê Văn Bình")
    thu.get_by_role("button", name="Chuyển", exact=True).click()
    expect(binh.locator("#f-text")).to_be_visible()
    expect(citizen.locator(".from-assistant").last).to_contain_text("Lê Văn Bình")
    binh.get_by_role("button", name="Trả lại trợ lý").click()
    expect(citizen.locator(".from-assistant").last).to_contain_text("Từ đây trợ lý tự động trả lời tiếp")
    expect(thu.locator("#queue")).to_contain_text("Không ai đang chờ")
    say(citizen, "lãi vay hộ nghèo bao nhiêu")
    expect(citizen.locator(".from-assistant").last).to_contain_text("6,24%")
    assert complaints == []


def _what_is_hidden_is_shown_for_a_reason(service: WholeService, thu: Page, binh: Page, citizen: Page) -> None:
    masked = thu.locator("#talk-facts .masked").first
    expect(masked).to_contain_text("đang che")
    expect(binh.locator("#talk-facts")).to_contain_text("Nhận cuộc này rồi mới xem được")
    thu.locator("#talk-title").click()
    thu.keyboard.press("i")
    thu.keyboard.press("Enter")
    expect(thu.locator("#talk-facts")).to_contain_text("Ghi lý do trước khi xem")
    thu.locator("#f-reason").press_sequentially("xem đúng ")

    # What the citizen says meanwhile takes nothing from under the hands of the one who writes.
    citizen.fill("#text", "cháu vẫn chờ ạ")
    citizen.press("#text", "Enter")
    expect(thu.locator(".line.from-citizen").last).to_contain_text("cháu vẫn chờ ạ")
    expect(thu.locator("#f-reason")).to_be_focused()
    thu.keyboard.type("mức")
    thu.keyboard.press("Enter")
    expect(thu.locator("[data-revealed]")).to_contain_text("nặng")
    seen = AuditLog(service.parts.database, service.parts.clock).search()
    assert [(one.actor, one.action, one.details["reason"]) for one in seen if one.action == "facts.view"] == [
        ("thu", "facts.view", "xem đúng mức")
    ]
    assert_accessible(thu)
    thu.get_by_role("button", name="Che lại").click()
    expect(thu.locator("[data-revealed]")).to_have_count(0)


def _notes_and_tags(thu: Page, binh: Page) -> None:
    thu.fill("#f-note", "Gọi lại sau 14 giờ")
    thu.get_by_role("button", name="Ghi", exact=True).click()
    expect(binh.locator(".staff-note")).to_contain_text("Gọi lại sau 14 giờ")
    thu.fill("#f-tags", "Gấp, nhà ở")
    thu.get_by_role("button", name="Lưu nhãn").click()
    expect(binh.locator("#talk-head .tag").first).to_have_text("gấp")
    assert_accessible(binh)
    for width in (360, 768):
        binh.set_viewport_size({"width": width, "height": 740})
        for pane in ("Hàng chờ", "Thông tin", "Trò chuyện"):
            binh.get_by_role("button", name=pane).click()
            assert_no_sideways_scrolling(binh)
            assert_accessible(binh)
    binh.set_viewport_size({"width": 1366, "height": 768})
