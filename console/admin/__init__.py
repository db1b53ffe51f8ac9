"""The editors' and approvers' part of the console: rules, drafts, releases, documents."""

from __future__ import annotations

from console.admin.reading_pages import Reading
from console.admin.shelf import Shelf
from console.areas import Area, NavItem
from console.gate import Gate
from console.security.permissions import Permission


def admin_area(gate: Gate) -> Area:
    """Return the pages of those who change the rules and the documents."""
    shelf = Shelf(gate.deps)
    return Area(
        routers=(Reading(gate, shelf).router(),),
        navigation=(
            NavItem("admin.nav.rules", "/rules", Permission.RULES_READ, group="law", order=10),
            NavItem("admin.nav.figures", "/rules/figures", Permission.RULES_READ, group="law", order=20),
        ),
    )
