"""Look-up, desk, corrections and screening in a real browser, by the keyboard, over the real rules and guides."""

from __future__ import annotations

import io
from pathlib import Path

import polars
import pypdfium2
import pytest
import yaml
from playwright.sync_api import Page, Route, expect

from tests.console.browser import assert_accessible, assert_no_sideways_scrolling
from tests.console.staff.conftest import StaffPage, copied

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("staff-browser")]

STORY = "hỏi cho mẹ 76 tuổi ở Nghệ An, không lương hưu, nhà cận nghèo, có đứa con 4 tuổi"
PEOPLE = "Họ tên,Ngày sinh,Lương hưu hằng tháng\nBà A,1945,0\nÔng B,ngày nào đó,0\nBà C,1990,rất nhiều\n"


def good(page: Page) -> None:
    assert_accessible(page)
    assert_no_sideways_scrolling(page)


def settled(page: Page) -> None:
    page.wait_for_function("!document.querySelector('.htmx-request')")


def test_a_caller_is_answered_without_the_mouse(staff_page: StaffPage) -> None:
    """The search box by its key, results while typing, down and up through them, the answer on the clipboard."""
    page = staff_page("/account")
    page.keyboard.press("/")
    page.keyboard.type("huu tri xa hoi bao nhieu tien")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lookup?q=*")
    expect(page.locator(".figures dd").first).to_contain_text("540.000 đ")
    expect(page.locator(".figures dd").first).to_contain_text("Trước đó 500.000 đ")

    page.keyboard.press("/")
    page.keyboard.press("End")
    page.keyboard.type(" mot thang")
    expect(page.locator("#found-status")).to_contain_text("Có câu trả lời")
    settled(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_have_attribute("open", "")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#f-q")).to_be_focused()

    page.keyboard.press("Escape")
    page.keyboard.press("y")
    expect(page.locator("#found-status")).to_have_text("Đã chép")
    assert "Căn cứ:" in copied(page)
    good(page)


def test_an_older_day_and_a_province_change_the_answer(staff_page: StaffPage) -> None:
    """The law of the day one asks about, picked from the days on which it changed; levels of a province; large type."""
    page = staff_page("/lookup?q=mức chuẩn trợ giúp xã hội")
    expect(page.locator(".figures dd strong").first).to_have_text("540.000 đ")

    page.get_by_role("group", name="Chọn nhanh ngày").get_by_role("button", name="Từ 01/5/2026").click()
    expect(page.locator(".figures dd strong").first).to_have_text("500.000 đ")
    page.select_option("#f-province", label="Hà Nội")
    expect(page.locator(".reply")).to_contain_text("Hà Nội")
    page.locator("h1").click()
    page.keyboard.press("b")
    expect(page.locator("#found")).to_have_class("found large")
    good(page)

    # What was looked up in this window is offered again.
    page.fill("#f-q", "lãi vay hộ nghèo")
    page.keyboard.press("Tab")
    page.fill("#f-q", "")
    page.locator("#recent").get_by_role("button", name="lãi vay hộ nghèo").click()
    expect(page.locator(".figures dd").first).to_contain_text("%")


def test_a_story_becomes_verdicts_question_by_question(staff_page: StaffPage) -> None:
    """Facts as one types, the next question answered in spoken words, any other fact filled in, nothing lost."""
    page = staff_page("/desk")
    page.locator("#f-story").press_sequentially(STORY)
    expect(page.locator(".told").first).to_contain_text("76")
    expect(page.locator("mark").first).to_have_text("76 tuổi")
    expect(page.locator(".question .whom")).to_have_text("Mẹ")
    expect(page.locator(".heard-story")).to_contain_text("con 4 tuổi")  # the whole story is judged

    # Enter in the answer's field writes the answer; it presses no other button of the page.
    page.locator("#f-words").press_sequentially("không có")
    page.keyboard.press("Enter")
    expect(page.locator("#p-mother .verdict").first).to_contain_text("540.000 đ")
    expect(page.locator(".told").first).to_contain_text("76")
    expect(page.locator("#case-status")).to_contain_text("Mẹ: Trợ cấp hưu trí xã hội, Đủ điều kiện, 540.000 đ")
    expect(page.locator("#f-words")).to_be_focused()
    expect(page.locator(".sum-list")).to_contain_text("Thẻ bảo hiểm y tế")
    good(page)

    # A fact that is missing is asked for by pressing its name; then the best question comes back.
    missing = page.locator("#p-mother .ask-for", has_text="Mức độ khuyết tật").first
    missing.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#question-title")).to_have_text("Đang điền")
    expect(page.locator("#f-words")).to_be_focused()
    page.get_by_role("button", name="Nặng", exact=True).click()
    expect(page.locator("#question-title")).to_have_text("Câu nên hỏi tiếp")
    expect(page.locator("#p-mother")).to_contain_text("1.080.000 đ")

    # What the caller cannot answer is not asked again; one more child is a second child.
    asked = page.locator(".asked").inner_text()
    page.get_by_role("button", name="Người gọi không biết").click()
    expect(page.locator(".asked")).not_to_have_text(asked)
    page.select_option("#f-add", "child")
    expect(page.locator("#p-child_2 h3")).to_have_text("Con thứ 2")
    expect(page.locator("#f-add")).to_have_value("")


def test_the_sheet_goes_along_on_paper_and_into_a_message(staff_page: StaffPage) -> None:
    """One A4 page with amount, papers, office and law; the same as text, on the clipboard at once."""
    page = staff_page("/desk")
    page.fill("#f-story", STORY + ", mẹ không có trợ cấp gì")
    mother = page.locator("#p-mother")
    mother.get_by_role("button", name="In phiếu").wait_for()
    with page.expect_popup() as sheet:
        mother.get_by_role("button", name="In phiếu").click()
    assert sheet.value.url.endswith("/desk/checklist.pdf")
    expect(mother.locator(".verdict").first).to_contain_text("540.000 đ")
    pdf = pypdfium2.PdfDocument(_again(page))
    text = pdf[0].get_textpage().get_text_range()
    assert len(pdf) == 1
    for part in ("540.000 đ", "Mẫu số 01", "7 ngày làm việc", "335/2026/NĐ-CP", "Nghệ An"):
        assert part in text
    assert "mai táng" not in text  # nobody told of a death

    mother.get_by_role("button", name="Chép để nhắn").click()
    expect(mother.locator("[data-copy-said]")).to_contain_text("dán vào Zalo")
    assert copied(page).startswith("PHIẾU HƯỚNG DẪN")
    good(page)


def _again(page: Page) -> bytes:
    """Ask for the sheet as the page's form does and return what comes: a browser shows a PDF, it does not give it."""
    sent = page.evaluate("Object.fromEntries(new FormData(document.querySelector('#case-form')))")
    answer = page.request.post(f"{page.url}/checklist.pdf", form={**sent, "person": "mother"})
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def test_a_slow_network_shows_that_something_is_under_way(staff_page: StaffPage) -> None:
    """What was typed meanwhile is judged at the end; the page says that it is working until then."""
    page = staff_page("/desk")
    held: list[Route] = []
    page.route("**/console/desk", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no builtin
    page.fill("#f-story", STORY)
    expect(page.locator(".busy")).to_be_visible()
    held[-1].continue_()
    expect(page.locator("#p-mother")).to_contain_text("Trợ cấp hưu trí xã hội")
    expect(page.locator(".busy")).to_be_hidden()


def test_the_question_one_answers_stays_while_more_is_told(staff_page: StaffPage) -> None:
    """A story judged late takes neither the words one is typing nor the question they answer; then it goes on."""
    page = staff_page("/desk")
    page.fill("#f-story", "hỏi cho mẹ 76 tuổi")
    expect(page.locator(".question .whom")).to_have_text("Mẹ")
    asked = page.locator("[name=fact]").input_value()
    held: list[Route] = []
    page.route("**/console/desk", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no builtin
    page.fill("#f-story", "hỏi cho mẹ 76 tuổi, không lương hưu, mẹ không có trợ cấp gì, nhà cận nghèo")
    expect(page.locator(".busy")).to_be_visible()
    page.locator("#f-words").press_sequentially("kh")
    held[-1].continue_()
    page.unroute("**/console/desk")
    expect(page.locator("#p-mother .verdict").first).to_contain_text("540.000 đ")
    expect(page.locator("#f-words")).to_be_focused()
    page.keyboard.type("ông")
    expect(page.locator("#f-words")).to_have_value("không")
    assert page.locator("[name=fact]").input_value() == asked
    page.keyboard.press("Enter")
    expect(page.locator("#f-words")).to_have_value("")
    assert page.locator("[name=fact]").input_value() != asked


def test_a_near_miss_names_its_day(staff_page: StaffPage) -> None:
    """Who is refused today hears from which day it would be granted."""
    page = staff_page("/desk")
    page.fill("#f-story", "bố sinh ngày 15/3/1952, không lương hưu, không trợ cấp gì, nhà không nghèo")
    expect(page.locator("#p-father .ahead")).to_contain_text("Từ 15/3/2027 (đủ 75 tuổi): Trợ cấp hưu trí xã hội")


def test_a_wrong_answer_becomes_a_task_and_a_test_case(staff_page: StaffPage) -> None:
    """Marked where it was read, written right by staff, taken by the editor, exported as a case."""
    page = staff_page("/lookup?q=lãi vay hộ nghèo bao nhiêu")
    page.get_by_role("link", name="Câu này sai").click()
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator(".summary")).to_contain_text("Câu trả lời đúng")
    assert page.input_value("#f-question") == "lãi vay hộ nghèo bao nhiêu"
    good(page)
    page.fill("#f-right_answer", "6,24%/năm, chưa trừ phần tỉnh hỗ trợ.")
    page.fill("#f-must_contain", "6,24%; phần tỉnh")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator(".flash")).to_contain_text("Đã ghi")
    address = page.url

    editor = staff_page("/corrections", "editor")
    editor.get_by_role("link", name="lãi vay hộ nghèo bao nhiêu").click()
    assert editor.url == address
    editor.get_by_role("button", name="Nhận sửa").click()
    expect(editor.locator(".chip")).to_have_text("Đang sửa")
    good(editor)
    cases = yaml.safe_load(editor.request.get(address.rsplit("/", 1)[0] + "/cases.yaml").text())["questions"]
    assert cases[-1]["must"] == ["6,24%", "phần tỉnh"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_is_screened_row_by_row(staff_page: StaffPage, tmp_path: Path, kind: str) -> None:
    """Bad rows are named and left out, the others judged; the result is a workbook."""
    path = tmp_path / f"danh sách.{kind}"
    path.write_text(PEOPLE, encoding="utf-8")
    if kind == "xlsx":
        polars.read_csv(io.StringIO(PEOPLE), infer_schema=False).write_excel(path)
    page = staff_page("/screening")
    page.get_by_role("button", name="Bắt đầu sàng lọc").click()
    expect(page.locator("#e-list")).to_have_text("Chưa chọn tệp.")
    page.set_input_files("#f-list", path)
    page.get_by_role("button", name="Bắt đầu sàng lọc").click()

    expect(page.locator("#run .chip")).to_have_text("Xong")
    expect(page.locator("#run")).to_contain_text("3 dòng")
    expect(page.locator("#run .wrong-rows li")).to_have_count(2)
    expect(page.locator("#run .wrong-rows")).to_contain_text('"ngày nào đó" không đọc được ở cột "Ngày sinh"')
    good(page)
    page.locator("h1").click()
    with page.expect_download() as download:
        page.keyboard.press("d")
    sheets = polars.read_excel(download.value.path(), sheet_id=0, has_header=False)
    assert "Bà A" in {str(cell) for sheet in sheets.values() for row in sheet.rows() for cell in row}


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1366, True)])
def test_pages_are_accessible_and_fit(staff_page: StaffPage, width: int, dark: bool) -> None:
    """axe finds nothing serious and nothing runs out of the window: empty, filled, refused and wrong."""
    page = staff_page("/lookup", width=width, dark=dark)
    good(page)
    for path in ("/lookup?q=thẻ BHYT cho trẻ em", "/lookup?q=cách nấu phở&as_of=31/2", "/corrections", "/screening"):
        page.goto(f"{page.url.split('/console')[0]}/console{path}")
        good(page)
    page.goto(f"{page.url.split('/console')[0]}/console/desk")
    page.fill("#f-story", STORY)
    page.locator(".verdict").first.wait_for()
    good(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_contain_text("Điền thông tin khác")
    good(page)
