"""The editors' pages in a real browser: from a figure to a sent draft, phone and desk, light and dark, accessible."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.console.admin.test_drafts import RAISED, TITLE, opened, settle, step
from tests.console.browser import WIDTHS, assert_accessible, assert_no_sideways_scrolling
from tests.console.conftest import Browse

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("ANSINH_TEST_PICTURES")


def test_an_editor_raises_a_figure_and_sends_it(browse: Browse) -> None:
    """The form, the effect that arrives by itself, the button to the second person."""
    page = browse("editor", path="/rules/change/add_value?key=test.level")
    for name, value in {**RAISED, "title": TITLE}.items():
        if name == "key":
            continue
        page.locator(f"#f-{name}").fill(value)
    page.get_by_role("button", name="Lưu vào bản soạn").click()

    page.locator(".trial .flash").wait_for()
    assert "600.000" in page.locator(".diff").inner_text()
    page.get_by_role("button", name="Gửi người thứ hai duyệt").click()
    page.get_by_text("Đã gửi duyệt").wait_for()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_are_accessible_and_fit(browse: Browse, desk, width: int, dark: bool) -> None:
    """axe finds nothing serious and nothing runs out of the window, from reading to publishing."""
    editor, approver = desk.signed_in("editor", name="lan"), desk.signed_in("approver", name="minh")
    draft = opened(desk, editor)
    settle(editor, draft.id)
    step(editor, draft, "submit", 1, comment="Theo nghị định mới")
    step(approver, draft, "approve", 2)
    bad = opened(desk, editor, start="2027-01-01", title="Bản còn trường hợp mẫu khác")
    settle(editor, bad.id)
    page = browse("editor", "approver", path="/rules", width=width, dark=dark)

    for name, path in {
        "rules": "/rules",
        "benefit": "/rules/benefits/test",
        "figures": "/rules/figures",
        "figure": "/rules/figures/test.level",
        "change": "/rules/change/add_group?benefit=test&after=test/old",
        "drafts": "/rules/drafts",
        "draft": f"/rules/drafts/{draft.id}",
        "bad": f"/rules/drafts/{bad.id}",
        "publish": f"/rules/drafts/{draft.id}/publish",
        "yaml": "/rules/yaml?path=parameters/test.yaml&line=6",
        "releases": "/rules/releases",
        "release": "/rules/releases/1",
        "difference": "/rules/releases/1/difference",
    }.items():
        page.goto(page.url.split("/console")[0] + f"/console{path}")
        if PICTURES:
            theme = "dark" if dark else "light"
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{theme}.png", full_page=True)
        assert_accessible(page)
        assert_no_sideways_scrolling(page)
