"""The staff's part of the console: look-up, eligibility desk, inbox, corrections, screening."""

from __future__ import annotations

from functools import partial

from console.areas import Area, NavItem
from console.gate import Gate
from console.security.permissions import Permission
from console.staff.corrections_pages import CorrectionPages
from console.staff.days import LawDays
from console.staff.desk_pages import desk_router, judge_once
from console.staff.inbox_pages import inbox_router
from console.staff.lookup_pages import look_up_once, lookup_router
from console.staff.screening_pages import ScreeningPages


def staff_area(gate: Gate) -> Area:
    """Return the staff's pages."""
    gate.pages.add_globals(law_days=LawDays(gate.deps.rules, gate.deps.clock))
    return Area(
        routers=(
            lookup_router(gate),
            desk_router(gate),
            inbox_router(gate),
            CorrectionPages(gate).router(),
            ScreeningPages.of(gate).router(),
        ),
        navigation=(
            NavItem("lookup.title", "/lookup", Permission.LOOKUP, order=10),
            NavItem("desk.title", "/desk", Permission.DESK, order=20),
            NavItem("inbox.title", "/inbox", Permission.INBOX_READ, order=30),
            NavItem("screening.title", "/screening", Permission.SCREENING, order=40),
            NavItem("corrections.title", "/corrections", Permission.CORRECTIONS_WRITE, order=50),
        ),
        look_ahead=(partial(look_up_once, gate), partial(judge_once, gate)),
    )
