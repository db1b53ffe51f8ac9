"""The editors' and approvers' part of the console: rules, drafts, releases, documents."""

from __future__ import annotations

from console.admin.case_pages import Cases
from console.admin.changing_pages import Changing
from console.admin.documents_pages import Documents
from console.admin.draft_pages import Drafts
from console.admin.history_pages import History
from console.admin.office import Office
from console.admin.reading_pages import Reading
from console.admin.shelf import Shelf
from console.admin.yaml_pages import Source
from console.areas import Area, NavItem
from console.gate import Gate
from console.security.permissions import Permission


def admin_area(gate: Gate) -> Area:
    """Return the pages of those who change the rules and the documents."""
    shelf = Shelf(gate.deps)
    office = Office.of(gate, shelf)
    return Area(
        routers=(
            Reading(gate, shelf).router(),
            Changing(office).router(),
            Cases(office).router(),
            Source(office).router(),
            Drafts(office).router(),
            History(office).router(),
            Documents(gate).router(),
        ),
        navigation=(
            NavItem("admin.nav.rules", "/rules", Permission.RULES_READ, group="law", order=10),
            NavItem("admin.nav.figures", "/rules/figures", Permission.RULES_READ, group="law", order=20),
            NavItem("admin.nav.drafts", "/rules/drafts", Permission.RULES_READ, group="law", order=30),
            NavItem("admin.nav.releases", "/rules/releases", Permission.RULES_READ, group="law", order=40),
            NavItem("documents.title", "/documents", Permission.DOCUMENTS_READ, group="law", order=50),
        ),
        look_ahead=(shelf.look_ahead, Documents(gate).look_ahead),
    )
