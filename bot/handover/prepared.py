"""Answers staff keep ready, with placeholders that are filled when one is used.

``{{ staff }}``, ``{{ operator }}``, ``{{ hotline }}``, ``{{ hours }}``; anything else is a figure of the rules by its
key (``{{ social_allowance.base_level }}``), as it stands on the day asked: no amount is ever typed into an answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from ruamel.yaml import YAML
from sqlalchemy import Connection, insert, select, update

from bot.errors import OutOfDate, UnknownPlaceholder
from bot.handover.holding import Staff
from bot.handover.tables import PREPARED
from bot.storage import Storage
from core.clock import Clock

FILE = Path(__file__).resolve().parent.parent / "locale" / "prepared.yaml"
_PLACEHOLDER = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


class Figures(Protocol):
    """Shows a figure of the rules."""

    def show(self, key: str, *, as_of: date, province: str | None) -> str | None:
        """Return the figure in words (``540.000 đ``), ``None`` where there is none on that day."""
        ...


class NoFigures:
    """Knows no figure."""

    def show(self, key: str, *, as_of: date, province: str | None) -> str | None:  # noqa: ARG002
        """Return ``None``."""
        return None


@dataclass(frozen=True, slots=True)
class Prepared:
    """One answer; ``version`` 0: as it came with the service."""

    slug: str
    title: str
    text: str
    version: int = 0
    changed_by: str | None = None


class PreparedAnswers:
    """Keeps and fills them. *values*: the placeholders that are the same for everyone."""

    def __init__(
        self, storage: Storage, clock: Clock, *, figures: Figures, values: Mapping[str, str], file: Path = FILE
    ) -> None:
        self._storage, self._clock, self._figures, self._values = storage, clock, figures, values
        content = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
        self._given = {slug: Prepared(slug, one["title"], one["text"].strip()) for slug, one in content.items()}

    async def all(self) -> Sequence[Prepared]:
        """Return the answers in use, by title."""
        rows = await self._storage.read(lambda connection: connection.execute(select(PREPARED)).all())
        known = dict(self._given)
        for row in rows:
            known[row.slug] = Prepared(row.slug, row.title, row.text, row.version, row.changed_by)
            if row.is_retired:
                del known[row.slug]
        return sorted(known.values(), key=lambda one: one.title)

    def fill(self, prepared: Prepared, staff: Staff, *, province: str | None = None) -> str:
        """Return the text to send today; raise ``UnknownPlaceholder`` where something has no value."""
        return self._filled(prepared, {**self._values, "staff": staff.name}, province)

    async def save(self, prepared: Prepared, staff: Staff, *, retire: bool = False) -> Prepared:
        """Keep *prepared* in place of the version it carries.

        Raise ``OutOfDate`` where somebody changed it meanwhile, ``UnknownPlaceholder`` where it could not be filled.
        """
        self.fill(prepared, staff)
        version = await self._storage.write(lambda connection: self._save(connection, prepared, staff, retire))
        return replace(prepared, version=version, changed_by=staff.username)

    def _save(self, connection: Connection, prepared: Prepared, staff: Staff, retire: bool) -> int:
        found = connection.scalar(select(PREPARED.c.version).where(PREPARED.c.slug == prepared.slug).with_for_update())
        if (found or 0) != prepared.version:
            raise OutOfDate(prepared.slug, prepared.version, found or 0)
        values = {"title": prepared.title, "text": prepared.text, "is_retired": retire}
        values |= {"version": prepared.version + 1, "changed_by": staff.username, "changed_at": self._clock.now()}
        if found is None:
            connection.execute(insert(PREPARED).values(slug=prepared.slug, **values))
        else:
            connection.execute(update(PREPARED).where(PREPARED.c.slug == prepared.slug).values(**values))
        return prepared.version + 1

    def _filled(self, prepared: Prepared, values: Mapping[str, str], province: str | None) -> str:
        def value(found: re.Match[str]) -> str:
            name = found[1]
            shown = values.get(name) or self._figures.show(name, as_of=self._clock.today(), province=province)
            if not shown:
                raise UnknownPlaceholder(prepared.slug, name)
            return shown

        return _PLACEHOLDER.sub(value, prepared.text)
