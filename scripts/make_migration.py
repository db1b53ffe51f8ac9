"""Write the migration from the newest revision to the tables as they are declared now.

    python scripts/make_migration.py "what changes"

Read what it wrote before committing it: renames look like a drop and an add.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

import app.tables  # noqa: F401 - declares every table
from core.database import Database
from core.migrations import config_of, upgrade


def main() -> None:
    """Migrate an empty database, compare it with the tables, and write the difference."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'empty.sqlite'}")
        upgrade(database)
        command.revision(config_of(database), message=sys.argv[1], autogenerate=True)
        database.dispose()


if __name__ == "__main__":
    main()
