"""Sessions nobody can plant, guess, or read out of the database."""

from __future__ import annotations

from http.cookies import SimpleCookie

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web import WebConfig
from bot.channels.web.sessions import PLAIN, SECURE, Sessions

CONFIG = WebConfig(key=b"a key for tests", public_url="https://chat.example.vn")


def request(*, cookies: str = "", scheme: str = "http", host: str = "chat.test") -> Request:
    headers = [(b"host", host.encode()), (b"cookie", cookies.encode())]
    return Request({"type": "http", "scheme": scheme, "path": "/", "query_string": b"", "headers": headers})


def cookie_given(sessions: Sessions, asked: Request) -> str:
    response = Response()
    sessions.remember(response, sessions.open(), asked)
    return response.headers["set-cookie"]


def test_session_is_known_again_by_its_cookie() -> None:
    """The same browser comes back to the same conversation, after a restart too."""
    opened = Sessions(CONFIG).open()

    known = Sessions(CONFIG).of(request(cookies=f"{PLAIN}={opened.token}"))

    assert known is not None
    assert known.conversation_id == opened.conversation_id
    assert not known.is_new


def test_planted_session_is_not_taken() -> None:
    """An id that was not signed here opens nothing, so nobody can make a victim use theirs."""
    sessions = Sessions(CONFIG)
    forged = f"{sessions.open().token.partition('.')[0]}.{'A' * 24}"

    for token in (forged, "abc", "", ".", "abc.", "đ.đ"):
        assert sessions.of(request(cookies=f"{PLAIN}={token}")) is None


def test_conversation_id_does_not_open_the_session() -> None:
    """Who reads the database learns pseudonyms, not cookies; another key gives other pseudonyms."""
    opened = Sessions(CONFIG).open()
    other = Sessions(WebConfig(key=b"another key"))

    assert opened.conversation_id not in opened.token
    assert Sessions(CONFIG).of(request(cookies=f"{PLAIN}={opened.conversation_id}")) is None
    assert other.of(request(cookies=f"{PLAIN}={opened.token}")) is None


def test_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites() -> None:
    """HttpOnly and SameSite always; tied to this very host where the connection is encrypted."""
    sessions = Sessions(CONFIG)

    plain = cookie_given(sessions, request())
    encrypted = cookie_given(sessions, request(scheme="https"))
    behind_proxy = cookie_given(sessions, request(host="chat.example.vn"))

    assert "HttpOnly; SameSite=Lax" in plain
    assert "Secure" not in plain
    for cookie in (encrypted, behind_proxy):
        assert cookie.startswith(f"{SECURE}=")
        assert cookie.endswith("; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax")


def test_every_cookie_shown_is_taken_back() -> None:
    """After leaving, no form of the session is left in the browser."""
    sessions, response = Sessions(CONFIG), Response()

    sessions.forget(response, request(cookies=f"{PLAIN}=a; {SECURE}=b"))

    gone = SimpleCookie("; ".join(response.headers.getlist("set-cookie")))
    assert {name: morsel["max-age"] for name, morsel in gone.items()} == {PLAIN: "0", SECURE: "0"}
