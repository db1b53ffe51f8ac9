"""An area of the console: its routes and its place in the navigation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.routing import ConsoleRouter
from console.security.permissions import Permission


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
    look_ahead: Sequence[Callable[[], object]] = ()  # done once beside the start, so that no first page waits for it
