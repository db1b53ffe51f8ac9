"""The staff's part of the console: look-up, eligibility desk, inbox, corrections, screening."""

from __future__ import annotations

from console.areas import Area
from console.gate import Gate


def staff_area(_gate: Gate) -> Area:
    """Return the staff's pages."""
    return Area(routers=())
