"""Pages of a list that keep their place: the filters stay in every link, and the number of the page is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request

PAGE_ROWS: Final = 50
_FURTHEST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Paging:
    """Where one is in a list: page number (from 1), rows a page, and the filters of the address."""

    number: int
    rows: int
    filters: Mapping[str, str]

    @classmethod
    def of(cls, request: Request, *, rows: int = PAGE_ROWS) -> Paging:
        """Read ``?page=`` and keep every other parameter."""
        raw = request.query_params.get("page", "1")
        number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 8 else 1
        filters = {key: value for key, value in request.query_params.items() if key != "page" and value}
        return cls(min(max(number, 1), _FURTHEST), rows, filters)

    @property
    def offset(self) -> int:
        """Return how many rows lie before this page."""
        return (self.number - 1) * self.rows

    def shown(self, rows: Sequence[Any], count: int) -> PageOf:
        """Return the page with its rows; *count* is how many there are in all."""
        return PageOf(self, rows, count)

    def link(self, number: int) -> str:
        """Return the query string of another page of the same list."""
        given = dict(self.filters) if number == 1 else {**self.filters, "page": str(number)}
        return f"?{urlencode(given)}" if given else "?"


@dataclass(frozen=True, slots=True)
class PageOf:
    """One page of a list."""

    paging: Paging
    rows: Sequence[Any]
    count: int

    @property
    def last(self) -> int:
        """Return the number of the last page."""
        return max(1, -(-self.count // self.paging.rows))

    @property
    def first_row(self) -> int:
        """Return the number of the first row shown, from 1."""
        return self.paging.offset + 1 if self.rows else 0

    @property
    def last_row(self) -> int:
        """Return the number of the last row shown."""
        return self.paging.offset + len(self.rows)

    @property
    def before(self) -> str | None:
        """Return the link to the page before."""
        return self.paging.link(min(self.paging.number - 1, self.last)) if self.paging.number > 1 else None

    @property
    def after(self) -> str | None:
        """Return the link to the page after."""
        return self.paging.link(self.paging.number + 1) if self.paging.number < self.last else None
