"""One console for the tests of a file that change nothing in it: reading rules and lexicon is the slow part."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app.settings import ROOT
from tests.console.desk import ConsoleUnderTest
from tests.journeys.conftest import is_complaint
from tests.journeys.service import Server

StaffPage = Callable[..., Page]


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
    contexts = []

    def open_page(path: str, *roles: str, name: str = "", width: int = 1366, dark: bool = False, **more: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 740 if width < 500 else 768},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
            **more,
        )
        contexts.append(context)
        user = indexed_desk.add_user(name or f"person{id(context)}", *(roles or ("staff",)))
        token = indexed_desk.token_for(user)
        context.add_cookies([{"name": "ansinh-console", "value": token, "url": served_desk}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.text) else None)
        page.goto(f"{served_desk}/console{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def copied(page: Page) -> str:
    """Return what is on the clipboard."""
    return str(page.evaluate("navigator.clipboard.readText()"))
