"""What one incoming message leads to, decided before anything is stored, so that all of it is stored at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.messages import Author, Choice, Reply
from bot.tables import Holder


@dataclass(frozen=True, slots=True)
class Part:
    """One outgoing message, fitted to its channel."""

    text: str = field(repr=False)
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """The result of one incoming message.

    ``said``: the line the transcript keeps of it (``None``: none). ``holder``: who has the conversation from now on
    (``None``: as before). ``erase``: everything kept of the conversation goes; only ``replies`` are still sent.
    ``keeps``: the citizen agreed that her talk is kept.
    ``unreachable``: nothing more can be sent. ``set_aside``: why this message could not be worked on.
    """

    said: str | None = field(default=None, repr=False)
    author: Author = Author.CITIZEN
    replies: tuple[Reply, ...] = ()
    holder: Holder | None = None
    reason: str | None = None
    erase: bool = False
    keeps: bool = False
    unreachable: bool = False
    set_aside: str | None = None


def with_tokens(turn: Turn, seq: int) -> Turn:
    """Return *turn* with every choice named ``seq.reply.position``: short, and the same when worked on again."""
    replies = tuple(
        replace(
            reply,
            choices=tuple(replace(c, token=f"{seq}.{number}.{at}") for at, c in enumerate(reply.choices)),
        )
        for number, reply in enumerate(turn.replies)
    )
    return replace(turn, replies=replies)
