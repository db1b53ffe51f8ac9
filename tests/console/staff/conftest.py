"""One console for the tests of a file that change nothing in it: reading rules and lexicon is the slow part."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app.settings import ROOT
from tests.console.browser import Windows
from tests.console.desk import ConsoleUnderTest
from tests.journeys.service import Server

StaffPage = Callable[..., Page]
CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture(scope="module")
def kept_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleUnderTest]:
    desk = ConsoleUnderTest(tmp_path_factory.mktemp("desk"))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def indexed_desk(kept_desk: ConsoleUnderTest) -> ConsoleUnderTest:
    """The console with the guides' index; one that was built on this machine before spares building it again."""
    built = ROOT / "var" / "index"
    if built.exists():
        shutil.copytree(built, kept_desk.settings.state_folder / "index")
    kept_desk.parts.library.ensure()
    return kept_desk


@pytest.fixture(scope="module")
def served_desk(indexed_desk: ConsoleUnderTest) -> Iterator[str]:
    """The address of the console, served for the tests of a file."""
    server = Server(indexed_desk.app)
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def staff_page(
    chromium: Browser, indexed_desk: ConsoleUnderTest, served_desk: str, complaints: list[str]
) -> Iterator[StaffPage]:
    """Open a page of the console in a browser: ``staff_page("/lookup", "staff", width=1366)``."""
    windows = Windows(chromium, served_desk, complaints)

    def open_page(path: str, *roles: str, name: str = "", **options: Any) -> Page:
        user = indexed_desk.add_user(name or f"person{secrets.token_hex(4)}", *(roles or ("staff",)))
        options = {"height": 768, "reduced_motion": "reduce", "permissions": CLIPBOARD, **options}
        return windows.open(path, token=indexed_desk.token_for(user), **options)

    yield open_page
    windows.close()


def copied(page: Page) -> str:
    """Return what is on the clipboard."""
    return str(page.evaluate("navigator.clipboard.readText()"))
