"""The gate: permissions of every route for every role, form tokens, origins, headers."""

from __future__ import annotations

import re

import pytest

from console.app import _require_guards
from console.errors import UnguardedRoute
from console.routing import OPEN, GuardedRoute
from console.security.permissions import Permission, Role, permissions_of
from tests.console.desk import Client, ConsoleUnderTest

OPEN_PATHS = {
    "/sign-in",
    "/sign-in/code",
    "/sign-in/password",
    "/sign-in/enrol",
    "/sign-out",
    "/static/{version}/{name}",
}


def routes_of(desk: ConsoleUnderTest) -> list[GuardedRoute]:
    return [route for route in desk.console.routes if isinstance(route, GuardedRoute)]


def ask(client: Client, route: GuardedRoute) -> int:
    path = re.sub(r"\{[^}]+\}", "1", route.path)
    if "GET" in (route.methods or ()):
        return client.see(path, headers={"Accept": "text/html"}).status_code
    return client.submit(path).status_code


@pytest.mark.parametrize("role", list(Role))
def test_every_route_lets_in_exactly_the_roles_that_may(desk: ConsoleUnderTest, role: Role) -> None:
    """Escalation: a route forgotten in the table of permissions would show here."""
    client, allowed, denied = desk.signed_in(role), [], []

    for route in routes_of(desk):
        if route.needs != OPEN and "live" not in route.path:
            may = Permission(str(route.needs)) in permissions_of([role])
            (allowed if may else denied).append((route.path, ask(client, route)))

    assert [path for path, status in denied if status != 403] == []
    assert [path for path, status in allowed if status in {401, 403}] == []


def test_nothing_but_signing_in_is_open(desk: ConsoleUnderTest) -> None:
    """Whoever opens a route to everybody has to say so here."""
    assert {route.path for route in routes_of(desk) if route.needs == OPEN} == OPEN_PATHS


def test_a_route_without_permission_keeps_the_console_from_starting(desk: ConsoleUnderTest) -> None:
    """Deny by default is checked before the first request."""
    desk.console.add_api_route("/stray", lambda: "open to all", methods=["GET"])

    with pytest.raises(UnguardedRoute, match="/stray"):
        _require_guards(desk.console)


def test_strangers_are_led_to_sign_in_and_back(desk: ConsoleUnderTest) -> None:
    """A link from a colleague still leads where it should."""
    answer = desk.client().see("/users?q=lan")

    assert answer.headers["location"] == "/console/sign-in?next=/users%3Fq%3Dlan"


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, ""),
        ({}, "not-the-token"),
        ({"Origin": "https://evil.example"}, None),
        ({"Sec-Fetch-Site": "cross-site"}, None),
        ({"Sec-Fetch-Site": "same-site"}, None),
    ],
)
def test_a_form_of_another_site_changes_nothing(
    desk: ConsoleUnderTest, headers: dict[str, str], token: str | None
) -> None:
    """CSRF: the token, the origin and the browser's own word must all agree."""
    client = desk.signed_in("admin")
    form = {"csrf": client.csrf if token is None else token, "name": "eve", "display_name": "Eve", "roles": "admin"}

    answer = client.post("/console/users", data=form, headers=headers)

    assert answer.status_code == 403
    assert client.see("/users/eve").status_code == 404


def test_every_answer_carries_the_safe_headers(desk: ConsoleUnderTest) -> None:
    """Pages, refusals, errors and files alike."""
    client = desk.signed_in("staff")

    for path in ("/account", "/users", "/nowhere", "/sign-in", "/static/x/console.css"):
        headers = client.see(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_names_are_shown_as_text(desk: ConsoleUnderTest) -> None:
    """XSS: what somebody typed is never markup."""
    client = desk.signed_in("admin")
    client.submit("/users", {"name": "eve", "display_name": "<img src=x onerror=alert(1)>", "roles": "staff"})

    page = client.see("/users").text

    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_what_is_too_large_is_refused_before_it_is_read(desk: ConsoleUnderTest) -> None:
    """A body beyond the limit costs the server nothing."""
    client = desk.signed_in("admin")

    answer = client.submit("/users", {"name": "x" * 2_000_000})

    assert answer.status_code == 413


def test_a_denied_try_stands_in_the_audit_log(desk: ConsoleUnderTest) -> None:
    """Who tries doors is seen by whoever reads the log."""
    desk.signed_in("staff").see("/users")

    entry = desk.audited()[0]
    assert (entry.actor, entry.action, entry.details["needs"]) == ("staff", "access.deny", "users.read")


def test_a_page_is_light(desk: ConsoleUnderTest) -> None:
    """Few files, little weight (without the type): the desk opens quickly in a commune's network."""
    client = desk.signed_in("admin")

    page = client.see("/users", headers={"Accept-Encoding": "gzip"})

    files = set(re.findall(r'(?:src|href)="(/console/static/[^"]+)"', page.text))
    weights = {
        file: int(client.get(file, headers={"Accept-Encoding": "gzip"}).headers["content-length"]) for file in files
    }
    assert len(files) <= 8
    assert sum(weights.values()) + len(page.content) <= 60_000, weights
