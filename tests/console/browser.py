"""What the browser tests share: accessibility by axe, pictures of a page at the widths that matter."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parent / "axe" / "axe.min.js"
WIDTHS = (360, 768, 1366)
_RUN = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(node => node.target.join(" ") + " " + (node.any[0]?.message ?? "")).join(" | ")}`))"""  # noqa: E501


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
