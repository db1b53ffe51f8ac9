"""Rows chained by hash: one head row gives out the numbers, one writer at a time, and remembers the newest hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import BigInteger, Integer, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

GENESIS: Final = "0" * 64
NUMBER = BigInteger().with_variant(Integer(), "sqlite")


class HeadColumns:
    """Columns of a head table, which has one row."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(NUMBER)
    hash: Mapped[str] = mapped_column(String(64))


Head = TypeVar("Head", bound=HeadColumns)


def lock_head(session: Session, table: type[Head]) -> Head:
    """Return the head row, locked to the end of the transaction.

    By an update first: the next writer waits at it, and reads only afterwards what this one wrote.
    """
    lock = update(table).where(table.id == 1).values(id=1).execution_options(synchronize_session=False)
    if not session.connection().execute(lock).rowcount:
        _insert(session, table)
        session.connection().execute(lock)
    return session.scalars(select(table).where(table.id == 1).execution_options(populate_existing=True)).one()


def chain_hash(parts: Sequence[Any]) -> str:
    """Return the hash of a row told as plain values, the hash of the row before among them."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _insert(session: Session, table: type[HeadColumns]) -> None:
    if session.connection().dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    session.connection().execute(insert(table).values(id=1, seq=0, hash=GENESIS).on_conflict_do_nothing())
