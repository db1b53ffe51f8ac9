"""How large a list may be: what one run reads at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run. ``rows_at_once`` is the slice judged together, ``problems`` how many are kept in words.

    ``unpacked_megabytes`` is what a workbook may come to when unpacked; ``whole_megabytes`` how large a workbook of an
    older kind may be, which is read whole.
    """

    megabytes: int = 500
    unpacked_megabytes: int = 12_000
    whole_megabytes: int = 64
    rows: int = 2_000_000
    columns: int = 300
    cell_characters: int = 2_000
    rows_at_once: int = 20_000
    problems: int = 10_000
