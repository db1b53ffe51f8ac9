"""Figures: what citizens asked, what came of it, how long it took; and how exact the answers are, for everybody."""

from __future__ import annotations

from console.areas import Area, NavItem
from console.figures.pages import FiguresPages
from console.gate import Gate
from console.security.permissions import Permission


def figures_area(gate: Gate) -> Area:
    """Return the pages of figures."""
    pages = FiguresPages(gate)
    return Area(
        routers=(pages.router(),),
        navigation=(NavItem("figures.nav.figures", "/figures", Permission.FIGURES_READ, group="service", order=5),),
        look_ahead=(pages.look_ahead,),
    )
