"""The console over a database of its own, a client for each role, and a browser in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page

from console.security import passwords
from rules.service import EligibilityService
from tests.console.desk import Client, ConsoleUnderTest
from tests.journeys.conftest import chromium, complaints, is_complaint  # noqa: F401 - fixtures of this room too
from tests.journeys.service import Server

Browse = Callable[..., Page]


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with the least work argon2 allows: the tests sign in often."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "PasswordHasher", lambda: cheap)


@pytest.fixture(scope="session")
def released_rules() -> EligibilityService:
    return EligibilityService.load()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ConsoleUnderTest]:
    """The console over an empty database; ``desk.app`` is the application, ``desk.deps`` what it was given."""
    desk = ConsoleUnderTest(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def signed_in(desk: ConsoleUnderTest) -> Callable[..., Client]:
    """Return a client signed in with the roles named: ``signed_in("staff")``, ``signed_in("editor", "approver")``."""
    return desk.signed_in


@pytest.fixture
def browse(
    chromium: Browser,  # noqa: F811
    desk: ConsoleUnderTest,
    complaints: list[str],  # noqa: F811
) -> Iterator[Browse]:
    """Open a page in a browser: ``browse("staff", path="/lookup", width=1366, dark=False)``."""
    server = Server(desk.app)
    server.start()
    contexts = []

    def open_page(*roles: str, path: str = "/", width: int = 1366, dark: bool = False, **options: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 740 if width < 500 else 900},
            color_scheme="dark" if dark else "light",
            **options,
        )
        contexts.append(context)
        if roles:
            token = desk.token_for(desk.add_user(f"{'-'.join(roles)}{len(contexts)}", *roles))
            context.add_cookies([{"name": "ansinh-console", "value": token, "url": server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.text) else None)
        page.goto(f"{server.url}/console{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    server.stop()
    assert complaints == []
