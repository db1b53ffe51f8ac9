"""Judge one slice of a list and say the outcome of every row in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from rules.batch import Batch, Judged
from rules.engine.vector.combos import alike
from rules.engine.vector.planes import Codes, Flags
from rules.screening.coming import Coming, coming
from rules.screening.reading import ReadSlice
from rules.screening.report import BenefitCount
from rules.screening.texts import Texts

MONTHLY: Final = "amount_vnd_per_month"
_MOST_FACTS: Final = 8

Words = list[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is judged for.

    ``days`` are the day itself and those ahead; ``completed`` are the benefits for which missing facts are named: not
    for loans nobody asked about; ``paying`` are those that pay a sum every month.
    """

    as_of: date
    province: str | None
    benefits: Sequence[str]
    completed: Sequence[str]
    benefit_names: Mapping[str, str]
    fact_names: Mapping[str, str]
    days: Sequence[date]
    paying: frozenset[str]


@dataclass(frozen=True, slots=True)
class JudgedSlice:
    """What is written of each row; ``wrong`` are rows that contradict themselves, with the key of the reason."""

    due: Words
    eligible: Words
    monthly: Sequence[int | None]
    coming: Words
    missing: Words
    outcomes: Mapping[str, Sequence[str]]
    wrong: Mapping[int, str]


class SliceJudge:
    """Judges slices by one batch evaluator and keeps the counts."""

    def __init__(self, batch: Batch, asked: Asked, texts: Texts, counts: Mapping[str, BenefitCount]) -> None:
        self._batch, self._asked, self._texts, self._counts = batch, asked, texts, counts

    def judge(self, read: ReadSlice) -> JudgedSlice:
        """Return the words for every row of *read*."""
        asked, count = self._asked, len(read.rows)
        judged = self._batch.judge(
            read.columns, count, as_of=asked.as_of, province=asked.province, benefits=asked.benefits
        )
        outcomes = {name: judged.outcomes(name) for name in asked.benefits}
        ahead = self._ahead(read, count, outcomes, judged)
        due = self._due(read, outcomes)
        self._count(judged, outcomes, due, ahead)
        return JudgedSlice(
            self._named(due, count),
            self._named({name: codes == 1 for name, codes in outcomes.items()}, count),
            self._monthly(judged, count),
            self._coming(ahead, count),
            self._missing(judged, count),
            {name: self._verdicts(codes, judged.granted(name)) for name, codes in outcomes.items()},
            judged.wrong,
        )

    def _verdicts(self, codes: Codes, granted: Flags) -> Words:
        """Return the word of every verdict; an open one tells whether only the amount is open."""
        words = self._texts.raw["outcomes"]
        order = ("ineligible", "eligible", "granted", "undetermined")
        table = np.array([words[key] for key in order], dtype=object)
        verdicts: Words = table[np.where((codes == -1) & granted, 2, codes)].tolist()
        return verdicts

    def _ahead(self, read: ReadSlice, count: int, outcomes: Mapping[str, Codes], judged: Judged) -> Coming | None:
        if len(self._asked.days) == 1 or not count:
            return None
        asked = self._asked
        ahead = coming(self._batch, read.columns, count, outcomes, days=asked.days, province=asked.province)
        for months in ahead.found.values():
            months[list(judged.wrong)] = 0
        return ahead

    def _due(self, read: ReadSlice, outcomes: Mapping[str, Codes]) -> dict[str, Codes]:
        """Return who is eligible and told not to receive it; where nothing was told nobody is."""
        told = np.array([one is not None for one in read.receives], np.bool_)
        due: dict[str, Codes] = {}
        for name, codes in outcomes.items():
            has = np.array([one is not None and name in one for one in read.receives], np.bool_)
            due[name] = (codes == 1) & told & ~has
        return due

    def _count(
        self, judged: Judged, outcomes: Mapping[str, Codes], due: Mapping[str, Codes], ahead: Coming | None
    ) -> None:
        good = np.ones(judged.count, np.bool_)
        good[list(judged.wrong)] = False
        for name, codes in outcomes.items():
            count = self._counts[name]
            count.eligible += int((codes == 1).sum())
            count.ineligible += int((codes == 0).sum())
            count.undetermined += int(((codes == -1) & good).sum())
            count.due += int(due[name].sum())
            count.coming += int((ahead.found[name] > 0).sum()) if ahead else 0
            amounts = self._amounts(judged, name)
            count.monthly_vnd += int(amounts.sum()) if amounts is not None else 0

    def _amounts(self, judged: Judged, benefit: str) -> Codes | None:
        """Return what *benefit* pays everybody a month, ``None`` where it never does."""
        if benefit not in self._asked.paying:
            return None
        kinds, of = judged.figures(benefit)
        paid = [int(kind.get(MONTHLY) or 0) if kind.get("paid") is not False else 0 for kind in kinds]
        table: Codes = np.array([*paid, 0], np.int64)
        return table[of]

    def _monthly(self, judged: Judged, count: int) -> Sequence[int | None]:
        total = np.zeros(count, np.int64)
        for name in judged.benefits:
            amounts = self._amounts(judged, name)
            if amounts is not None:
                total += amounts
        return [amount or None for amount in total.tolist()]

    def _named(self, who: Mapping[str, Codes], count: int) -> Words:
        names = [self._asked.benefit_names[name] for name in who]
        return _by_kind(
            list(who.values()), count, lambda flags: "; ".join(n for n, f in zip(names, flags, strict=True) if f)
        )

    def _coming(self, ahead: Coming | None, count: int) -> Words:
        words = [""] * count
        if ahead is None:
            return words
        for name, months in ahead.found.items():
            for row in np.flatnonzero(months).tolist():
                since = self._texts.say("result", "since", benefit=self._asked.benefit_names[name],
                                        day=ahead.when(row, int(months[row])))  # fmt: skip
                words[row] = f"{words[row]}; {since}" if words[row] else since
        return words

    def _missing(self, judged: Judged, count: int) -> Words:
        """Name the facts that would settle most of what is open, at most a few a row."""
        asks: dict[str, Any] = {}
        for name in self._asked.completed:
            for fact, who in judged.missing(name).items():
                asks[fact] = asks.get(fact, np.zeros(count, np.int8)) + who
        facts = [fact for fact in self._asked.fact_names if fact in asks]
        names = [self._asked.fact_names[fact] for fact in facts]

        def said(flags: Sequence[Any]) -> str:
            return "; ".join([name for name, flag in zip(names, flags, strict=True) if flag][:_MOST_FACTS])

        return _by_kind([asks[fact] > 0 for fact in facts], count, said)


def _by_kind(parts: Sequence[Codes], count: int, say: Callable[[Sequence[Any]], str]) -> Words:
    """Return what *say* makes of the parts of every row; asked once for rows that are alike."""
    kinds = alike(parts, count)
    said = np.array([say([part[row] for part in parts]) for row in kinds.first], dtype=object)
    return list(said[kinds.kind]) if count else []
