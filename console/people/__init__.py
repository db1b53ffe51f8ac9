"""People and switches: accounts, roles, sessions, one's own account."""

from __future__ import annotations

from console.areas import Area, NavItem
from console.gate import Gate
from console.people.account import account_router
from console.people.users import Users
from console.security.permissions import Permission


def people_area(gate: Gate) -> Area:
    """Return the pages about people."""
    return Area(
        routers=(account_router(gate), Users(gate).router()),
        navigation=(NavItem("people.nav.users", "/users", Permission.USERS_READ, group="service", order=10),),
    )
