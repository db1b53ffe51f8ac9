"""What the page's script sends and reads."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.web import WebConfig
from bot.messages import Author, MessageKind
from tests.bot.web.conftest import Browser, visit
from tests.bot.web.memory import Conversations


async def settled(browser: Browser) -> None:
    while any(browser.conversations._waiting.values()):
        await asyncio.sleep(0)


async def test_message_is_stored_and_its_reply_read(browser: Browser) -> None:
    """The way of every message: acknowledged at once, answered through the transcript."""
    await browser.open()

    response = await browser.send("mẹ tôi 76 tuổi")
    await settled(browser)
    news = await browser.news()

    assert response.status_code == 202
    assert [(m["author"], m.get("text")) for m in news["messages"]] == [
        ("citizen", "mẹ tôi 76 tuổi"),
        ("assistant", None),
    ]
    assert news["messages"][1]["shown"] == [{"kind": "para", "lines": [[{"t": "Đã nghe: mẹ tôi 76 tuổi"}]]}]
    assert news["pending"] == 0


async def test_resent_message_is_stored_once(browser: Browser) -> None:
    """A phone that heard no answer sends again; the citizen has still said it once."""
    await browser.open()

    first = await browser.send("chào", "same-id-1")
    again = await browser.send("chào", "same-id-1")

    assert (first.json()["kept"], again.json()["kept"]) == ("stored", "duplicate")
    assert len(browser.conversations.accepted) == 1


async def test_same_id_in_two_conversations_is_two_messages(conversations: Conversations, config: WebConfig) -> None:
    """Ids are made by browsers; one browser cannot take another's message away."""
    async with visit(conversations, config) as one, visit(conversations, config) as other:
        for client in (one, other):
            browser = Browser(client, conversations)
            await browser.open()
            await browser.send("chào", "same-id-1")

    assert len(conversations.accepted) == 2


async def test_choice_is_sent_by_its_token(browser: Browser) -> None:
    """What a button means stays on the server; the page only names which one was pressed."""
    await browser.open()
    await browser.send("có lương hưu không?")
    await settled(browser)
    token = (await browser.news())["messages"][1]["choices"][0]["token"]

    await browser.send("", "choice-id-1", choice=token)
    await settled(browser)

    message = list(browser.conversations.accepted.values())[-1]
    assert (message.kind, message.text) == (MessageKind.CHOICE, token)
    assert (await browser.news())["messages"][2]["text"] == "Có"


async def test_text_is_kept_in_nfc_without_what_cannot_be_seen(browser: Browser) -> None:
    """Decomposed letters and hidden control characters would break matching and mislead who reads."""
    await browser.open()

    await browser.send("  me\u0323 to\u0302i\u202e\x00\r\nhai dòng  ")

    (message,) = browser.conversations.accepted.values()
    assert message.text == "mẹ tôi\nhai dòng"


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"not json", 400, "malformed"),
        (b"[]", 400, "malformed"),
        (b'{"id": 5, "text": "a"}', 400, "malformed"),
        (b'{"id": "short", "text": "a"}', 400, "malformed"),
        (b'{"id": "message-1", "text": "  "}', 422, "empty"),
        (b'{"id": "message-1", "choice": "a b"}', 400, "no_such_choice"),
        (b'{"id": "message-1", "text": "\xff"}', 400, "malformed"),
        ('{"id": "message-1", "text": "%s"}' % ("ă" * 4001), 422, "too_long"),
        ('{"id": "message-1", "text": "%s"}' % ("a" * 70_000), 413, "too_long"),
    ],
)
async def test_what_the_page_could_not_have_sent_is_refused(
    browser: Browser, body: bytes, status: int, error: str
) -> None:
    """Refused with a reason the page has words for; nothing is stored."""
    await browser.open()

    response = await browser.client.post("/web/messages", content=body, headers=browser.headers)

    assert (response.status_code, response.json()) == (status, {"error": error})
    assert not browser.conversations.accepted


async def test_longest_message_is_counted_in_letters(browser: Browser) -> None:
    """4,000 Vietnamese letters are 8,000 bytes and still one message."""
    await browser.open()

    assert (await browser.send("ă" * 4000)).status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Ansinh": "1", "Sec-Fetch-Site": "cross-site"},
        {"X-Ansinh": "1", "Sec-Fetch-Site": "same-site"},
        {"X-Ansinh": "1", "Origin": "https://elsewhere.example"},
        {"X-Ansinh": "1", "Origin": "null"},
    ],
)
async def test_other_sites_cannot_write(browser: Browser, headers: dict[str, str]) -> None:
    """A page elsewhere that makes a citizen's browser send something is refused."""
    await browser.open()
    browser.headers = {**headers, **({"X-Ansinh": browser.headers["X-Ansinh"]} if "X-Ansinh" in headers else {})}

    assert (await browser.send("chào")).status_code == 403
    assert not browser.conversations.accepted


