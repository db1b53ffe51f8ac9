"""An area of the console: its routes and its place in the navigation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from console.routing import ConsoleRouter
from console.security.permissions import Permission

# Does, step by step, what the first pages would wait for; run once beside the start, and left where the service stops.
LookAhead: TypeAlias = Callable[[], Iterator[object]]


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation: the key of its text, its path, and the permission that shows it."""

    text: str
    path: str
    needs: Permission
    group: str = "work"  # work | law | service: headings of the navigation
    order: int = 50


@dataclass(frozen=True)
class Area:
    """What one package of pages adds; templates in ``templates/<area>``, texts in ``locale/vi/<area>.yaml``."""

    routers: Sequence[ConsoleRouter]
    navigation: Sequence[NavItem] = ()
    look_ahead: Sequence[LookAhead] = ()
