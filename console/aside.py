"""Values that take longer than a page may: worked out beside it, one after the other, and kept by their key.

A page that gets ``None`` says so and asks again (``hx-trigger="load delay:1s"``, or :func:`asking_again`).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

from starlette.responses import Response

T = TypeVar("T")
SECONDS: Final = "1"
_PATIENCE: Final = 0.02  # seconds a page waits all the same: what is kept elsewhere is there at once


class Aside:
    """Keeps the *most* values last asked for."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="console-aside")

    def get(self, key: Hashable, make: Callable[[], T]) -> T | None:
        """Return what *make* gives, ``None`` while it is being made; raises what *make* raised, and forgets it."""
        with self._lock:
            if key not in self._values:
                self._values[key] = self._worker.submit(make)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)[1].cancel()
            found = self._values[key]
        try:
            return found.result(timeout=_PATIENCE)  # type: ignore[no-any-return]
        except TimeoutError:
            return None
        except Exception:
            with self._lock:
                self._values.pop(key, None)
            raise


def asking_again(page: Response) -> Response:
    """Let the browser open the same page again in a moment; works without scripts."""
    page.headers["Refresh"] = SECONDS
    return page
