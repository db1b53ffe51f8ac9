"""Tables whose rows the database itself refuses to change or delete."""

from __future__ import annotations

_SQLITE = """CREATE TRIGGER {table}_never_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
_FUNCTION = """CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"""
_POSTGRESQL = """CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()"""


def append_only(table: str, dialect: str) -> tuple[str, ...]:
    """Return the statements that guard *table*, to be run once it is made; ``TRUNCATE`` and ``DROP`` stay possible."""
    if dialect == "sqlite":
        return tuple(_SQLITE.format(table=table, verb=verb) for verb in ("update", "delete"))
    return _FUNCTION.format(table=table), _POSTGRESQL.format(table=table)
