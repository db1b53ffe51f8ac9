"""A citizen asks and is answered, on a small phone."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, Route, expect

from bot.messages import Author
from tests.journeys.conftest import Visit, say
from tests.journeys.service import Service, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_question_is_answered_with_amount_source_and_choices(visit: Visit) -> None:
    """Verdict first and bold, the law smaller below, what to ask next as buttons with numbers."""
    page = visit()

    say(page, "mẹ tôi 76 tuổi không có lương hưu thì được gì")

    answer = page.locator(".from-assistant").last
    expect(answer.locator("strong")).to_have_text("Đủ điều kiện để đề nghị trợ cấp hưu trí xã hội: 540.000 đ/tháng.")
    expect(answer.locator(".sources li")).to_have_text("176/2025/NĐ-CP Điều 3; 335/2026/NĐ-CP Điều 31.")
    expect(page.locator(".choice .title")).to_have_text(["Vì sao?", "Giấy tờ cần có", "Gặp cán bộ"])
    expect(page.locator(".choice .number")).to_have_text(["1", "2", "3"])


def test_pressed_choice_is_said_and_its_buttons_go(visit: Visit, service: Service) -> None:
    """One press answers; a question that was answered cannot be answered again."""
    page = visit()
    say(page, "ông nội 72 tuổi")

    page.get_by_role("button", name="Hộ cận nghèo").tap()

    expect(page.locator(".from-citizen .typed").last).to_have_text("Hộ cận nghèo")
    expect(page.locator(".choice")).to_have_count(0)
    wait_for(lambda: len(service.conversations.accepted) == 2)


def test_answered_question_stays_answered_when_the_page_is_loaded_again(visit: Visit, service: Service) -> None:
    """Pressed, not yet with the service, the page loaded anew: the choice is there as said, its buttons are not."""
    page = visit()
    say(page, "ông nội 72 tuổi")
    held: list[Route] = []
    page.route("**/web/messages", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no builtin
    page.get_by_role("button", name="Hộ cận nghèo").tap()
    expect(page.locator(".from-citizen.sending")).to_be_visible()

    page.reload()

    expect(page.locator(".from-citizen.sending")).to_be_visible()
    expect(page.locator(".choice")).to_have_count(0)
    page.unroute("**/web/messages")
    expect(page.locator(".from-assistant .bubble").last).to_contain_text("Mình đã nhận")
    assert len(service.conversations.accepted) == 2


def test_example_is_asked_with_one_press(visit: Visit) -> None:
    """Who does not know how to begin presses an example."""
    page = visit()

    page.locator(".example").first.tap()

    expect(page.locator(".from-assistant .bubble")).to_contain_text("540.000 đ/tháng")
    expect(page.locator(".examples")).to_have_count(0)


def test_reload_shows_the_same_conversation(visit: Visit) -> None:
    """What the script drew and what the server draws are the same, element for element."""
    page = visit()
    for text in ("ông nội 72 tuổi", "hồ sơ gồm gì", "<b>đậm</b> & **sao**"):
        say(page, text)
    say(page, "mẹ tôi 76 tuổi")
    drawn = page.locator("main .column").inner_html()

    page.reload()
    page.locator(".act-link").first.wait_for()

    def bare(html: str) -> str:
        part = html[html.index('<ol class="messages"') : html.index('<div class="typing"')].replace("\n", "")
        return re.sub(r'name="id" value="[^"]+"', "", part)  # made anew with every page

    assert bare(page.locator("main .column").inner_html()) == bare(drawn)


def test_waiting_is_shown_after_a_moment_only(visit: Visit, service: Service) -> None:
    """A quick answer needs no sign of waiting; a slow one does after 400 ms."""
    page = visit()
    service.conversations.delay = 1.5
    page.fill("#text", "mẹ tôi 76 tuổi")
    page.press("#text", "Enter")

    page.wait_for_timeout(200)
    expect(page.locator("#typing")).to_be_hidden()
    expect(page.locator("#typing")).to_have_text("Trợ lý đang trả lời", timeout=1000)
    page.locator(".from-assistant").wait_for()
    expect(page.locator("#typing")).to_be_hidden()


def test_long_answer_is_folded(visit: Visit) -> None:
    """The rest is one press away, and the sources stay in sight."""
    page = visit()
    say(page, "hồ sơ gồm gì")
    hidden = page.get_by_text("Nếu người hưởng mất")

    expect(hidden).to_be_hidden()
    expect(page.locator(".sources")).to_be_visible()
    page.get_by_text("Xem thêm").tap()
    expect(hidden).to_be_visible()
    expect(page.get_by_text("Thu gọn")).to_be_visible()


def test_beginning_of_a_long_answer_is_in_sight(visit: Visit) -> None:
    """Nobody scrolls back to find where an answer begins."""
    page = visit()

    say(page, "hồ sơ gồm gì")

    expect(page.locator(".from-assistant .bubble p").first).to_be_in_viewport()


def test_answer_is_copied_whole(visit: Visit) -> None:
    """Folded lines and sources are part of what is passed on."""
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    say(page, "hồ sơ gồm gì")

    page.get_by_role("button", name="Chép").tap()

    expect(page.get_by_role("button", name="Đã chép")).to_be_visible()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.startswith("Hồ sơ đề nghị")
    assert "Nếu người hưởng mất" in copied
    assert copied.endswith("Căn cứ: 176/2025/NĐ-CP Điều 4, Điều 5; 335/2026/NĐ-CP Điều 31.")


def test_officer_joins_by_name_and_colour(visit: Visit, service: Service) -> None:
    """A person's words come by themselves and are told apart from the assistant's."""
    page = visit()
    say(page, "gặp cán bộ")

    service.say("Chào anh/chị, tôi là Lan.", Author.STAFF)

    expect(page.locator(".from-officer .who")).to_have_text("Cán bộ")
    expect(page.locator(".from-officer .bubble")).to_have_text("Chào anh/chị, tôi là Lan.")


def test_enter_of_an_input_method_does_not_send(visit: Visit, service: Service) -> None:
    """While Telex composes a syllable, Enter belongs to it."""
    page = visit()
    page.fill("#text", "me")

    page.locator("#text").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    page.press("#text", "Shift+Enter")

    expect(page.locator(".from-citizen")).to_have_count(0)
    assert page.input_value("#text") == "me\n"


def test_too_long_message_is_counted_and_kept(visit: Visit) -> None:
    """The field says how much is too much, and loses nothing."""
    page = visit()
    page.fill("#text", "ă" * 4010)

    expect(page.locator("#count")).to_have_text("dài hơn 10 ký tự, anh/chị rút gọn giúp mình")
    page.get_by_role("button", name="Gửi").tap()
    expect(page.locator("#problem")).to_contain_text("Tin nhắn dài quá")
    assert page.input_value("#text") == "ă" * 4010


def test_two_windows_show_one_conversation(visit: Visit, service: Service) -> None:
    """What is said in one window comes to the other; leaving in one leaves in both."""
    page = visit()
    say(page, "chào")
    other = page.context.new_page()
    other.goto(service.url)

    say(page, "mẹ tôi 76 tuổi")
    expect(other.locator(".from-citizen .typed")).to_have_text(["chào", "mẹ tôi 76 tuổi"])
    expect(other.locator(".choice")).to_have_count(3)
    page.bring_to_front()
    press_in_menu(page, "leave")
    expect(page.locator("#flash")).to_contain_text("Đã kết thúc")
    expect(other.locator(".from-citizen")).to_have_count(0)


def test_erasing_empties_the_page(visit: Visit, service: Service) -> None:
    """Deletion is asked once more, named, and leaves nothing to see."""
    page = visit()
    say(page, "chào")

    press_in_menu(page, "erase")

    expect(page.locator("#flash")).to_contain_text("đang được xóa")
    expect(page.locator(".msg")).to_have_count(0)
    wait_for(lambda: not service.conversations.entries)


def test_erasing_by_words_clears_the_screen(visit: Visit, service: Service) -> None:
    """Words that were deleted do not stay on an open page; what confirms it does."""
    page = visit()
    say(page, "chào")

    page.fill("#text", "xóa dữ liệu")
    page.press("#text", "Enter")

    expect(page.locator(".msg .bubble")).to_have_text(["Mình đã xóa."])
    expect(page.locator("#flash")).to_contain_text("Đã xóa hết")
    assert page.evaluate("() => localStorage.length") == 0


def test_erasing_as_the_first_word_leaves_the_confirmation_only(visit: Visit) -> None:
    """A message of which no line is kept goes from the page too."""
    page = visit()

    say(page, "xóa dữ liệu")

    expect(page.locator(".msg .bubble")).to_have_text(["Mình đã xóa."])
    expect(page.locator("#typing")).to_be_hidden()


def test_erasing_that_overtakes_its_acknowledgement_leaves_nothing(visit: Visit) -> None:
    """The confirmation may be there before the phone hears that the wish was received."""
    page = visit()

    def delay(route: Route) -> None:
        response = route.fetch()
        page.locator(".from-assistant").wait_for()
        with suppress(Error):  # the page may be gone by now
            route.fulfill(response=response)

    page.route("**/web/messages", delay)
    say(page, "xóa dữ liệu")

    expect(page.locator(".msg .bubble")).to_have_text(["Mình đã xóa."])


def press_in_menu(page: Page, act: str) -> None:
    page.locator("#menu > summary").tap()
    form = page.locator(f'form[action="/web/{act}"]')
    page.locator(".act summary").nth(0 if act == "leave" else 1).tap()
    form.get_by_role("button").tap()
