"""A worked case written with the keyboard alone, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from rules.editing import Editor
from tests.console.admin.test_drafts import drafts_of, only_draft
from tests.console.browser import assert_accessible, assert_no_sideways_scrolling
from tests.console.conftest import Browse
from tests.console.desk import ConsoleUnderTest

pytestmark = pytest.mark.browser


def has_focus(page: Page, id_: str) -> None:
    expect(page.locator(f"[id='{id_}']")).to_be_focused()


def test_a_case_is_written_with_the_keyboard(browse: Browse, desk: ConsoleUnderTest) -> None:
    """Each fact is found, filled and judged without the mouse; what one types is never lost to an answer."""
    page = browse("editor", path="/rules/cases/edit?benefit=test")
    page.keyboard.press("f")
    has_focus(page, "find")
    page.keyboard.type("ngay sinh")
    expect(page.locator("#found button").first).to_have_text("Ngày sinh")
    page.keyboard.press("Enter")
    has_focus(page, "f_date_of_birth_value")
    page.keyboard.type("1940")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.keyboard.type("monthly_pension_vnd")
    page.keyboard.press("Enter")
    has_focus(page, "f_monthly_pension_vnd_value")
    page.keyboard.type("150.000")

    look = page.locator("#case-look")
    expect(look).to_contain_text("Không thuộc diện")
    expect(look).to_contain_text("Chưa ghi kết quả mong đợi")
    assert_accessible(page)
    page.get_by_role("button", name="Lấy kết quả này").press("Enter")
    expect(page.locator("#e_0_outcome")).to_have_value("ineligible")
    expect(look).to_contain_text("Đúng như kết quả đã ghi")

    page.locator("#e_0_outcome").select_option("eligible")
    expect(page.locator("#e-e_0_outcome")).to_have_text("Luật của bản soạn ra: không đủ điều kiện")
    page.locator("#e_0_outcome").select_option("ineligible")
    expect(page.locator("#e-e_0_outcome")).to_be_hidden()
    page.locator("#k_title").fill("Lương hưu cao hơn mức")
    page.locator("#f-title").fill("Thêm trường hợp mẫu")
    assert_no_sideways_scrolling(page)
    page.get_by_role("button", name="Lưu vào bản soạn").press("Enter")

    page.wait_for_url("**/rules/drafts/*")
    documents = drafts_of(desk).documents(only_draft(desk))
    (case,) = [one for one in Editor(documents).cases("test") if one["title"] == "Lương hưu cao hơn mức"]
    assert case["facts"] == {"date_of_birth": "1940", "monthly_pension_vnd": 150_000}
    assert case["expect"] == [{"benefit": "test", "outcome": "ineligible"}]


def test_a_case_is_written_without_scripts(browse: Browse, desk: ConsoleUnderTest) -> None:
    """Every button is one of the form."""
    page = browse("editor", path="/rules/cases/edit?benefit=test", java_script_enabled=False, width=360)
    page.locator("#find").fill("ngay sinh")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.locator("#f_date_of_birth_value").fill("1940")
    page.get_by_role("button", name="Xem lại").click()
    assert "Còn thiếu" in page.locator("#case-look").inner_text()
    page.locator("#case-look").get_by_role("button", name="Lương hưu").click()
    page.locator("#f_monthly_pension_vnd_value").fill("0")
    page.locator("#k_title").fill("Không lương hưu")
    page.get_by_role("button", name="Xem lại").click()
    page.get_by_role("button", name="Lấy kết quả này").click()
    page.locator("#f-title").fill("Thêm trường hợp mẫu")
    assert_no_sideways_scrolling(page)
    page.get_by_role("button", name="Lưu vào bản soạn").click()
    assert "/rules/drafts/" in page.url
    assert only_draft(desk).title == "Thêm trường hợp mẫu"
