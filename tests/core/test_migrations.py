"""Migrations make the tables that the code declares, and a foreign database is told apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

import app.tables  # noqa: F401 - declares every table
from core.database import Base, Database
from core.migrations import UnknownRevision, revisions, upgrade


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'test.sqlite'}")


def test_migrations_make_what_the_code_declares(database: Database) -> None:
    """A table changed in code and not in a migration would fail at the first citizen."""
    upgrade(database)

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    """Every start upgrades; the second finds nothing to do."""
    upgrade(database)
    upgrade(database)

    here, newest = revisions(database)
    assert here == newest


def test_a_database_of_another_version_is_named(database: Database) -> None:
    """Nothing is changed in a database this version does not know."""
    upgrade(database)
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'fromthefuture'"))

    with pytest.raises(UnknownRevision, match="another version"):
        upgrade(database)
