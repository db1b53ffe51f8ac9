"""Store what was done, however long the database is away: doing it again would be worse.

Only for results that exist nowhere else: a delivery that the channel took, a turn that the dialogue already went
through. Errors that another try cannot mend are raised at once.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

T = TypeVar("T")

PAUSES = (0.1, 0.5, 1.0, 2.0)
LONGEST_PAUSE_SECONDS = 4.0


async def until_stored(work: Callable[[], Awaitable[T]], log: structlog.typing.FilteringBoundLogger) -> T:
    """Return what *work* returns once the database takes it."""
    for pause in itertools.chain(PAUSES, itertools.repeat(LONGEST_PAUSE_SECONDS)):
        try:
            return await work()
        except (OperationalError, InterfaceError) as error:
            log.warning("not_stored_yet", error=type(error).__name__, again_after_seconds=pause)
            await asyncio.sleep(pause)
    raise AssertionError("the pauses never end")
