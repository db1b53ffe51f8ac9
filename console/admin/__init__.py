"""The admins' part of the console that changes the law and the library: rules and documents."""

from __future__ import annotations

from console.areas import Area
from console.gate import Gate


def admin_area(_gate: Gate) -> Area:
    """Return the pages of rules and documents."""
    return Area(routers=())
