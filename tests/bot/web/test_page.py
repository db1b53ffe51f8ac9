"""The page as a browser without scripts gets it."""

from __future__ import annotations

import re

import pytest

from bot.channels.web import EmbedOriginError, WebConfig
from bot.messages import MessageKind
from tests.bot.web.conftest import Browser, visit
from tests.bot.web.memory import Conversations


async def test_first_contact_says_what_it_is(browser: Browser) -> None:
    """Whose automatic assistant, three examples, no consent needed, how to delete, how to reach a person."""
    page = await browser.open()

    for words in ("trợ lý tự động", "không cần đồng ý", "xóa dữ liệu", "gặp cán bộ"):
        assert words in page
    assert page.count('class="example"') == 3


async def test_form_without_script_is_answered(browser: Browser) -> None:
    """An old phone without scripts sends the form and sees the reply."""
    page = await browser.open()

    response = await browser.submit("/web/form", page, text="mẹ tôi 76 tuổi")
    shown = await browser.open()

    assert (response.status_code, response.headers["location"]) == (303, "/#latest")
    assert "Đã nghe: mẹ tôi 76 tuổi" in shown
    assert 'class="example"' not in shown


async def test_form_sent_twice_is_stored_once(browser: Browser) -> None:
    """A second press on a slow phone is the same message."""
    page = await browser.open()

    for _ in range(2):
        await browser.submit("/web/form", page, text="chào")

    assert len(browser.conversations.accepted) == 1


async def test_choice_of_a_form_is_taken(browser: Browser) -> None:
    """Buttons work without scripts, and only those of the last question are shown."""
    page = await browser.open()
    await browser.submit("/web/form", page, text="có lương hưu không?")
    page = await browser.open()
    (first, _) = re.findall(r'name="choice" value="([^"]+)"', page)

    await browser.submit("/web/form", page, choice=first)
    after = await browser.open()

    assert '<p class="typed">Có</p>' in after
    assert 'name="choice"' not in after


async def test_mistake_keeps_what_was_typed(browser: Browser) -> None:
    """Nobody types a long message twice because it was too long."""
    page = await browser.open()

    response = await browser.submit("/web/form", page, text="ă" * 4001)

    assert response.status_code == 422
    assert "ă" * 4001 + "</textarea>" in response.text
    assert "Tin nhắn dài quá" in response.text


@pytest.mark.parametrize("path", ["/web/form", "/web/leave", "/web/erase"])
async def test_foreign_form_is_refused(browser: Browser, path: str) -> None:
    """A form of another site carries no token of this session."""
    await browser.open()

    response = await browser.client.post(path, data={"token": "x" * 24, "id": "message-1", "text": "a"})

    assert response.status_code == 403
    assert "tải lại trang" in response.text
    assert not browser.conversations.accepted


async def test_leaving_opens_a_new_conversation(browser: Browser) -> None:
    """On a shared computer the next person sees nothing of the last."""
    page = await browser.open()
    await browser.submit("/web/form", page, text="chào")

    response = await browser.submit("/web/leave", await browser.open())
    after = (await browser.client.get(response.headers["location"])).text

    assert "Đã kết thúc" in after
    assert "Đã nghe" not in after


async def test_erasing_asks_for_deletion_and_leaves(browser: Browser) -> None:
    """Deletion goes through the same inbox as every message, so it is never lost."""
    page = await browser.open()
    await browser.submit("/web/form", page, text="chào")

    response = await browser.submit("/web/erase", await browser.open())

    assert list(browser.conversations.accepted.values())[-1].kind is MessageKind.WITHDRAWN
    assert response.headers["location"] == "/?notice=erased"
    assert "ansinh_web" not in browser.client.cookies


