"""Signing in: passwords, the second factor, first password, sessions, lock-out."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from tests.console.desk import PASSWORD, Client, ConsoleUnderTest, token_in

COOKIE = "ansinh-console"


def sign_in(client: Client, name: str, password: str = PASSWORD):
    token = token_in(client.see("/sign-in").text)
    return client.post("/console/sign-in", data={"csrf": token, "name": name, "password": password})


def test_a_staff_member_signs_in_and_reaches_a_page(desk: ConsoleUnderTest) -> None:
    """The shortest way: name and password, for a role that needs no second factor."""
    desk.add_user("lan", "staff")
    client = desk.client()

    answer = sign_in(client, "Lan")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")
    assert client.see("/account").status_code == 200
    assert desk.audited()[0].action == "sign_in"


def test_an_unknown_name_is_answered_like_a_wrong_password(desk: ConsoleUnderTest) -> None:
    """Nobody learns from the page who has an account."""
    desk.add_user("lan", "staff")

    wrong = sign_in(desk.client(), "lan", "something else")
    unknown = sign_in(desk.client(), "mai", "something else")

    assert wrong.status_code == unknown.status_code == 422
    hide = lambda page: page.text.replace(token_in(page.text), "").replace("mai", "lan")  # noqa: E731
    assert hide(wrong) == hide(unknown)


@pytest.mark.parametrize("name", ["lan", "nobody"])
def test_guessing_is_slowed_down_for_every_name(desk: ConsoleUnderTest, name: str) -> None:
    """After a few failures one waits, the right password included; a name nobody bears is no different."""
    desk.add_user("lan", "staff")
    client = desk.client()

    answers = [sign_in(client, name, "wrong") for _ in range(6)]

    assert [a.status_code for a in answers][:4] == [422] * 4
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert sign_in(client, name).status_code == 429
    desk.clock.ahead = timedelta(minutes=31)
    assert sign_in(client, name).status_code == (303 if name == "lan" else 429)


def test_the_first_password_must_be_changed(desk: ConsoleUnderTest) -> None:
    """A password somebody else has seen opens nothing but the page that replaces it."""
    _, once = desk.console.state.gate.accounts.add("lan", "Lan", ["staff"], by="test")
    client = desk.client()

    assert sign_in(client, "lan", once).headers["location"] == "/console/sign-in/password"
    assert client.see("/account").headers["location"] == "/console/sign-in/password"
    page = client.see("/sign-in/password").text
    same = client.post("/console/sign-in/password", data={"csrf": token_in(page), "password": once, "again": once})
    assert same.status_code == 422
    done = client.post(
        "/console/sign-in/password", data={"csrf": token_in(page), "password": PASSWORD, "again": PASSWORD}
    )

    assert done.status_code == 303
    assert client.see("/account").status_code == 200


@pytest.mark.parametrize(
    ("password", "why"),
    [("ngắn", "password_short"), ("lanlanlanlanlan", "password_guessable"), ("matkhau123456", "password_guessable")],
)
def test_a_guessable_password_is_refused(desk: ConsoleUnderTest, password: str, why: str) -> None:
    """Length first; nothing that a list of guesses begins with."""
    _, once = desk.console.state.gate.accounts.add("lan", "Lan", ["staff"], by="test")
    client = desk.client()
    sign_in(client, "lan", once)
    token = token_in(client.see("/sign-in/password").text)

    page = client.post("/console/sign-in/password", data={"csrf": token, "password": password, "again": password})

    assert page.status_code == 422
    assert desk.console.state.gate.pages.texts(f"base.form_errors.{why}") in page.text


def test_an_admin_sets_up_a_second_factor_and_is_asked_for_it(desk: ConsoleUnderTest) -> None:
    """Roles that change things need the telephone too; each code counts once, a recovery code as well."""
    desk.add_user("ha", "admin")
    client = desk.client()
    assert sign_in(client, "ha").headers["location"] == "/console/sign-in/enrol"
    page = client.see("/sign-in/enrol").text
    secret = page.partition('<code class="secret">')[2].partition("</code>")[0].replace(" ", "")
    now = desk.clock.now()
    code = pyotp.TOTP(secret).at(now)

    shown = client.post("/console/sign-in/enrol", data={"csrf": token_in(page), "code": code})

    assert shown.status_code == 200
    recovery = shown.text.partition("<li><code>")[2].partition("<")[0]
    assert client.see("/users").status_code == 200
    again = desk.client()
    assert sign_in(again, "ha").headers["location"] == "/console/sign-in/code"
    assert again.see("/users").headers["location"] == "/console/sign-in/code"
    token = token_in(again.see("/sign-in/code").text)
    used = again.post("/console/sign-in/code", data={"csrf": token, "code": code})
    assert used.status_code == 422
    by_recovery = again.post("/console/sign-in/code", data={"csrf": token, "code": recovery.upper()})
    assert by_recovery.status_code == 303
    assert again.see("/users").status_code == 200
    third = desk.client()
    sign_in(third, "ha")
    token = token_in(third.see("/sign-in/code").text)
    assert third.post("/console/sign-in/code", data={"csrf": token, "code": recovery}).status_code == 422


def test_a_session_handed_in_before_signing_in_is_not_taken_over(desk: ConsoleUnderTest) -> None:
    """Session fixation: whatever the browser brings, signing in gives a token the attacker does not know."""
    desk.add_user("lan", "staff")
    client = desk.client()
    client.cookies.set(COOKIE, "known-to-the-attacker", domain="localhost.local")

    sign_in(client, "lan")

    assert "known-to-the-attacker" not in [cookie.value for cookie in client.cookies.jar if cookie.path == "/console"]
    stranger = desk.client()
    stranger.cookies.set(COOKIE, "known-to-the-attacker")
    assert stranger.see("/account").status_code == 303


def test_each_step_gives_a_new_token(desk: ConsoleUnderTest) -> None:
    """The token of the first step is worth nothing once the second is done."""
    _, once = desk.console.state.gate.accounts.add("lan", "Lan", ["staff"], by="test")
    client = desk.client()
    sign_in(client, "lan", once)
    first = client.cookies[COOKIE]
    token = token_in(client.see("/sign-in/password").text)
    client.post("/console/sign-in/password", data={"csrf": token, "password": PASSWORD, "again": PASSWORD})

    assert client.cookies[COOKIE] != first
    old = desk.client()
    old.cookies.set(COOKIE, first)
    assert old.see("/account").headers["location"].startswith("/console/sign-in?")


@pytest.mark.parametrize("later", [timedelta(minutes=31), timedelta(hours=11)])
def test_a_session_ends_by_time(desk: ConsoleUnderTest, later: timedelta) -> None:
    """Idle for half an hour, or ten hours after signing in."""
    client = desk.signed_in("staff")
    assert client.see("/account").status_code == 200

    desk.clock.ahead = later

    assert client.see("/account").headers["location"] == "/console/sign-in?next=/account"


def test_signing_out_ends_the_session_on_the_server(desk: ConsoleUnderTest) -> None:
    """The token is worth nothing afterwards, even where somebody copied it."""
    client = desk.signed_in("staff")
    token = client.cookies[COOKIE]

    client.submit("/sign-out")

    thief = desk.client()
    thief.cookies.set(COOKIE, token)
    assert thief.see("/account").status_code == 303


def test_a_closed_account_is_out_at_once(desk: ConsoleUnderTest) -> None:
    """Closing an account ends what is open, and its password opens nothing."""
    client = desk.signed_in("staff")
    admin = desk.signed_in("admin")

    admin.submit("/users/staff/disable", {"typed_name": "staff"})

    assert client.see("/account").status_code == 303
    assert sign_in(desk.client(), "staff").status_code == 422


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nX: y"])
def test_signing_in_leads_to_no_other_host(desk: ConsoleUnderTest, onward: str) -> None:
    """An address in a link must not send the person to a page that only looks like ours."""
    desk.add_user("lan", "staff")
    client = desk.client()
    token = token_in(client.see("/sign-in").text)

    answer = client.post("/console/sign-in", data={"csrf": token, "name": "lan", "password": PASSWORD, "next": onward})

    assert answer.headers["location"] == "/console/"


def test_plain_http_from_another_machine_is_refused(desk: ConsoleUnderTest) -> None:
    """A password typed there would travel readable."""
    client = desk.client()

    answer = client.get("/console/sign-in", headers={"Host": "console.example.vn"})

    assert answer.status_code == 403
    assert "https" in answer.text


def test_a_password_left_open_on_the_desk_is_not_guessed(desk: ConsoleUnderTest) -> None:
    """Whoever finds an open session cannot try passwords at the account page without end."""
    client = desk.signed_in("staff")
    form = {"password": "bốn từ chẳng liên quan", "again": "bốn từ chẳng liên quan"}

    answers = [client.submit("/account/password", {**form, "current": "sai"}) for _ in range(6)]
    right = client.submit("/account/password", {**form, "current": PASSWORD})

    assert [answer.status_code for answer in [*answers, right]] == [422] * 7
    assert "giây" in right.text


def test_over_https_cookies_belong_to_this_host_alone(desk: ConsoleUnderTest) -> None:
    """A neighbouring host can neither read nor plant them."""
    answer = desk.client().get("https://localhost/console/sign-in")

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"))
