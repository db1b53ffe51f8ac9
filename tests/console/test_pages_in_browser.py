"""The pages of people in a real browser: signing in, keys, phone and desk, light and dark, accessible."""

from __future__ import annotations

import pytest

from tests.console.browser import WIDTHS, assert_accessible, assert_no_sideways_scrolling
from tests.console.conftest import Browse

pytestmark = pytest.mark.browser


def test_a_person_signs_in_by_keyboard(browse: Browse, desk) -> None:
    """Name, password, Enter; the help opens by its key and the search by its own."""
    desk.add_user("lan", "staff")
    page = browse(path="/account")
    page.keyboard.type("lan")
    page.keyboard.press("Tab")
    page.keyboard.type("sông đà chảy ngược")
    page.keyboard.press("Enter")

    page.get_by_role("heading", level=1).wait_for()
    assert page.url.endswith("/console/account")
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "top-search"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_are_accessible_and_fit(browse: Browse, desk, width: int, dark: bool) -> None:
    """axe finds nothing serious, and nothing runs out of the window, on each page."""
    desk.add_user("mai.tran", "editor", "approver")
    page = browse("admin", path="/users", width=width, dark=dark)

    for path in ("/users", "/users/new", "/users/mai.tran", "/account", "/account/second-factor", "/nowhere"):
        page.goto(page.url.split("/console")[0] + f"/console{path}")
        assert_accessible(page)
        assert_no_sideways_scrolling(page)
