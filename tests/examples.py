"""How many examples a property test draws: a few that are always the same, or with ``EXAMPLES=50`` many at random."""

from __future__ import annotations

import os
from typing import Final

from hypothesis import settings

TIMES: Final = int(os.environ.get("EXAMPLES", "1"))


def often(count: int) -> int:
    """Return *count*, or as many times that as are asked for."""
    return count * TIMES


def settle_down() -> None:
    """Draw the same examples every time, unless more are asked for; let every example take its time.

    A change must not fail by examples that have nothing to do with it: those are looked for with ``make fuzz``.
    """
    settings.register_profile("any-machine", deadline=None, derandomize=TIMES == 1, max_examples=often(100))
    settings.load_profile("any-machine")
