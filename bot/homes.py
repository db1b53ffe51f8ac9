"""A talk stays with the process that answered last: its home.

What a citizen told without agreeing that it is kept is in the memory of one process only, and so is Rasa's tracker.
Another process answers where the home is gone or too slow; what the old home remembers is out of date from then on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, func, not_, or_, select

from bot.storage import Storage
from bot.tables import CONVERSATION, INBOX, WORKER, InboxStatus
from bot.worker import Worker

LONGEST_WAIT: Final = timedelta(minutes=1)  # of a message for its home; then anybody may answer
AT_ONCE: Final = 500  # ids in one query

_OLDEST = (
    select(func.min(INBOX.c.due_at))
    .where(INBOX.c.conversation_id == CONVERSATION.c.id, INBOX.c.status == InboxStatus.WAITING)
    .scalar_subquery()
)
_KNOWN_HERE = select(CONVERSATION.c.id).where(
    CONVERSATION.c.id.in_(bindparam("ids", expanding=True)),
    or_(
        CONVERSATION.c.home.is_(None),
        CONVERSATION.c.home == bindparam("worker"),
        CONVERSATION.c.reader == bindparam("worker"),
    ),
)


def is_at_home() -> ColumnElement[bool]:
    """Return the condition that worker ``:worker`` is the one to answer a conversation.

    Its home is the one, while it was alive at ``:alive_at`` and lets nothing wait since before ``:overdue``.
    """
    home = CONVERSATION.c.home
    alive = select(WORKER.c.id).where(WORKER.c.alive_until > bindparam("alive_at"))
    overdue = bindparam("overdue", type_=INBOX.c.due_at.type)
    return or_(home.is_(None), home == bindparam("worker"), not_(home.in_(alive)), overdue >= _OLDEST)


class Homes:
    """Tells which conversations live elsewhere than with *worker*."""

    def __init__(self, storage: Storage, worker: Worker) -> None:
        self._storage, self._worker = storage, worker

    async def gone(self, conversations: Collection[str]) -> Sequence[str]:
        """Return those of *conversations* that another worker answered last, or that are no more."""
        if not conversations:
            return ()
        here = await self._storage.read(lambda connection: set(self._here(connection, conversations)))
        return [id for id in conversations if id not in here]

    def _here(self, connection: Connection, conversations: Collection[str]) -> Iterator[str]:
        ids = list(conversations)
        for some in (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)):
            yield from connection.scalars(_KNOWN_HERE, {"ids": some, "worker": self._worker.id})