async def test_words_of_a_citizen_are_never_markup(browser: Browser) -> None:
    """What is typed is shown as typed, in the page and in the data beside it."""
    page = await browser.open()
    nasty = "</script><script>alert(1)</script><img src=x onerror=alert(1)> **đậm**"

    await browser.submit("/web/form", page, text=nasty)
    shown = await browser.open()

    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;/script&gt;" in shown


async def test_page_allows_nothing_from_elsewhere(browser: Browser) -> None:
    """No inline script, no other host, no frame that was not allowed."""
    response = await browser.client.get("/")

    policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert policy.endswith("frame-ancestors 'self'")
    assert response.headers["x-frame-options"] == "SAMEORIGIN"
    assert response.headers["cache-control"] == "no-store"
    assert not re.findall(r"<script(?![^>]*(?:src=|application/json))|\son\w+=|style=", response.text)


async def test_allowed_site_may_embed(conversations: Conversations) -> None:
    """An authority's page shows the chat in a frame; its cookie is kept apart for that page."""
    config = WebConfig(key=b"k", embed_origins=("https://ubnd.example.gov.vn",), public_url="https://chat.test")
    async with visit(conversations, config) as client:
        headers = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
        response = await client.get("/", headers=headers)

    cookie = response.headers["set-cookie"]
    assert "frame-ancestors 'self' https://ubnd.example.gov.vn" in response.headers["content-security-policy"]
    assert "x-frame-options" not in response.headers
    assert cookie.startswith("__Host-ansinh-embed=")
    assert cookie.endswith("HttpOnly; Secure; SameSite=None; Partitioned")


async def test_frame_nobody_allowed_gets_no_session(browser: Browser) -> None:
    """A site that frames the page without leave cannot change who the citizen is."""
    response = await browser.client.get("/", headers={"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"})

    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "origin",
    ["ubnd.example.gov.vn", "https://a.vn/path", "https://a.vn; script-src *", "javascript:x", "https://u@a.vn"],
)
def test_embedding_site_must_be_an_origin(origin: str) -> None:
    """A slip in the settings is told at start, and cannot loosen the policy."""
    with pytest.raises(EmbedOriginError):
        WebConfig(key=b"k", embed_origins=(origin,))


async def test_start_is_told_until_the_dialogue_answers(browser: Browser) -> None:
    """While the engine warms up the page says so instead of keeping silent."""
    browser.conversations.is_ready = False
    page = await browser.open()
    status = (await browser.client.get("/web/status", headers=browser.headers)).json()

    assert 'id="starting"><' in page
    assert status == {"ready": False, "session": "same"}


async def test_authority_and_hotline_are_named(conversations: Conversations) -> None:
    """Whose assistant it is and whom to call come from the settings."""
    config = WebConfig(key=b"k", operator="UBND phường Bến Nghé", hotline="1022")
    async with visit(conversations, config) as client:
        page = (await client.get("/")).text

    assert "của UBND phường Bến Nghé" in page
    assert "gọi 1022" in page


async def test_everybody_is_led_to_how_exact_the_answers_are(conversations: Conversations) -> None:
    """In the menu and in the small print, where the service has such a page; nowhere where it has none."""
    async with visit(conversations, WebConfig(key=b"k", accuracy_path="/chinh-xac/")) as client:
        page = (await client.get("/")).text
    async with visit(conversations, WebConfig(key=b"k")) as client:
        without = (await client.get("/")).text

    assert page.count('href="/chinh-xac/" target="_blank" rel="noopener"') == 2
    assert "chinh-xac" not in without


async def test_home_page_proves_to_zalo_whose_it_is(conversations: Conversations) -> None:
    """Zalo takes a tag of the home page where the file cannot be placed."""
    async with visit(conversations, WebConfig(key=b"k", site_verification='AbC"123')) as client:
        page = (await client.get("/")).text
    async with visit(conversations, WebConfig(key=b"k")) as client:
        without = (await client.get("/")).text

    assert '<meta name="zalo-platform-site-verification" content="AbC&#34;123">' in page
    assert "zalo-platform" not in without
