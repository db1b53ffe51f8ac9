"""Options that several commands share, read once and with one message each when they are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

import typer

from app.cli.output import fail
from rules.places import Places


@dataclass(frozen=True)
class AsOf:
    """The day whose law is applied."""

    day: date

    @classmethod
    def parse(cls, text: str) -> AsOf:
        """Read ``2026-11-21``."""
        try:
            return cls(date.fromisoformat(text))
        except ValueError as error:
            raise typer.BadParameter(f"{text!r} is no day; write it as 2026-11-21") from error


AsOfOption = Annotated[
    AsOf | None,
    typer.Option("--as-of", parser=AsOf.parse, metavar="DAY", help="law of this day, as 2026-11-21; default: today"),
]
Province = Annotated[str | None, typer.Option(help="province the citizen lives in: code or name, old or new")]


def known_province(places: Places, given: str | None) -> str | None:
    """Return the code of the province named by code or by name; end with the nearest names where it is unknown."""
    if given is None:
        return None
    if given in places.units or given in places.former:
        return given
    found = places.find(given)
    if len(found) == 1:
        return found[0].former or found[0].province
    wrong = places.resolve(given, date.max)
    return fail(wrong if isinstance(wrong, str) else f"unknown province {given!r}", code=2)
