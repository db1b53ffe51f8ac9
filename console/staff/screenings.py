"""Lists being screened: kept for a day, judged one at a time in the background, results for their owner only."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import structlog
from sqlalchemy import Row, Table, delete, insert, select, update

from console.deps import RulesInUse
from console.errors import NotFound
from console.staff.tables import ScreeningRow
from core.clock import Clock
from core.database import Database
from rules.errors import RulesError
from rules.screening.headers import UnusableTable
from rules.screening.limits import Limits
from rules.screening.run import Screening

SCREENING: Final = cast(Table, ScreeningRow.__table__)
KINDS: Final = {".csv": "csv", ".xlsx": "xlsx"}
KEPT_FOR: Final = timedelta(days=1)
LARGEST_BYTES: Final = 64 * 1024 * 1024
LIMITS: Final = Limits(megabytes=64, rows=500_000, unpacked_megabytes=2_000)
_PIECE: Final = 1024 * 1024

log = structlog.get_logger(__name__)


class Stage(StrEnum):
    """Where a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class TooLarge(Exception):
    """An upload is larger than is read."""


@dataclass(frozen=True, slots=True)
class Run:
    """One list of one person. ``report`` is what was counted, once it is done."""

    id: str
    owner: str
    kind: str
    shown_name: str
    stage: Stage
    done: int
    total: int | None
    problem: str | None
    report: dict[str, Any] | None
    created_at: datetime

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will happen to it."""
        return self.stage in (Stage.DONE, Stage.FAILED)


class Screenings:
    """Takes lists in, judges them one after the other, and removes them after a day."""

    def __init__(self, database: Database, clock: Clock, rules: RulesInUse, folder: Path) -> None:
        self._database, self._clock, self._rules, self._folder = database, clock, rules, folder
        self._workers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="screening")

    def take_in(self, source: BinaryIO, *, owner: str, name: str, as_of: date, province: str | None) -> str:
        """Keep an upload and queue it; returns its id. The file's own *name* is shown, never used as a path.

        Raises :class:`UnusableTable` where it is no list by its name, :class:`TooLarge`.
        """
        kind = KINDS.get(Path(name).suffix.lower())
        if kind is None:
            raise UnusableTable(name)
        self.forget_old()
        run = secrets.token_hex(16)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._keep(source, self._input(run, kind))
        values: dict[str, object] = {"id": run, "owner": owner, "kind": kind, "shown_name": Path(name).name[:120]}
        values |= {"state": Stage.WAITING, "rows_done": 0}
        with self._database.engine.begin() as connection:
            connection.execute(insert(SCREENING).values(**values, created_at=self._clock.now()))
        self.queue(run, kind, as_of=as_of, province=province)
        return run

    def queue(self, run: str, kind: str, *, as_of: date, province: str | None) -> Future[None]:
        """Judge the list *run* as soon as the ones before it are done."""
        return self._workers.submit(self._judge, run, kind, as_of, province)

    def of(self, owner: str) -> Sequence[Run]:
        """Return the lists of *owner*, newest first."""
        asked = select(SCREENING).where(SCREENING.c.owner == owner).order_by(SCREENING.c.created_at.desc()).limit(50)
        with self._database.engine.connect() as connection:
            return [_read(row) for row in connection.execute(asked)]

    def one(self, run: str, *, owner: str) -> Run:
        """Return a list of *owner*; raises ``NotFound``, also where it is somebody else's."""
        asked = select(SCREENING).where(SCREENING.c.id == run, SCREENING.c.owner == owner)
        with self._database.engine.connect() as connection:
            row = connection.execute(asked).one_or_none()
        if row is None:
            raise NotFound
        return _read(row)

    def result(self, run: Run) -> Path:
        """Return the result of a run that is done; raises ``NotFound``."""
        path = self._output(run.id)
        if run.stage is not Stage.DONE or not path.exists():
            raise NotFound
        return path

    def remove(self, run: Run) -> None:
        """Remove a list and its result now."""
        with self._database.engine.begin() as connection:
            connection.execute(delete(SCREENING).where(SCREENING.c.id == run.id))
        self._remove_files(run.id, run.kind)

    def forget_old(self) -> int:
        """Remove what is older than a day; returns how many lists that were."""
        old = SCREENING.c.created_at < self._clock.now() - KEPT_FOR
        with self._database.engine.begin() as connection:
            gone = connection.execute(select(SCREENING.c.id, SCREENING.c.kind).where(old)).all()
            connection.execute(delete(SCREENING).where(old))
        for row in gone:
            self._remove_files(row.id, row.kind)
        return len(gone)

    def close(self) -> None:
        """Take no more work; what waits is dropped."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _judge(self, run: str, kind: str, as_of: date, province: str | None) -> None:
        self._note(run, state=Stage.RUNNING)
        try:
            report = Screening(self._rules.service, limits=LIMITS).run(
                self._input(run, kind),
                self._output(run),
                as_of=as_of,
                province=province,
                on_progress=lambda done, total: self._note(run, rows_done=done, rows_total=total),
            )
        except (UnusableTable, RulesError) as error:
            self._note(run, state=Stage.FAILED, problem=str(error), ended_at=self._clock.now())
        except Exception:
            log.exception("screening_failed", run=run)
            self._note(run, state=Stage.FAILED, problem="", ended_at=self._clock.now())
        else:
            plain = {**report.to_json(), "path": "", "out": ""}
            shown = json.dumps(plain, ensure_ascii=False)
            done = {"state": Stage.DONE, "rows_done": report.rows, "report": shown}
            self._note(run, **done, ended_at=self._clock.now())
        finally:
            self._input(run, kind).unlink(missing_ok=True)

    def _note(self, run: str, **values: object) -> None:
        with self._database.engine.begin() as connection:
            connection.execute(update(SCREENING).where(SCREENING.c.id == run).values(**values))

    def _keep(self, source: BinaryIO, path: Path) -> None:
        with path.open("xb") as kept:
            shutil.copyfileobj(source, kept, _PIECE)
        if path.stat().st_size > LARGEST_BYTES:
            path.unlink()
            raise TooLarge

    def _input(self, run: str, kind: str) -> Path:
        return self._folder / f"{run}.in.{kind}"

    def _output(self, run: str) -> Path:
        return self._folder / f"{run}.xlsx"

    def _remove_files(self, run: str, kind: str) -> None:
        for path in (self._input(run, kind), self._output(run)):
            path.unlink(missing_ok=True)


def _read(row: Row[Any]) -> Run:
    return Run(
        row.id,
        row.owner,
        row.kind,
        row.shown_name,
        Stage(row.state),
        row.rows_done,
        row.rows_total,
        row.problem,
        json.loads(row.report) if row.report else None,
        row.created_at,
    )
