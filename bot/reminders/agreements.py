"""Keep who agreed to be reminded, with the case it is about, and who did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Row, delete, select, true, update

from bot.reminders.prospects import Case
from bot.reminders.tables import AGREEMENT, REMINDED, AgreementRow
from bot.storage import Storage
from bot.tables import CONVERSATION
from bot.vault import Vault
from core.clock import Clock

LONGEST_KEPT = timedelta(days=3 * 365)  # the citizen is told so when she is asked


@dataclass(frozen=True, slots=True)
class Agreement:
    """A citizen who wants to be reminded, and how she can be reached now."""

    conversation_id: str
    channel: str
    case: Case = field(repr=False)
    told_on: date
    holder: str
    last_inbound_at: datetime
    unreachable_at: datetime | None
    reminded: frozenset[str]


class Agreements:
    """Agreements in the database. Also fills ``Eraser``."""

    def __init__(self, storage: Storage, vault: Vault, clock: Clock) -> None:
        self._storage, self._vault, self._clock = storage, vault, clock

    async def answer_of(self, conversation_id: str) -> bool | None:
        """Return whether she agreed or refused; ``None`` while she was not asked."""
        query = select(AGREEMENT.c.agreed).where(AGREEMENT.c.conversation_id == conversation_id)
        return await self._storage.read(lambda connection: connection.scalar(query))

    async def keep(self, conversation_id: str, *, notice: str, case: Case | None) -> None:
        """Note her answer to *notice* (a digest): agreed with *case*, refused without."""
        values = {
            "agreed": case is not None,
            "answered_at": self._clock.now(),
            "notice": notice,
            "told_on": self._clock.today(),
            "case": self._vault.seal(case) if case is not None else "",
        }
        insert = self._storage.upsert(AgreementRow).values(conversation_id=conversation_id, **values)
        await self._storage.write(
            lambda connection: connection.execute(
                insert.on_conflict_do_update(index_elements=["conversation_id"], set_=values)
            )
        )

    async def refresh(self, conversation_id: str, case: Case) -> None:
        """Take *case* in place of the one kept: she told more, or otherwise."""
        change = update(AGREEMENT).where(AGREEMENT.c.conversation_id == conversation_id, AGREEMENT.c.agreed)
        values = {"case": self._vault.seal(case), "told_on": self._clock.today()}
        await self._storage.write(lambda connection: connection.execute(change.values(values)))

    async def erase(self, conversation_id: str) -> None:
        """Forget her answer, her case and what she was reminded of."""

        def work(connection: Connection) -> None:
            for table in (AGREEMENT, REMINDED):
                connection.execute(delete(table).where(table.c.conversation_id == conversation_id))

        await self._storage.write(work)

    async def expire(self) -> int:
        """Forget what was agreed longer ago than she was told it would be kept; return how many."""
        old = delete(AGREEMENT).where(AGREEMENT.c.answered_at < self._clock.now() - LONGEST_KEPT)
        return await self._storage.write(lambda connection: connection.execute(old).rowcount)

    async def all(self) -> Sequence[Agreement]:
        """Return everyone who agreed, in a stable order."""
        return await self._storage.read(lambda connection: self._found(connection, true(), true()))

    async def of(self, conversation_id: str) -> Agreement | None:
        """Return what was agreed in one conversation, if it was."""
        agreed, told = AGREEMENT.c.conversation_id == conversation_id, REMINDED.c.conversation_id == conversation_id
        found = await self._storage.read(lambda connection: self._found(connection, agreed, told))
        return found[0] if found else None

    def _found(
        self, connection: Connection, which: ColumnElement[bool], told_to: ColumnElement[bool]
    ) -> list[Agreement]:
        told: dict[str, set[str]] = {}
        for row in connection.execute(select(REMINDED.c.conversation_id, REMINDED.c.change).where(told_to)):
            told.setdefault(row.conversation_id, set()).add(row.change)
        query = (
            select(AGREEMENT, CONVERSATION)
            .join(CONVERSATION, CONVERSATION.c.id == AGREEMENT.c.conversation_id)
            .where(AGREEMENT.c.agreed, which)
            .order_by(AGREEMENT.c.answered_at, AGREEMENT.c.conversation_id)
        )
        return [self._agreement(row, told.get(row.conversation_id, set())) for row in connection.execute(query)]

    def _agreement(self, row: Row[Any], reminded: set[str]) -> Agreement:
        return Agreement(
            conversation_id=row.conversation_id,
            channel=row.channel,
            case=cast(dict[str, Any], self._vault.open(row.case)),
            told_on=row.told_on,
            holder=row.holder,
            last_inbound_at=row.last_inbound_at,
            unreachable_at=row.unreachable_at,
            reminded=frozenset(reminded),
        )