async def test_page_of_another_session_is_told_so(conversations: Conversations, config: WebConfig) -> None:
    """Two first pages opened at once: the one whose cookie was replaced must not write where it does not read."""
    async with visit(conversations, config) as client:
        first, second = Browser(client, conversations), Browser(client, conversations)
        await first.open()
        client.cookies.clear()
        await second.open()

        refused, stored = await first.send("chào"), await second.send("chào")
        status = (await client.get("/web/status", headers=first.headers)).json()

    assert (refused.status_code, stored.status_code, status["session"]) == (409, 202, "other")


async def test_request_without_session_is_refused(browser: Browser) -> None:
    """Only a page that was opened gets a conversation."""
    assert (await browser.send("chào")).status_code == 401


async def test_too_many_messages_wait(conversations: Conversations) -> None:
    """One session cannot flood the dialogue, and hears when it may go on."""
    moment = [100.0]
    config = WebConfig(key=b"k", messages_per_minute=60, messages_burst=2)
    async with visit(conversations, config, now=lambda: moment[0]) as client:
        browser = Browser(client, conversations)
        await browser.open()

        answers = [await browser.send("a", f"message-{i}") for i in range(3)]
        moment[0] += float(answers[-1].headers["Retry-After"])
        later = await browser.send("a", "message-9")

    assert [a.status_code for a in answers] == [202, 202, 429]
    assert later.status_code == 202


async def test_new_sessions_do_not_escape_the_limit(conversations: Conversations) -> None:
    """Who throws the cookie away for each message is still one address."""
    config = WebConfig(key=b"k", messages_burst=1, address_factor=2)
    statuses = []
    async with visit(conversations, config) as client:
        for _ in range(3):
            client.cookies.clear()
            browser = Browser(client, conversations)
            await browser.open()
            statuses.append((await browser.send("a")).status_code)

    assert statuses == [202, 202, 429]


async def test_message_that_could_not_be_stored_is_not_acknowledged(browser: Browser) -> None:
    """The page keeps what the service could not, and sends it again."""
    await browser.open()
    browser.conversations.broken = True

    response = await browser.send("chào")

    assert (response.status_code, response.json()) == (503, {"error": "broken"})
    assert int(response.headers["Retry-After"]) > 0


async def test_confirmation_of_erasing_comes_with_it(browser: Browser) -> None:
    """Where one line was said after deleting, the page clears the rest and shows that line."""
    await browser.open()
    await browser.send("chào")
    await settled(browser)
    last = (await browser.news())["after"]
    (conversation,) = browser.conversations.entries
    browser.conversations.erase(conversation)
    browser.conversations.say(conversation, Author.BOT, "Đã xóa.")

    news = await browser.news(last)

    assert news["erased"] is True
    assert [entry["author"] for entry in news["messages"]] == ["assistant"]


async def test_erased_conversation_is_told(browser: Browser) -> None:
    """A page that still shows deleted words is told to clear them."""
    await browser.open()
    await browser.send("chào")
    await settled(browser)
    last = (await browser.news())["after"]
    (conversation,) = browser.conversations.entries

    browser.conversations.erase(conversation)
    news = await browser.news(last)

    assert news == {"messages": [], "after": 0, "pending": 0, "erased": True}


@pytest.mark.parametrize("after", ["-1", "abc", "9" * 30, "1e3", "²"])
async def test_unreadable_position_is_refused(browser: Browser, after: str) -> None:
    """A position is a number the page was given; anything else is answered, never a fault."""
    await browser.open()

    response = await browser.client.get("/web/messages", params={"after": after}, headers=browser.headers)

    assert response.status_code == 400


async def test_officer_and_assistant_are_told_apart(browser: Browser) -> None:
    """Who answers is always said: a person is never taken for the assistant, nor the other way round."""
    await browser.open()
    await browser.send("gặp cán bộ")
    await settled(browser)
    (conversation,) = browser.conversations.entries

    browser.conversations.say(conversation, Author.STAFF, "Chào anh/chị")

    assert [m["author"] for m in (await browser.news())["messages"]] == ["citizen", "assistant", "officer"]
