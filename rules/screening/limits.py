"""How large a list may be: what one run reads at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run. ``rows_at_once`` is the slice judged together, ``problems`` how many are kept in words."""

    megabytes: int = 500
    rows: int = 2_000_000
    columns: int = 300
    cell_characters: int = 2_000
    rows_at_once: int = 50_000
    problems: int = 10_000
