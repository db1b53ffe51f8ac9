"""Deletion that can be proved: a tombstone of every erasure, and a count of what is left in every store.

A tombstone names nobody: it holds a keyed hash of the pseudonym. Whoever brings a conversation's id can see that and
when it was erased; without one, what is stored can be held against all tombstones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from sqlalchemy import (
    Column,
    CompoundSelect,
    Connection,
    Index,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    union,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage import Storage
from bot.tables import CONVERSATION, Serial
from core.database import Base, UtcDateTime

CONVERSATION_COLUMNS = ("conversation_id", "conversation")
# When a row came to be, by the names tables give it; what is older than the wish to be deleted should be gone.
MOMENT_COLUMNS = ("created_at", "said_at", "received_at", "touched_at", "answered_at", "since", "at")


class TombstoneRow(Base):
    """One erasure: which (by keyed hash), when it was wished and done, and how many rows of what went."""

    __tablename__ = "bot_tombstone"
    __table_args__ = (Index("ix_bot_tombstone_conversation_hash", "conversation_hash"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    conversation_hash: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(20))
    wished_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    removed: Mapped[str] = mapped_column(Text)


TOMBSTONE = cast(Table, TombstoneRow.__table__)


class Hashes(Protocol):
    """Makes the keyed hash of a conversation's id."""

    def tombstone(self, conversation_id: str) -> str:
        """Return the hash."""
        ...


class OtherStore(Protocol):
    """A place outside the database where something of a conversation may be."""

    @property
    def name(self) -> str:
        """Return what it is called."""
        ...

    async def count(self, conversation_id: str) -> int:
        """Return how much of the conversation is there."""
        ...


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a conversation in one store."""

    store: str
    count: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What is left of one conversation, and when it was erased last (``None``: never)."""

    conversation_id: str
    erased_at: datetime | None
    left: tuple[Left, ...]

    @property
    def is_gone(self) -> bool:
        """Tell whether nothing is left anywhere."""
        return all(one.count == 0 for one in self.left)


@dataclass(frozen=True, slots=True)
class Sweep:
    """All tombstones against all that is stored; ``left`` is what is older than the wish to be deleted.

    ``returned``: of whom something newer is there, because they wrote again or still wait for the last reply.
    """

    tombstones: int
    returned: int
    left: tuple[Left, ...]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing erased is left anywhere."""
        return all(one.count == 0 for one in self.left)


def bury(
    connection: Connection,
    conversation_hash: str,
    channel: str,
    removed: Mapping[str, int],
    *,
    wished_at: datetime,
    erased_at: datetime,
) -> None:
    """Note an erasure within the caller's transaction."""
    went = " ".join(f"{name}={count}" for name, count in sorted(removed.items()))
    values: dict[str, object] = {"conversation_hash": conversation_hash, "channel": channel, "removed": went}
    connection.execute(insert(TOMBSTONE).values({**values, "wished_at": wished_at, "erased_at": erased_at}))


class Erasures:
    """Counts what is left: in every table of *metadata* that names conversations, and in *others*.

    *proofs* are the tables whose rows outlive what they prove (decisions about consent, deletions).
    """

    def __init__(
        self,
        storage: Storage,
        hashes: Hashes,
        metadata: MetaData,
        others: Sequence[OtherStore] = (),
        *,
        proofs: Collection[str] = (),
    ) -> None:
        self._storage, self._hashes, self._others = storage, hashes, tuple(others)
        self._tables = {
            table.name: column
            for table in metadata.sorted_tables
            for name in CONVERSATION_COLUMNS
            if table.name not in proofs and (column := table.c.get(name)) is not None
        } | {CONVERSATION.name: CONVERSATION.c.id}

    async def prove(self, conversation_id: str) -> Proof:
        """Return what is left of a conversation in each store."""
        erased_at, left = await self._storage.read(lambda c: self._in_tables(c, conversation_id))
        others = [Left(other.name, await other.count(conversation_id)) for other in self._others]
        return Proof(conversation_id, erased_at, (*left, *others))

    async def sweep(self) -> Sweep:
        """Hold everything that is stored against every tombstone."""
        return await self._storage.read(self._sweep)

    def _in_tables(self, connection: Connection, id: str) -> tuple[datetime | None, list[Left]]:
        hashed = self._hashes.tombstone(id)
        erased_at = select(func.max(TOMBSTONE.c.erased_at)).where(TOMBSTONE.c.conversation_hash == hashed)
        left = [
            Left(name, connection.scalar(select(func.count()).where(column == id)) or 0)
            for name, column in sorted(self._tables.items())
        ]
        return connection.scalar(erased_at), left

    def _sweep(self, connection: Connection) -> Sweep:
        newest = select(TOMBSTONE.c.conversation_hash, func.max(TOMBSTONE.c.wished_at)).group_by(
            TOMBSTONE.c.conversation_hash
        )
        erased = {row[0]: row[1] for row in connection.execute(newest)}
        wished = {
            id: erased[hashed]
            for (id,) in connection.execute(self._everybody())
            if (hashed := self._hashes.tombstone(id)) in erased
        }
        left = [Left(name, self._older(connection, column, wished)) for name, column in sorted(self._tables.items())]
        return Sweep(len(erased), len(wished), tuple(left))

    def _everybody(self) -> CompoundSelect[Any]:
        return union(*(select(column).where(column.is_not(None)) for column in self._tables.values()))

    @staticmethod
    def _older(connection: Connection, column: Column[Any], wished: Mapping[str, datetime]) -> int:
        """Count the rows of a table that are older than the wish; where it tells no time, all of them."""
        moments = [column.table.c[name] for name in MOMENT_COLUMNS if name in column.table.c]
        query = select(func.count()).where(column == bindparam("id"))
        if moments:
            query = query.where(moments[0] < bindparam("wished", type_=moments[0].type))
        return sum(connection.scalar(query, {"id": id, "wished": at}) or 0 for id, at in wished.items())
