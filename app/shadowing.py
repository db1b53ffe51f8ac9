"""Guard against an installed package that shadows one of our top-level names.

``rules``, ``core`` or ``app`` are words that others use too; a foreign package of that name on the path would be
imported instead of ours and fail in strange places. Better to say so at the start.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("app", "bot", "knowledge", "rules", "actions", "console", "core", "dialogue")


class ShadowedPackage(ImportError):
    """A top-level name of the project is taken by something else."""

    def __init__(self, name: str, found: str) -> None:
        self.name, self.found = name, found
        super().__init__(
            f"The name {name!r} belongs to this project ({ROOT / name}) but Python finds it at {found}. "
            f"Uninstall the package that brings it, or run in the environment that `make setup` makes."
        )


def shadowed(names: Iterable[str] = ROOMS, *, root: Path = ROOT) -> list[ShadowedPackage]:
    """List every top-level name that does not lead to this project."""
    problems = []
    for name in names:
        spec = importlib.util.find_spec(name)
        found = spec.origin if spec and spec.origin else "nowhere"
        if Path(found).parent != root / name:
            problems.append(ShadowedPackage(name, found))
    return problems


def guard() -> None:
    """Raise :class:`ShadowedPackage` for the first name that is taken."""
    for problem in shadowed():
        raise problem
