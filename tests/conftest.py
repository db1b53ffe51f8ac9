"""What all tests share: one Rasa for all that talk to it, so they run on one worker; one PostgreSQL server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
import structlog

from core.database import Base, Database
from tests import postgres
from tests.examples import settle_down

if TYPE_CHECKING:
    from tests.conversations.harness import RasaServer

settle_down()

TALKS_TO_RASA = ("tests/conversations/", "tests/service/", "tests/console/test_story.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that start Rasa together: starting it takes half a minute and half a gigabyte."""
    for item in items:
        # Two marks would make a group of their own ("rasa_rasa"), on another worker.
        if item.nodeid.startswith(TALKS_TO_RASA) and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group("rasa"))


@pytest.fixture(autouse=True)
def fresh_logs() -> None:
    """Log as if nothing had been set up: a command tried before may have silenced logs, or closed what they go to."""
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def rasa_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaServer]:
    """Run one Rasa for the session; ``rasa_process.actions.calling(...)`` says whose actions it calls."""
    from tests.conversations.harness import INTERPRETER, ActionsServer, RasaServer, trained_model

    if not INTERPRETER.exists():
        pytest.skip(f"Rasa's environment is not there: {INTERPRETER}. Make it with: make setup")
    log = tmp_path_factory.mktemp("rasa") / "rasa.log"
    with ActionsServer() as actions, RasaServer(trained_model(), actions, log) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Run one server for the session; give its URL without the name of a database."""
    binaries = postgres.find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server on this machine")
    with postgres.running_server(binaries) as url:
        yield url


@pytest.fixture(scope="session")
def shared_postgres(postgres_server: str) -> Iterator[Database]:
    """Give one database with every table for the tests of this session."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    server = sa.create_engine(f"{postgres_server}/postgres", poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    database = Database(f"{postgres_server}/{name}")
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def new_postgres(shared_postgres: Database) -> Database:
    """Give a PostgreSQL database with every table and no row."""
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with shared_postgres.engine.begin() as connection:
        connection.execute(sa.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    return shared_postgres


@pytest.fixture
def new_sqlite(tmp_path: Path) -> Iterator[Database]:
    """Give an empty SQLite file with every table."""
    database = Database(f"sqlite:///{tmp_path / 'test.sqlite'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def each_database(request: pytest.FixtureRequest) -> Database:
    """Give an empty database of each kind the service runs on."""
    database: Database = request.getfixturevalue(f"new_{request.param}")
    return database
