"""What the browser tests share: accessibility by axe, pictures of a page at the widths that matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.conftest import is_complaint

AXE = Path(__file__).parent / "axe" / "axe.min.js"
WIDTHS = (360, 768, 1366)
_RUN = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(node => node.target.join(" ") + " " + (node.any[0]?.message ?? "")).join(" | ")}`))"""  # noqa: E501


@dataclass
class Windows:
    """The browser windows of one test in front of one console; what their pages complain of is kept."""

    browser: Browser
    url: str
    complaints: list[str]
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self, path: str, *, token: str = "", width: int = 1366, height: int = 900, dark: bool = False, **options: Any
    ) -> Page:
        """Open a page of the console, signed in by the session *token*."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 740 if width < 500 else height},
            color_scheme="dark" if dark else "light",
            **options,
        )
        self.contexts.append(context)
        if token:
            context.add_cookies([{"name": "ansinh-console", "value": token, "url": self.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if is_complaint(line.text) else None)
        page.goto(f"{self.url}/console{path}")
        return page

    def close(self) -> None:
        """Close all; fail where a page complained."""
        for context in self.contexts:
            context.close()
        assert self.complaints == []


def assert_accessible(page: Page) -> None:
    """Fail with every serious or critical finding of axe."""
    if not AXE.exists():
        pytest.skip("no axe-core: put axe.min.js of the npm package axe-core into tests/console/axe")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(_RUN)
    assert found == [], "\n".join(found)


def assert_no_sideways_scrolling(page: Page) -> None:
    """Fail where the page is wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
