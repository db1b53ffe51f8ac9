"""The editors' pages in a real browser: phone and desk, light and dark, accessible."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.console.admin.test_drafts import opened, settle, step
from tests.console.browser import assert_accessible, assert_no_sideways_scrolling
from tests.console.conftest import Browse

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("ANSINH_TEST_PICTURES")


@pytest.mark.parametrize(("width", "dark"), [(360, False), (768, True), (1366, False)])
def test_pages_are_accessible_and_fit(browse: Browse, desk, width: int, dark: bool) -> None:
    """axe finds nothing serious and nothing runs out of the window, from reading to publishing."""
    editor, approver = desk.signed_in("editor", name="lan"), desk.signed_in("approver", name="minh")
    draft = opened(desk, editor)
    settle(editor, draft.id)
    step(editor, draft, "submit", 1, comment="Theo nghị định mới")
    step(approver, draft, "approve", 2)
    bad = opened(desk, editor, start="2027-01-01", title="Bản còn trường hợp mẫu khác")
    settle(editor, bad.id)
    page = browse("editor", "approver", path="/rules", width=width, dark=dark)

    for name, path in {
        "rules": "/rules",
        "benefit": "/rules/benefits/test",
        "figures": "/rules/figures",
        "figure": "/rules/figures/test.level",
        "change": "/rules/change/add_value?key=test.level",
        "builder": "/rules/change/add_group?benefit=test&after=test/old",
        "cases": f"/rules/cases?benefit=test&draft={bad.id}",
        "case": f"/rules/cases/edit?benefit=test&id=small-old&draft={bad.id}",
        "new case": "/rules/cases/edit?benefit=test",
        "drafts": "/rules/drafts",
        "draft": f"/rules/drafts/{draft.id}",
        "bad": f"/rules/drafts/{bad.id}",
        "publish": f"/rules/drafts/{draft.id}/publish",
        "yaml": "/rules/yaml?path=parameters/test.yaml&line=6",
        "releases": "/rules/releases",
        "release": "/rules/releases/1",
        "difference": "/rules/releases/1/difference",
    }.items():
        page.goto(page.url.split("/console")[0] + f"/console{path}")
        if PICTURES:
            theme = "dark" if dark else "light"
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{theme}.png", full_page=True)
        assert_accessible(page)
        assert_no_sideways_scrolling(page)
