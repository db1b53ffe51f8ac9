"""``ansinh evaluate questions``: replies to a set of questions and to their accent-free twins, judged and timed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from actions.answering import AskResult
from actions.questions import Judged, judge, summary
from app.bootstrap import Parts
from app.cli.options import AsOfOption
from app.cli.output import console, emit, fail
from app.cli.question_file import read_questions
from app.logs import configure
from app.settings import Settings
from core.vietnamese.text import fold
from knowledge.figures import fill


def questions(
    source: Annotated[
        list[Path], typer.Option("--set", help="questions: JSON lines, or YAML files or folders of them")
    ],
    as_of: AsOfOption = None,
    failures: Annotated[bool, typer.Option(help="list what is not right")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Judge the replies to a set of questions: status, contents, citations, and the same for accent-free twins."""
    configure("WARNING")
    parts = Parts.of(Settings())
    parts.library.ensure()
    items = [item for path in source for item in read_questions(path)]
    if not items:
        fail("The set holds no question.", code=2)
    measured = Measuring(parts).measure(items, as_of.day if as_of else parts.clock.today())
    report = {**summary(measured.judged), "took": measured.took, "failures": [j.to_json() for j in measured.wrong]}
    if as_json:
        emit(report)
    else:
        _show(report, with_failures=failures)


class Measured:
    """Everything judged, and how long replies took."""

    def __init__(self, judged: Sequence[Judged], milliseconds: Sequence[float]) -> None:
        self.judged = judged
        ordered = sorted(milliseconds)
        self.took = {
            "p50_ms": round(ordered[len(ordered) // 2], 1),
            "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
            "replies": len(ordered),
        }

    @property
    def wrong(self) -> list[Judged]:
        """What is not as it should be, or differs from its twin."""
        return [one for one in self.judged if not (one.verdict.is_right and one.twin_is_same)]


class Measuring:
    """Asks and judges."""

    def __init__(self, parts: Parts) -> None:
        self._figures, self._answerer = parts.figures, parts.answerer()
        self._milliseconds: list[float] = []

    def measure(self, items: Sequence[Mapping[str, Any]], today: date) -> Measured:
        """Judge the reply to every item and to its twin."""
        return Measured([self.judged(item, today) for item in items], self._milliseconds)

    def judged(self, item: Mapping[str, Any], today: date, *, with_twin: bool = True) -> Judged:
        """Judge the reply to one item, and to its twin where asked to."""
        day = date.fromisoformat(str(item["as_of"])) if item.get("as_of") else today
        item = with_figures(item, self._figures, day)
        place = item.get("province")
        reply = self._reply(item["text"], day, place)
        if not with_twin:
            return Judged(item, reply, judge(item, reply))
        twin = self._reply(fold(item["text"]), day, place)
        return Judged(item, reply, judge(item, reply), twin, judge(item, twin))

    def _reply(self, text: str, day: date, province: str | None) -> AskResult:
        started = time.perf_counter()
        reply = self._answerer.reply(text, as_of=day, province=province)
        self._milliseconds.append((time.perf_counter() - started) * 1000)
        return reply


def with_figures(item: Mapping[str, Any], figures: Any, day: date) -> dict[str, Any]:
    """Return *item* with the figures it names by key (``{{ social_pension.level }}``) as they are on *day*."""
    filled = []
    for words in item.get("answer_must_contain") or ():
        shown = fill(str(words), figures, as_of=day, province=item.get("province"))
        if shown is None:
            raise ValueError(f"{item['id']}: {words!r} names a figure without a value on {day}")
        filled.append(shown)
    return {**item, "answer_must_contain": filled}


def _show(report: Mapping[str, Any], *, with_failures: bool) -> None:
    table = Table("", "questions", "status", "contains", "cites", "twin same", "identical", "against refusal")
    _row(table, "all", report)
    for sort in ("by_topic", "by_kind", "by_style"):
        table.add_section()
        for name, counts in report[sort].items():
            _row(table, name, counts)
    console.print(table)
    took = report["took"]
    console.print(f"p50 {took['p50_ms']} ms, p95 {took['p95_ms']} ms over {took['replies']} replies")
    for one in report["failures"] if with_failures else ():
        console.print(f"\n[bold]{one['id']}[/] ", end="")
        console.print(f"{one['text']}\n  {one['expected']} -> {one['status']}; lacks {one['lacking']}", markup=False)
        if one["cites_expected"]:
            console.print(f"  cites {one['citations']}, expected one of {one['cites_expected']}", markup=False)
        console.print(one["answer"], style="dim", markup=False)
        if one["twin"]:
            console.print(f"  twin: {one['twin']['status']}: {one['twin']['answer']}", style="cyan", markup=False)


def _row(table: Table, name: str, counts: Mapping[str, Any]) -> None:
    shares = [counts[key] for key in ("status", "contains", "cites", "twin_same", "twin_identical")]
    told = [f"{s['right']}/{s['of']}" for s in shares]
    table.add_row(name, str(counts["questions"]), *told, str(counts["answered_against_refusal"]))
