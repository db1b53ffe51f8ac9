"""The console over each database, and live streams that end with their session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from console.accounts import Accounts
from console.errors import LastAdmin, NameTaken, Stale
from console.live import Event, stream
from console.security.permissions import Role
from console.visit import Visit
from core.database import Database
from tests.console.desk import ConsoleUnderTest
from tests.console.filling import fill


@pytest.fixture
def desk(tmp_path: Path, each_database: Database) -> Iterator[ConsoleUnderTest]:
    desk = ConsoleUnderTest(tmp_path, database=each_database)
    yield desk
    desk.close()


def accounts_of(desk: ConsoleUnderTest) -> Accounts:
    found: Accounts = desk.console.state.gate.accounts
    return found


def test_pages_read_what_is_stored(desk: ConsoleUnderTest) -> None:
    """The same pages over SQLite and PostgreSQL."""
    fill(desk.database, desk.clock, desk.vault, conversations=60, releases=2, audit=10, people=3)
    client = desk.signed_in("admin", "auditor", name="ha")

    for path in ("/users", "/users/person1", "/figures?days=90", "/channels", "/switches", "/retention", "/audit"):
        assert client.see(path).status_code == 200, path
    assert client.submit("/audit/verify").status_code == 200


def test_of_two_changes_at_once_the_second_is_told(desk: ConsoleUnderTest) -> None:
    """Nobody overwrites what a colleague just saved."""
    accounts = accounts_of(desk)
    user, _ = accounts.add("lan", "Lan", [Role.STAFF], by="test")
    accounts.change("lan", display_name="Lan Trần", roles=[Role.STAFF], version=user.version)

    with pytest.raises(Stale):
        accounts.change("lan", display_name="Lan Lê", roles=[Role.EDITOR], version=user.version)

    assert accounts.named("lan").display_name == "Lan Trần"


def test_a_name_is_given_once_and_the_last_admin_stays(desk: ConsoleUnderTest) -> None:
    """Two things no page could mend afterwards."""
    accounts = accounts_of(desk)
    accounts.add("ha", "Hà", [Role.ADMIN], by="test")

    with pytest.raises(NameTaken):
        accounts.add("HA", "Hà", [Role.STAFF], by="test")
    with pytest.raises(LastAdmin):
        accounts.disable("ha")


async def test_a_stream_ends_with_its_session(desk: ConsoleUnderTest) -> None:
    """Whoever was locked out sees nothing more, although the page is still open."""
    sessions = desk.console.state.gate.sessions
    user = desk.add_user("lan", "staff")
    session = sessions.find(desk.token_for(user))
    visit = Visit(None, accounts_of(desk).named("lan"), session, desk.console.state.gate)  # type: ignore[arg-type]

    async def changes() -> AsyncIterator[Event | None]:
        yield Event("queue", "<p>một</p>\n<p>hai</p>")
        yield None
        sessions.end_all(user)
        yield None
        yield Event("queue", "secret")

    frames = [str(frame) async for frame in stream(visit, changes()).body_iterator]

    assert "event: queue\ndata: <p>một</p>\ndata: <p>hai</p>\n\n" in frames
    assert frames[-1].startswith("event: over")
    assert not any("secret" in frame for frame in frames)
