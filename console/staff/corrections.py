"""Answers marked wrong: what was asked, what was said, what would be right. Each is a task, and then a test case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, cast

import yaml
from sqlalchemy import Row, Table, func, insert, select, update

from bot.conversation.redaction import redact
from bot.vault import Vault
from console.errors import NotFound, Stale
from console.staff.tables import CorrectionRow
from core.clock import Clock
from core.database import Database

CORRECTION: Final = cast(Table, CorrectionRow.__table__)


class State(StrEnum):
    """What became of a correction."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    REFUSED = "refused"


NEXT: Final[Mapping[State, tuple[State, ...]]] = {
    State.OPEN: (State.TAKEN, State.REFUSED),
    State.TAKEN: (State.DONE, State.REFUSED, State.OPEN),
    State.DONE: (),
    State.REFUSED: (State.OPEN,),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction. ``must_contain`` are words the right answer has to hold, ``cites`` articles it rests on."""

    id: int
    state: State
    question: str = field(repr=False)
    wrong_answer: str = field(repr=False)
    right_answer: str = field(repr=False)
    must_contain: tuple[str, ...]
    cites: tuple[str, ...]
    written_by: str
    written_at: datetime
    taken_by: str | None
    version: int

    def case(self) -> dict[str, Any]:
        """Return the test case, in the form of the question sets."""
        return {
            "id": f"correction-{self.id}",
            "text": self.question,
            "must": list(self.must_contain),
            "cites": list(self.cites),
            "answer": self.right_answer,
        }


class Corrections:
    """Keeps corrections; personal numbers are blanked and the words sealed."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database, self._vault, self._clock = database, vault, clock

    def write(
        self,
        *,
        by: str,
        question: str,
        wrong_answer: str,
        right_answer: str,
        must_contain: Sequence[str],
        cites: Sequence[str],
    ) -> int:
        """Keep a new correction and return its number."""
        body = {
            "question": redact(question).text,
            "wrong_answer": redact(wrong_answer, keeps_fixed_lines=True).text,
            "right_answer": redact(right_answer, keeps_fixed_lines=True).text,
            "must_contain": list(must_contain),
            "cites": list(cites),
        }
        now = self._clock.now()
        row = {"state": State.OPEN, "body": self._vault.seal(body), "written_by": by, "written_at": now}
        with self._database.engine.begin() as connection:
            found = connection.execute(insert(CORRECTION).values(**row, changed_at=now, version=1))
        return int((found.inserted_primary_key or [0])[0])

    def one(self, number: int) -> Correction:
        """Return one correction; raises ``NotFound``."""
        with self._database.engine.connect() as connection:
            row = connection.execute(select(CORRECTION).where(CORRECTION.c.id == number)).one_or_none()
        if row is None:
            raise NotFound
        return self._read(row)

    def all(self, state: State | None, *, offset: int, limit: int) -> tuple[list[Correction], int]:
        """Return corrections in *state* (``None``: all), newest first, and how many there are."""
        chosen = CORRECTION.c.state == state if state is not None else CORRECTION.c.id > 0
        with self._database.engine.connect() as connection:
            count = connection.scalar(select(func.count()).select_from(CORRECTION).where(chosen)) or 0
            asked = select(CORRECTION).where(chosen).order_by(CORRECTION.c.id.desc()).offset(offset).limit(limit)
            return [self._read(row) for row in connection.execute(asked)], count

    def move(self, number: int, to: State, *, by: str, version: int) -> None:
        """Bring a correction into another state; raises ``Stale`` where somebody else changed it meanwhile."""
        before = self.one(number)
        if to not in NEXT[before.state]:
            raise Stale
        taken = by if to is State.TAKEN else None if to is State.OPEN else before.taken_by or by
        values = {"state": to, "taken_by": taken, "version": version + 1, "changed_at": self._clock.now()}
        here = (CORRECTION.c.id == number) & (CORRECTION.c.version == version)
        with self._database.engine.begin() as connection:
            if connection.execute(update(CORRECTION).where(here).values(**values)).rowcount != 1:
                raise Stale

    def cases(self) -> str:
        """Return every correction that is not refused as a YAML file of test cases."""
        kept, _ = self.all(None, offset=0, limit=10_000)
        cases = [one.case() for one in reversed(kept) if one.state is not State.REFUSED]
        return yaml.safe_dump({"questions": cases}, allow_unicode=True, sort_keys=False, width=120)

    def _read(self, row: Row[Any]) -> Correction:
        body: Mapping[str, Any] = self._vault.open(row.body)  # type: ignore[assignment]
        return Correction(
            row.id,
            State(row.state),
            body["question"],
            body["wrong_answer"],
            body["right_answer"],
            tuple(body["must_contain"]),
            tuple(body["cites"]),
            row.written_by,
            row.written_at,
            row.taken_by,
            row.version,
        )
