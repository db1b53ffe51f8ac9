"""The pages of staff: the whole service, two citizens who ask in the web chat, one person who works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.console.pictures.studio import Studio
from tests.console.staff.whole import WholeService
from tests.journeys.conftest import PHONE, say

STORY = "mẹ 76 tuổi ở Nghệ An, không lương hưu, không trợ cấp gì, nhà cận nghèo, có đứa con 4 tuổi, chồng 45 tuổi"
ASKED = "bố tôi 78 tuổi ở Nghệ An, khuyết tật nặng, không có lương hưu"
LIST = """Họ tên,Ngày sinh,Lương hưu hằng tháng,Trợ cấp bảo hiểm xã hội hằng tháng,Diện hộ,Loại trợ cấp hằng tháng đang hưởng
Nguyễn Thị Hoa,1945,0,0,Hộ nghèo,không
Lê Văn Bình,ngày nào đó,0,0,,
Trần Văn Cường,1952-02-01,0,0,không,không
"""  # noqa: E501


@contextmanager
def service_in(folder: Path) -> Iterator[WholeService]:
    """Start the whole service in *folder*."""
    folder.mkdir()
    settings = {"office_hours": "always", "operator": "UBND phường Hoa Lư", "hotline": "1900 0000"}
    service = WholeService(folder, **settings).start()
    yield service
    service.stop()


def take(browser: Browser, out: Path, folder: Path, *, every: bool) -> None:
    """Take every picture of the staff's pages."""
    with service_in(folder) as service:
        token = service.token_for("thu", "Trần Thị Thu", "staff")
        studio = Studio(browser, service.url, token, out, every)
        look_ups(studio)
        desks(studio)
        sheet(studio)
        screenings(studio, folder)
        service.wait_ready()
        inboxes(studio, service)


def look_ups(studio: Studio) -> None:
    for size in studio.sizes("", "-phone"):
        with studio.page("/lookup", size=size) as page:
            page.fill("#f-q", "hưu trí xã hội bao nhiêu tiền một tháng")
            page.locator(".reply").wait_for()
            studio.keep(page, f"lookup{size}")
    with studio.page("/lookup?q=lãi vay hộ nghèo bao nhiêu", dark=True) as page:
        page.get_by_role("button", name="Chữ to").click()
        studio.keep(page, "lookup-large-dark")


def desks(studio: Studio) -> None:
    for size in studio.sizes("", "-phone"):
        with studio.page("/desk", size=size) as page:
            page.fill("#f-story", STORY)
            page.locator("#p-mother .verdict").first.wait_for()
            if size:
                page.locator(".question").scroll_into_view_if_needed()
            studio.keep(page, f"desk{size}")


def sheet(studio: Studio) -> None:
    with studio.page("/desk") as page:
        csrf = page.locator("input[name=csrf]").first.input_value()
        sent = {"csrf": csrf, "story": STORY, "person": "mother"}
        address = f"{studio.url}/console/desk/checklist.pdf"
        answer = page.request.post(address, form=sent, headers={"Origin": studio.url})
        assert answer.ok, answer.status
        studio.keep_paper(answer.body(), "sheet")


def inboxes(studio: Studio, service: WholeService) -> None:
    for words in (ASKED, "lãi vay hộ nghèo bao nhiêu"):
        citizen = studio.browser.new_context(**PHONE).new_page()
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
    for size in studio.sizes("-phone"):
        with studio.page(address, size=size) as page:
            studio.keep(page, f"inbox{size}" if size else "inbox-again")
            if size == "-phone":
                page.get_by_role("button", name="Hàng chờ").click()
                studio.keep(page, "inbox-phone-queue")


def screenings(studio: Studio, folder: Path) -> None:
    path = folder / "danh sách thôn 3.csv"
    path.write_text(LIST, encoding="utf-8")
    for size in studio.sizes():
        with studio.page("/screening", size=size) as page:
            page.set_input_files("#f-list", path)
            page.get_by_role("button", name="Bắt đầu sàng lọc").click()
            page.get_by_role("link", name="Tải kết quả").wait_for()
            studio.keep(page, f"screening{size}")
