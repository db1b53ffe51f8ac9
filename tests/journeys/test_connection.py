"""Nothing is lost: bad networks, restarts, reloads, lost acknowledgements."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import Error, Route, expect

from tests.journeys.conftest import Visit, say
from tests.journeys.service import Service, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_message_written_without_network_is_sent_later(visit: Visit, service: Service) -> None:
    """In a tunnel the message waits; out of it, it goes by itself, once."""
    page = visit()
    say(page, "chào")
    page.context.set_offline(True)
    page.fill("#text", "mẹ tôi 76 tuổi")
    page.press("#text", "Enter")

    expect(page.locator(".msg.waiting .status")).to_have_text("Chưa gửi được, sẽ tự gửi lại")
    expect(page.locator("#lost")).to_contain_text("Máy đang mất mạng")
    page.context.set_offline(False)

    expect(page.locator(".from-assistant").last).to_contain_text("540.000 đ/tháng")
    expect(page.locator("#lost")).to_be_hidden()
    assert len(service.conversations.accepted) == 2


def test_unsent_message_survives_closing_the_page(visit: Visit, service: Service) -> None:
    """A phone that kills the page does not kill the question."""
    page = visit()
    say(page, "chào")
    service.conversations.broken = True
    page.fill("#text", "mẹ tôi 76 tuổi")
    page.press("#text", "Enter")
    page.locator(".msg.waiting").wait_for()
    page.close()

    service.conversations.broken = False
    again = page.context.new_page()
    again.goto(service.url)

    expect(again.locator(".from-assistant").last).to_contain_text("540.000 đ/tháng")
    expect(again.locator(".from-citizen .typed")).to_have_text(["chào", "mẹ tôi 76 tuổi"])
    assert again.evaluate("() => localStorage.length") == 0


def test_message_in_work_survives_a_reload(visit: Visit, service: Service) -> None:
    """Acknowledged but not answered yet: the words stay on the page, and the waiting too."""
    page = visit()
    service.conversations.delay = 2
    page.fill("#text", "mẹ tôi 76 tuổi")
    page.press("#text", "Enter")
    expect(page.locator(".status")).to_have_text("Đã gửi")

    page.reload()

    expect(page.locator(".from-citizen .typed")).to_have_text(["mẹ tôi 76 tuổi"])
    expect(page.locator("#typing")).to_be_visible()
    expect(page.locator(".from-assistant")).to_contain_text("540.000 đ/tháng")
    expect(page.locator(".from-citizen .typed")).to_have_text(["mẹ tôi 76 tuổi"])


def test_lost_acknowledgement_stores_once(visit: Visit, service: Service) -> None:
    """The service took it and the phone never heard: the same message goes again under the same id."""
    page = visit()
    lost: list[str] = []

    def lose_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.continue_()

    page.route("**/web/messages", lose_first)
    say(page, "mẹ tôi 76 tuổi")
    page.wait_for_timeout(1500)

    assert lost
    assert len(service.conversations.accepted) == 1
    expect(page.locator(".from-citizen .typed")).to_have_count(1)
    assert page.evaluate("() => localStorage.length") == 0


def test_answer_that_overtakes_its_acknowledgement_offers_its_choices(visit: Visit) -> None:
    """On a slow network the stream may be faster than the response to the message it answers."""
    page = visit()

    def delay(route: Route) -> None:
        response = route.fetch()
        page.locator(".from-assistant").wait_for()
        with suppress(Error):  # the page may be gone by now
            route.fulfill(response=response)

    page.route("**/web/messages", delay)
    say(page, "mẹ tôi 76 tuổi")

    expect(page.locator(".choice")).to_have_count(3)


def test_page_comes_back_after_a_restart_of_the_service(visit: Visit, service: Service) -> None:
    """While the service restarts the page says it is reconnecting; then it gets what it missed."""
    page = visit()
    say(page, "chào")
    service.stop()
    expect(page.locator("#lost")).to_contain_text("Đang nối lại…")

    service.start()
    service.say("Trong lúc mất kết nối.")

    expect(page.locator(".from-assistant .bubble").last).to_have_text("Trong lúc mất kết nối.", timeout=15000)
    expect(page.locator("#lost")).to_be_hidden()
    expect(page.locator(".from-assistant")).to_have_count(2)


def test_answers_come_where_streams_are_blocked(visit: Visit) -> None:
    """Behind a proxy that allows no stream the page asks every few seconds."""
    page = visit(wait=False)
    page.route("**/web/events*", lambda route: route.abort())
    page.reload()
    page.fill("#text", "mẹ tôi 76 tuổi")
    page.press("#text", "Enter")

    expect(page.locator(".from-assistant")).to_contain_text("540.000 đ/tháng", timeout=20000)
    expect(page.locator("#lost")).to_be_hidden()


def test_starting_assistant_is_announced_and_answers_later(visit: Visit, service: Service) -> None:
    """While the engine warms up one may already ask; the answer comes when it is ready."""
    service.conversations.is_ready = False
    page = visit()
    expect(page.locator("#starting")).to_contain_text("Trợ lý đang khởi động")
    page.fill("#text", "mẹ tôi 76 tuổi")
    page.press("#text", "Enter")
    expect(page.locator(".status")).to_have_text("Đã gửi")

    service.conversations.is_ready = True

    expect(page.locator("#starting")).to_be_hidden(timeout=10000)
    expect(page.locator(".from-assistant")).to_contain_text("540.000 đ/tháng")


def test_expired_session_opens_a_new_one_and_sends(visit: Visit, service: Service) -> None:
    """After a month away the cookie is gone; what was written is sent all the same."""
    page = visit()
    say(page, "chào")
    page.context.clear_cookies()

    page.fill("#text", "mẹ tôi 76 tuổi")
    page.press("#text", "Enter")

    expect(page.locator(".from-assistant")).to_contain_text("540.000 đ/tháng", timeout=15000)


def test_refused_message_can_be_mended(visit: Visit) -> None:
    """What the service will never take is given back to be changed, with the reason."""
    page = visit()
    refusal = {"status": 422, "content_type": "application/json", "body": '{"error": "too_long"}'}
    page.route("**/web/messages", lambda route: route.fulfill(**refusal))
    page.fill("#text", "chào")
    page.press("#text", "Enter")

    expect(page.locator(".msg.failed .status")).to_have_text("Chưa gửi được")
    expect(page.locator("#problem")).to_contain_text("Tin nhắn dài quá")
    page.unroute("**/web/messages")
    page.get_by_role("button", name="Sửa lại").tap()

    assert page.input_value("#text") == "chào"
    expect(page.locator(".from-citizen")).to_have_count(0)


def test_draft_survives_a_reload(visit: Visit) -> None:
    """What was typed and not sent is still there."""
    page = visit()
    page.fill("#text", "mẹ tôi năm nay")

    page.reload()

    expect(page.locator("#text")).to_have_value("mẹ tôi năm nay")


def test_burst_of_messages_is_sent_in_order(visit: Visit, service: Service) -> None:
    """Nine in a row are more than allowed at once: they slow down, and keep their order."""
    page = visit()
    for number in range(9):
        page.fill("#text", f"tin {number}")
        page.press("#text", "Enter")

    wait_for(lambda: len(service.conversations.accepted) == 9, seconds=30)
    assert [m.text for m in service.conversations.accepted.values()] == [f"tin {n}" for n in range(9)]
    expect(page.locator(".from-citizen .typed")).to_have_text([f"tin {n}" for n in range(9)])
