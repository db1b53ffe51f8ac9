"""A real browser (Debian's Chromium) in front of a web chat served over HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.service import Service

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--mute-audio",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication",
]
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "reduced_motion": "reduce"}

PATIENCE_MS = 15_000  # a busy machine is slow, not wrong

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Not for longer: while it is open, its event loop lets no other one run in this thread.
    executable = CHROMIUM if CHROMIUM.exists() else shutil.which("chromium")
    if not executable:
        pytest.skip("no Chromium: install Debian's with 'apt-get install -y chromium fonts-noto-core'")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(executable), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def served() -> Iterator[Service]:
    service = Service().start()
    yield service
    service.stop()


@pytest.fixture
def service(served: Service) -> Service:
    """The one web chat of all journeys, as if it had just been started."""
    served.renew()
    return served


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of: errors of scripts and things the policy forbids."""
    return []


@pytest.fixture
def visit(chromium: Browser, service: Service, complaints: list[str]) -> Iterator[Visit]:
    """Open the page in a browser of its own (a phone unless told otherwise)."""
    contexts = []

    def open_page(url: str = "", *, path: str = "/", wait: bool = True, **options: Any) -> Page:
        context = chromium.new_context(**{**PHONE, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.text) else None)
        page.goto((url or service.url) + path)
        if wait and options.get("java_script_enabled", True):
            page.locator("#large").wait_for()
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            page.unroute_all(behavior="ignoreErrors")  # a request still held back is this test's, not the next one's
        context.close()
    assert complaints == []


def is_complaint(line: str) -> bool:
    """Tell whether the browser says that the page did what its own policy forbids."""
    return "Content Security" in line and "frame-ancestors" not in line


def say(page: Page, text: str) -> None:
    """Type *text* and send it; wait for the next answer."""
    answers = page.locator(".from-assistant")
    before = answers.count()
    page.fill("#text", text)
    page.press("#text", "Enter")
    answers.nth(before).wait_for()
