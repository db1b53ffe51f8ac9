"""Figures in prose: a guide names a figure by its key, the rules say what it is on the day asked.

Prose never carries an amount of its own, so it cannot grow stale. A text that names a figure without a value on
that day is not shown at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Protocol

PLACEHOLDER = re.compile(r"\{\{\s*([^{}|]+?)\s*(?:\|\s*([^{}|]*?)\s*)?\}\}")


class Figures(Protocol):
    """Shows a figure of the rules; filled in by the composition root."""

    def show(self, key: str, *, as_of: date, province: str | None, short: bool = False) -> str | None:
        """Return the figure as people read it ("540.000 đ"), or ``None`` where there is none that day.

        ``short`` asks for the round form ("100 triệu") where one fits.
        """
        ...


def fill(text: str, figures: Figures, *, as_of: date, province: str | None) -> str | None:
    """Return *text* with every placeholder filled, or ``None`` when one has no value that day."""
    filled: list[str] = []
    end = 0
    for found in PLACEHOLDER.finditer(text):
        value = figures.show(found[1], as_of=as_of, province=province, short=found[2] == "short")
        if value is None:
            return None
        filled += [text[end : found.start()], value]
        end = found.end()
    return "".join([*filled, text[end:]])


def keys(text: str) -> Iterator[str]:
    """Yield the key of every placeholder of *text*."""
    return (found[1] for found in PLACEHOLDER.finditer(text))


def without_placeholders(text: str) -> str:
    """Return *text* for indexing: figures are no words to search by."""
    return PLACEHOLDER.sub(" ", text)
