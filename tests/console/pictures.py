"""Take the pictures of the staff's guide.

    python -m tests.console.pictures --out docs/images/console

Starts the whole service in an empty folder, lets two citizens ask in the web chat, works as a member of staff, and
keeps what the pages look like on a desk, on a phone and in the dark. Needs Rasa's environment and Chromium.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.console.staff.whole import WholeService
from tests.journeys.conftest import ARGUMENTS, CHROMIUM, PHONE, say

DESK = {"width": 1366, "height": 768}
SMALL = {"width": 360, "height": 740}
STORY = "mẹ 76 tuổi ở Nghệ An, không lương hưu, không trợ cấp gì, nhà cận nghèo, có đứa con 4 tuổi, chồng 45 tuổi"
ASKED = "bố tôi 78 tuổi ở Nghệ An, khuyết tật nặng, không có lương hưu"
LIST = """Họ tên,Ngày sinh,Lương hưu hằng tháng,Trợ cấp bảo hiểm xã hội hằng tháng,Diện hộ,Loại trợ cấp hằng tháng đang hưởng
Nguyễn Thị Hoa,1945,0,0,Hộ nghèo,không
Lê Văn Bình,ngày nào đó,0,0,,
Trần Văn Cường,1952-02-01,0,0,không,không
"""  # noqa: E501


class Studio:
    """Pages of one member of staff, and where their pictures go."""

    def __init__(self, browser: Browser, service: WholeService, out: Path) -> None:
        self._browser, self._service, self._out = browser, service, out
        self._token = service.token_for("thu", "Trần Thị Thu", "staff")

    @contextmanager
    def page(self, path: str, *, small: bool = False, dark: bool = False) -> Iterator[Page]:
        """Open a page of the console."""
        size = SMALL if small else DESK
        theme = "dark" if dark else "light"
        context = self._browser.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")
        context.add_cookies([{"name": "ansinh-console", "value": self._token, "url": self._service.url}])
        page = context.new_page()
        page.goto(f"{self._service.url}/console{path}")
        yield page
        context.close()

    def keep(self, page: Page, name: str) -> None:
        """Keep what the page looks like."""
        page.wait_for_function("!document.querySelector('.htmx-request')")
        page.evaluate("document.fonts.ready")
        page.screenshot(path=self._out / f"{name}.png")


def look_ups(studio: Studio) -> None:
    for name, small, dark in (("lookup", False, False), ("lookup-phone", True, False)):
        with studio.page("/lookup", small=small, dark=dark) as page:
            page.fill("#f-q", "hưu trí xã hội bao nhiêu tiền một tháng")
            page.locator(".reply").wait_for()
            studio.keep(page, name)
    with studio.page("/lookup?q=lãi vay hộ nghèo bao nhiêu", dark=True) as page:
        page.get_by_role("button", name="Chữ to").click()
        studio.keep(page, "lookup-large-dark")


def desks(studio: Studio) -> None:
    for name, small in (("desk", False), ("desk-phone", True)):
        with studio.page("/desk", small=small) as page:
            page.fill("#f-story", STORY)
            page.locator("#p-mother .verdict").first.wait_for()
            if small:
                page.locator(".question").scroll_into_view_if_needed()
            studio.keep(page, name)


def inboxes(studio: Studio, browser: Browser, service: WholeService) -> None:
    for words in (ASKED, "lãi vay hộ nghèo bao nhiêu"):
        citizen = browser.new_context(**PHONE).new_page()
        citizen.goto(service.url)
        citizen.locator("#large").wait_for()
        say(citizen, words)
        say(citizen, "gặp cán bộ")
    with studio.page("/inbox") as page:
        page.locator(".queue a").first.click()
        page.locator(".lines").wait_for()
        page.keyboard.press("c")
        expect(page.locator("#f-text")).to_be_focused()
        page.keyboard.type("Chào anh/chị, tôi là Thu. Tôi xem lại hồ sơ của bác rồi trả lời ngay.")
        studio.keep(page, "inbox")
        address = page.url.split("/console")[1]
    with studio.page(address, small=True) as page:
        studio.keep(page, "inbox-phone")
        page.get_by_role("button", name="Hàng chờ").click()
        studio.keep(page, "inbox-phone-queue")


def screenings(studio: Studio, folder: Path) -> None:
    path = folder / "danh sách thôn 3.csv"
    path.write_text(LIST, encoding="utf-8")
    with studio.page("/screening") as page:
        page.set_input_files("#f-list", path)
        page.get_by_role("button", name="Bắt đầu sàng lọc").click()
        page.get_by_role("link", name="Tải kết quả").wait_for()
        studio.keep(page, "screening")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = {"office_hours": "always", "operator": "UBND phường Hoa Lư", "hotline": "1900 0000"}
        service = WholeService(Path(folder), **settings).start()
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        studio = Studio(browser, service, out)
        look_ups(studio)
        desks(studio)
        screenings(studio, Path(folder))
        service.wait_ready()
        inboxes(studio, browser, service)
        browser.close()
        service.stop()


if __name__ == "__main__":
    main()
