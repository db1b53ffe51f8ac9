"""Alembic migrations of every room's tables, and the function that brings a database up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError

from core.database import Database

FOLDER = Path(__file__).resolve().parent


def config_of(database: Database) -> Config:
    """Return Alembic's configuration for *database*."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["database"] = database
    return config


class UnknownRevision(RuntimeError):
    """The database was made by another version of this service."""

    def __init__(self, where: str, problem: str) -> None:
        self.where = where
        super().__init__(
            f"{where} was made by another version of the service ({problem}). "
            "Start that version, or set DATABASE_URL to another database; nothing was changed."
        )


def upgrade(database: Database) -> None:
    """Bring the database to the newest revision; does nothing where it is there already.

    Raise :class:`UnknownRevision` where a later or foreign version made it.
    """
    try:
        command.upgrade(config_of(database), "head")
    except CommandError as error:
        raise UnknownRevision(database.url.render_as_string(hide_password=True), str(error)) from error


def revisions(database: Database) -> tuple[str | None, str | None]:
    """Return the database's revision and the newest one."""
    with database.engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    return here, ScriptDirectory.from_config(config_of(database)).get_current_head()
