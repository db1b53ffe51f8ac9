"""The staff's part of the console: look-up, eligibility desk, inbox, corrections, screening."""

from __future__ import annotations

from console.areas import Area, NavItem
from console.gate import Gate
from console.security.permissions import Permission
from console.staff.desk_pages import desk_router
from console.staff.inbox_pages import inbox_router
from console.staff.lookup_pages import lookup_router


def staff_area(gate: Gate) -> Area:
    """Return the staff's pages."""
    return Area(
        routers=(lookup_router(gate), desk_router(gate), inbox_router(gate)),
        navigation=(
            NavItem("lookup.title", "/lookup", Permission.LOOKUP, order=10),
            NavItem("desk.title", "/desk", Permission.DESK, order=20),
            NavItem("inbox.title", "/inbox", Permission.INBOX_READ, order=30),
        ),
    )
