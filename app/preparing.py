"""Make ready what a start needs: database, Rasa's model, knowledge index. What is there already is left alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from app.bootstrap import Parts
from core.migrations import revisions


@dataclass(frozen=True)
class Step:
    """One thing to make ready; ``work`` reports progress as (done, total), total 0 where it is not known."""

    name: str
    work: Callable[[Callable[[int, int], None]], str]


def steps(parts: Parts) -> list[Step]:
    """List what a start needs; the slow ones do not depend on each other."""
    return [
        Step("rules", lambda _: f"release {parts.rules.release.id}"),
        Step("database", lambda _: _migrate(parts)),
        Step("dialogue model", lambda _: parts.rasa.train(lambda _line: None).name),
        Step("knowledge index", lambda tell: _index(parts, tell)),
    ]


def prepare_all(parts: Parts, console: Console) -> None:
    """Do every step, two at a time, with visible progress; the first failure is raised when all have ended."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(2) as pool:
        doing = [_begin(step, progress, pool) for step in steps(parts)]
        for future in doing:
            future.exception()
    for future in doing:
        future.result()


def _begin(step: Step, progress: Progress, pool: ThreadPoolExecutor) -> Future[None]:
    task = progress.add_task(step.name, total=None)

    def work() -> None:
        try:
            result = step.work(lambda done, total: progress.update(task, completed=done, total=total or None))
        except Exception:
            _close(progress, task, f"[red]{step.name}: failed")
            raise
        _close(progress, task, f"{step.name}: {result}")

    return pool.submit(work)


def _close(progress: Progress, task: TaskID, description: str) -> None:
    progress.update(task, description=description, total=1, completed=1)


def _migrate(parts: Parts) -> str:
    here, newest = revisions(parts.database)
    return f"revision {here}" if here == newest else f"revision {here}, newest is {newest}"


def _index(parts: Parts, tell: Callable[[int, int], None]) -> str:
    index = parts.library.ensure(progress=tell)
    return f"{len(index.passages)} passages, build {index.name}"
