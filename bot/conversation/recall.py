"""Look up what a conversation offered last, within the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from bot.conversation.ledger import Ledger
from bot.conversation.memory import Recollection
from bot.messages import Author
from bot.tables import TRANSCRIPT, Holder

LONGEST_TURN = 10  # lines

_LAST_LINES = (
    select(TRANSCRIPT)
    .where(TRANSCRIPT.c.conversation_id == bindparam("id"))
    .order_by(TRANSCRIPT.c.seq.desc())
    .limit(LONGEST_TURN)
)


def recall(
    connection: Connection, ledger: Ledger, conversation_id: str, holder: str, last_staff_at: datetime | None
) -> Recollection:
    """Return what the bot said in its last turn; nothing was offered when a person spoke after it."""
    last_turn: list[Row[Any]] = []
    for row in connection.execute(_LAST_LINES, {"id": conversation_id}):
        if row.author != Author.BOT or (last_turn and row.inbox_seq != last_turn[0].inbox_seq):
            break
        last_turn.append(row)
    entries = [ledger.read(row) for row in last_turn]  # newest first
    offering = next((entry for entry in entries if entry.choices or entry.numeric_answer), None)
    return Recollection(
        holder=Holder(holder),
        offered=offering.choices if offering else (),
        numeric_answer=offering.numeric_answer if offering else False,
        last_said_at=entries[0].said_at if entries else None,
        last_staff_at=last_staff_at,
    )
