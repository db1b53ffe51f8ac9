"""The pages of people in a real browser: signing in, keys, phone and desk, light and dark, accessible."""

from __future__ import annotations

import pytest

from bot.switches import SwitchKind
from tests.console.browser import assert_accessible, assert_no_sideways_scrolling
from tests.console.conftest import Browse
from tests.console.desk import ConsoleUnderTest
from tests.console.filling import fill

pytestmark = pytest.mark.browser

CONSOLE_PAGES = tuple(
    f"/console{path}"
    for path in (
        "/users",
        "/users/new",
        "/users/person1",
        "/account",
        "/account/second-factor",
        "/figures",
        "/channels",
        "/switches",
        "/switches/channel/web",
        "/retention",
        "/audit",
    )
)


def test_a_person_signs_in_by_keyboard(browse: Browse, desk: ConsoleUnderTest) -> None:
    """Name, password, Enter; the help opens by its key and the search by its own."""
    desk.add_user("lan", "staff")
    page = browse(path="/account")
    page.keyboard.type("lan")
    page.keyboard.press("Tab")
    page.keyboard.type("sông đà chảy ngược")
    page.keyboard.press("Enter")

    page.wait_for_url("**/console/account")
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "top-search"


@pytest.mark.parametrize(("width", "dark"), [(360, False), (768, True), (1366, False), (1366, True)])
def test_pages_are_accessible_and_fit(browse: Browse, desk: ConsoleUnderTest, width: int, dark: bool) -> None:
    """axe finds nothing serious, and nothing runs out of the window, on each page and on the way in."""
    fill(desk.database, desk.clock, desk.vault, conversations=60, releases=2, audit=20, people=3)
    desk.parts.switches.turn_off(SwitchKind.BENEFIT, "social_pension", reason="chờ cập nhật mức mới", actor="ha")
    page = browse("admin", "auditor", path="/users", width=width, dark=dark)
    root = page.url.removesuffix("/console/users")

    for path in (*CONSOLE_PAGES, "/console/nowhere", "/chinh-xac/"):
        page.goto(f"{root}{path}")
        assert_accessible(page)
        assert_no_sideways_scrolling(page)


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1366, False)])
def test_the_way_in_is_accessible(browse: Browse, desk: ConsoleUnderTest, width: int, dark: bool) -> None:
    """Wrong password, first password, second factor: each with its error drawn."""
    _, once = desk.console.state.gate.accounts.add("ha", "Nguyễn Hà", ["admin"], by="test")
    page = browse(path="/account", width=width, dark=dark)

    for password, heading in (("sai mật khẩu", "sign_in"), (once, "new_password")):
        page.fill("#f-name", "ha")
        page.fill("#f-password", password)
        page.keyboard.press("Enter")
        title = desk.console.state.gate.pages.texts(f"account.{heading}.title")
        page.get_by_role("heading", level=1, name=title).wait_for()
        assert_accessible(page)
    for field in ("#f-password", "#f-again"):
        page.fill(field, "sông đà chảy ngược")
    page.keyboard.press("Enter")
    page.locator(".qr").wait_for()

    assert_accessible(page)
    assert_no_sideways_scrolling(page)
