"""No page asks the database once for each row: three times the rows, the same number of statements, on every page."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from console.admin.trials import Trials
from console.aside import Aside
from console.security.permissions import Role
from rules.documents import Documents
from rules.service import EligibilityService
from rules.store.active import RuleSet
from tests.console.addresses import POSTS, Address, Kind, addresses, posted_parts, values_in
from tests.console.desk import ConsoleUnderTest
from tests.console.filling import fill
from tests.console.filling_law import fill_documents, fill_drafts
from tests.console.filling_staff import fill_staff

NEEDS_AN_INDEX = ("/lookup", "/documents/{document}/try")


@pytest.fixture(autouse=True)
def nothing_beside_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave undone what is worked out beside pages: its statements are not theirs."""
    monkeypatch.setattr(Trials, "_run", lambda *_: None)
    monkeypatch.setattr(Aside, "get", lambda *_: None)


def filled(folder: Path, times: int, rules: RuleSet) -> ConsoleUnderTest:
    folder.mkdir()
    desk = ConsoleUnderTest(folder)
    desk.parts.__dict__["_rules_at_start"] = rules
    fill(
        desk.database, desk.clock, desk.vault,
        conversations=24 * times, releases=2 + times, audit=25 * times, people=9 * times,
    )  # fmt: skip
    fill_staff(desk.database, desk.clock, desk.vault, desk.parts.cipher, conversations=24 * times)
    fill_drafts(desk.database, desk.clock, alive=4 * times, ended=2 * times)
    fill_documents(desk.database, desk.clock, 3 * times, articles=2)
    return desk


def statements_of(desk: ConsoleUnderTest) -> dict[str, int]:
    """Return how many statements each page and part takes when it is opened first."""
    client, count = desk.signed_in(*Role, name="everything"), 0

    def heard(*_: object) -> None:
        nonlocal count
        count += 1

    sa.event.listen(desk.database.engine, "before_cursor_execute", heard)
    found = {}
    for address in addresses(desk.console, values_in(desk.database)):
        is_page = address.kind in (Kind.PAGE, Kind.PART) and not address.query
        if is_page and not address.route.startswith(NEEDS_AN_INDEX):
            count = 0
            answer = opened(client, address)
            assert answer.status_code in (200, 303), address.shown
            found[f"{address.kind} {address.shown}"] = count
    return found


def opened(client: object, address: Address) -> object:
    headers = {"HX-Request": "true"} if address.kind is Kind.PART else {}
    if address.data is not None:
        return client.submit(address.paths[0], dict(address.data), headers=headers)  # type: ignore[attr-defined]
    return client.see(address.paths[0], headers=headers)  # type: ignore[attr-defined]


def test_statements_do_not_grow_with_rows(tmp_path: Path, released_rules: EligibilityService) -> None:
    """Every GET route of the router, so that no page can be forgotten; parts that htmx asks for as well."""
    rules = RuleSet(Documents.read(), released_rules)
    small, large = (filled(tmp_path / str(times), times, rules) for times in (1, 3))

    few, many = statements_of(small), statements_of(large)

    small.close()
    large.close()
    assert len(few) > 45
    # One more may be the session's sign of life, which is written down once a minute.
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name] + 1} == {}
    assert max(many.values()) < 30


def test_every_part_that_pages_post_for_is_known() -> None:
    """A part that is asked for by POST is in no GET route: its address is named in ``tests/console/addresses.py``."""
    assert posted_parts() <= set(POSTS)
