"""What lets one process answer sooner: the event loop, the turns of its threads, when rubbish is collected.

Each was measured with signed calls at 50 a second (``make load``); figures in ``docs/operations.md``.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Coroutine
from typing import Any

# The actions reason in threads; by default one of them keeps the interpreter for 5 ms at a time, and a webhook that has
# to be stored changes threads twice. With four busy threads that hop took 123 ms at 5 ms, 20 ms at 1 ms.
SWITCH_SECONDS = 0.001
# Objects made before the youngest are looked through: by default 700, hundreds of times a second here.
YOUNG_OBJECTS = 20_000


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run *work* to its end on the fastest event loop there is."""
    sys.setswitchinterval(SWITCH_SECONDS)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(work)


def settle() -> None:
    """Leave what is there now (rules, guides, code) out of all later collections.

    It stays, and it is a lot: to look through it all takes the better part of a second, and everything waits.
    What is rubbish by now is thrown away first: frozen, it would stay for ever. What was left out before is not looked
    through again, so that only the first call, before anything is served, takes its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)


def _loop_factory() -> Any:
    """Return uvloop's loops where it is installed (it is not made for Windows)."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
