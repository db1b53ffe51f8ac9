"""One run over one list: read a slice, judge it, write it, go on."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from rules.batch import Batch
from rules.catalogue import ON_REQUEST
from rules.screening.coming import days_to_judge
from rules.screening.headers import Headers, Heading, UnusableTable
from rules.screening.judging import MONTHLY, Asked, JudgedSlice, SliceJudge
from rules.screening.limits import Limits
from rules.screening.reading import ReadSlice, SliceReader, reader_for
from rules.screening.repeats import Repeats
from rules.screening.report import BenefitCount, Problem, ScreeningReport
from rules.screening.tables import Slice, Table
from rules.screening.texts import Texts
from rules.screening.writing import RESULTS, Cell, Writer, writer_for
from rules.service import EligibilityService

MONTHS_AHEAD: Final = 24
Progress = Callable[[int, int | None], None]


class Screening:
    """Screens lists by one service."""

    def __init__(
        self, service: EligibilityService, *, texts: Texts | None = None, limits: Limits | None = None
    ) -> None:
        self._service, self._texts, self._limits = service, texts or Texts.load(), limits or Limits()

    def run(
        self,
        path: Path,
        out: Path,
        *,
        as_of: date,
        province: str | None = None,
        benefits: Sequence[str] | None = None,
        months_ahead: int = MONTHS_AHEAD,
        on_progress: Progress | None = None,
    ) -> ScreeningReport:
        """Judge everybody in *path* and write *out*; returns what was counted and what could not be read.

        *on_progress* is told the rows done and, where known, how many there are. The result appears under its name
        only when it is whole. Raises :class:`UnusableTable` with a Vietnamese sentence, :class:`UnknownBenefit`,
        :class:`InvalidFacts` for an unknown province.
        """
        started = time.perf_counter()
        self._check_result(path, out)
        headers = Headers(self._service.vocabulary, self._texts)
        table = Table(path, self._limits, self._texts, headers.is_head)
        asked = self._asked(as_of, province, benefits, months_ahead)
        report = self._report(path, out, asked)
        unfinished = out.with_name(f".{out.stem}.{os.getpid()}{out.suffix}")
        try:
            for done in self._slices(table, unfinished, asked, report):
                if on_progress is not None:
                    on_progress(done, table.total)
            unfinished.replace(out)
        finally:
            unfinished.unlink(missing_ok=True)
        report.seconds = time.perf_counter() - started
        report.peak_megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return report

    def _check_result(self, path: Path, out: Path) -> None:
        """See to it before anything is read that the result can be written, and not over the list."""
        if out.suffix.lower() not in RESULTS:
            known = ", ".join(RESULTS)
            raise UnusableTable(self._texts.say("errors", "result_suffix", known=known, found=out.suffix))
        if not out.parent.is_dir():
            raise UnusableTable(self._texts.say("errors", "no_folder", folder=out.parent))
        if out.is_dir() or (out.exists() and path.exists() and out.samefile(path)):
            raise UnusableTable(self._texts.say("errors", "not_over", out=out))

    def _slices(self, table: Table, out: Path, asked: Asked, report: ScreeningReport) -> Iterator[int]:
        judge = SliceJudge(Batch(self._service), asked, self._texts, report.counts)
        writer: Writer | None = None
        reader: SliceReader | None = None
        headings: list[Heading] = []
        titles: Sequence[str] = ()
        sheet: str | None = None
        repeats = Repeats()
        for some in table.slices():
            if sheet != some.sheet or reader is None:
                headings = self._headings(some, titles)
                reader, sheet = reader_for(self._service, headings, self._texts, self._limits), some.sheet
                if writer is None:
                    titles = some.titles
                    report.unread_columns = Headers(self._service.vocabulary, self._texts).unread(headings)
                    writer = writer_for(out, self._titles(titles, asked), self._texts)
            read = reader.read(some)
            judged = judge.judge(read)
            self._note(report, some, read, judged, headings, repeats)
            assert writer is not None  # noqa: S101  (made with the first slice)
            writer.rows(list(self._rows(read, judged, len(titles), asked)))
            yield report.rows
        if writer is None:
            raise UnusableTable(self._texts.say("errors", "empty"))
        writer.close(report)

    def _headings(self, some: Slice, titles: Sequence[str]) -> list[Heading]:
        """Return what the columns are; further sheets must have the columns of the first."""
        if titles and list(titles) != list(some.titles):
            raise UnusableTable(self._texts.say("errors", "other_columns", sheet=some.sheet))
        return Headers(self._service.vocabulary, self._texts).read(some.titles)

    def _asked(self, as_of: date, province: str | None, benefits: Sequence[str] | None, months: int) -> Asked:
        service = self._service
        snapshot = service.engine.snapshot(as_of, as_of)
        names = [name for name in service.asked(benefits) if benefits or snapshot.benefits[name].final is None]
        service.cases.placed(
            {}, snapshot, as_of=as_of, known_on=as_of, province=province
        )  # an unknown one is named now
        law = service.engine.days_of_change
        return Asked(
            as_of,
            province,
            names,
            [name for name in names if benefits or service.release.benefits[name].area not in ON_REQUEST],
            {name: service.release.benefits[name].name_vi for name in names},
            {fact.id: fact.name_vi for fact in service.vocabulary.facts.values()},
            days_to_judge(as_of, months, law) if months else [as_of],
            frozenset(name for name in names if any(r.name == MONTHLY for r in service.release.benefits[name].results)),
        )

    def _report(self, path: Path, out: Path, asked: Asked) -> ScreeningReport:
        counts = {name: BenefitCount(name, asked.benefit_names[name]) for name in asked.benefits}
        province = self._service.places.name(asked.province) if asked.province else None
        return ScreeningReport(path.name, out.name, asked.as_of, province, self._service.release.id[:12], counts)

    def _titles(self, titles: Sequence[str], asked: Asked) -> list[str]:
        say = self._texts.raw["result"]
        added = [say[key] for key in ("due", "eligible", "monthly", "coming", "missing")]
        return [say["line"], *titles, *added, *asked.benefit_names.values()]

    def _rows(self, read: ReadSlice, judged: JudgedSlice, width: int, asked: Asked) -> Iterator[list[Cell]]:
        by_benefit = zip(*(judged.outcomes[name] for name in asked.benefits), strict=True)
        parts = zip(read.rows, judged.due, judged.eligible, judged.monthly, judged.coming, judged.missing, by_benefit,
                    strict=True)  # fmt: skip
        for number, ((line, row), due, eligible, monthly, ahead, missing, outcomes) in enumerate(parts):
            if number not in judged.wrong:
                cells = [*row[:width], *[""] * (width - len(row))]
                yield [line, *cells, due, eligible, monthly, ahead, missing, *outcomes]

    def _note(
        self,
        report: ScreeningReport,
        some: Slice,
        read: ReadSlice,
        judged: JudgedSlice,
        headings: Sequence[Heading],
        repeats: Repeats,
    ) -> None:
        """Count the slice, and keep what was wrong in it."""
        problems = list(read.problems)
        for number, code in judged.wrong.items():
            message = self._texts.say("problems", code, text="")
            problems.append(Problem(code, some.sheet, read.rows[number][0], "", message))
        again = repeats.found(headings, some.sheet, read.rows)
        for number, before in again.items():
            key = "repeated" if before.sheet == some.sheet else "repeated_elsewhere"
            message = self._texts.say("problems", key, line=before.line, sheet=before.sheet)
            problems.append(Problem("repeated", some.sheet, read.rows[number][0], "", message, stops=False))
        report.repeated += len(again)
        report.rows += len(some.rows)
        report.left_out += read.left_out + len(judged.wrong)
        report.judged += len(read.rows) - len(judged.wrong)
        report.note(sorted(problems, key=lambda problem: problem.line), self._limits.problems)
        if report.rows > self._limits.rows:
            raise UnusableTable(self._texts.say("errors", "too_many_rows", limit=self._limits.rows))
