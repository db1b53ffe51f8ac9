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
from tests.console.browser import Windows
from tests.console.desk import Client, ConsoleUnderTest
from tests.journeys.conftest import chromium, complaints  # noqa: F401 - fixtures of this room too
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
    windows = Windows(chromium, server.url, complaints)

    def open_page(*roles: str, path: str = "/", **options: Any) -> Page:
        name = f"{'-'.join(roles)}{len(windows.contexts) + 1}"
        token = desk.token_for(desk.add_user(name, *roles)) if roles else ""
        return windows.open(path, token=token, **options)

    yield open_page
    server.stop()
    windows.close()
