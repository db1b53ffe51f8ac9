"""Judge a list of people by one release, all at once: the same verdicts as :class:`rules.service.EligibilityService`.

Columns in, planes out. People who live in different places are judged place by place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from rules.cases import DEATH, Assumed, derive
from rules.engine.case import AGE, AGE_TOLD, BIRTH, FORMER, Case
from rules.engine.snapshot import Snapshot
from rules.engine.values import FactValue
from rules.engine.vector.columns import UNTOLD, Column, by_code, changes, column_of, ends, filled, full
from rules.engine.vector.combos import alike
from rules.engine.vector.figures import VectorFigures
from rules.engine.vector.leaves import Leaves
from rules.engine.vector.moving import moved
from rules.engine.vector.people import People, Relevance
from rules.engine.vector.planes import Codes, Flags, Planes, Rows
from rules.engine.vector.verdicts import VectorJudge
from rules.errors import InvalidFacts
from rules.service import EligibilityService

PROVINCE: Final = "province"


@dataclass(frozen=True, slots=True)
class Part:
    """The people of one place: their rows in the list, and what judges them."""

    rows: Rows
    judge: VectorJudge
    figures: VectorFigures


@dataclass(frozen=True)
class Judged:
    """A list, judged. ``wrong`` names what keeps a row from being judged, by its number: such rows are in no part."""

    as_of: date
    count: int
    benefits: tuple[str, ...]
    parts: tuple[Part, ...]
    wrong: Mapping[int, str]

    def outcomes(self, benefit: str) -> Codes:
        """Return of every row 1 (eligible), 0 (ineligible) or -1 (undetermined, or not judged)."""
        result = np.full(self.count, -1, np.int8)
        for part in self.parts:
            verdicts, planes = part.judge.verdicts(benefit), part.judge.planes
            codes = planes.flags(verdicts.eligible).view(np.int8) * np.int8(2)
            codes += planes.flags(verdicts.ineligible).view(np.int8)
            codes -= np.int8(1)
            if len(part.rows) == self.count:
                return codes
            result[part.rows] = codes
        return result

    def granted(self, benefit: str) -> Flags:
        """Tell who gets something whichever way it turns out, though how much may keep the verdict open."""
        result = np.zeros(self.count, np.bool_)
        for part in self.parts:
            result[part.rows] = part.judge.planes.flags(part.judge.verdicts(benefit).granted)
        return result

    def moved_since(self, before: Judged) -> Flags:
        """Tell who may be judged otherwise than in *before*: the same list, judged for another day."""
        result = np.ones(self.count, np.bool_)
        places = [(part.rows, part.judge) for part in self.parts]
        if len(places) != len(before.parts) or self.wrong != before.wrong:
            return result
        for (rows, judge), then in zip(places, before.parts, strict=True):
            if np.array_equal(rows, then.rows):
                result[rows] = judge.planes.flags(moved(then.judge, judge))
        return result

    def missing(self, benefit: str) -> dict[str, Flags]:
        """Return by fact for which rows it would settle the verdict."""
        result: dict[str, Flags] = {}
        for part in self.parts:
            for fact, who in part.judge.verdicts(benefit).missing.items():
                flags = result.setdefault(fact, np.zeros(self.count, np.bool_))
                flags[part.rows] = part.judge.planes.flags(who)
        return {fact: flags for fact, flags in result.items() if flags.any()}

    def groups(self, benefit: str) -> tuple[list[Any], Codes]:
        """Return the groups that occur, and of every row the place of its group (-1: none, or not one alone)."""
        names: dict[Any, int] = {}
        result = np.full(self.count, -1, np.int16)
        for part in self.parts:
            verdicts = part.judge.verdicts(benefit)
            table = np.array([*(names.setdefault(g, len(names)) for g in verdicts.groups), -1], np.int16)
            result[part.rows] = table[verdicts.group]
        return list(names), result

    def figures(self, benefit: str) -> tuple[list[dict[str, Any]], Codes]:
        """Return the figures that occur, and of every row the place of its own (-1: not granted).

        ``paid`` is among them where another benefit excludes this one.
        """
        kinds: list[dict[str, Any]] = []
        result = np.full(self.count, -1, np.int32)
        for part in self.parts:
            figures = part.figures.figures(benefit)
            paid, paid_of = part.figures.paid(benefit)
            both = alike([figures.of, paid_of], part.judge.planes.count)
            table: list[int] = []
            for row in both.first:
                decision, standing = int(figures.of[row]), int(paid_of[row])
                if decision < 0:
                    table.append(-1)
                    continue
                values = dict(figures.decisions[decision].results)
                if standing >= 0 and (one := paid[standing]) is not None:
                    values["paid"] = one
                table.append(len(kinds))
                kinds.append(values)
            result[part.rows] = np.array(table, np.int32)[both.kind]
        return kinds, result


class Batch:
    """Judges lists by one service: its release, its vocabulary, its presumptions."""

    def __init__(self, service: EligibilityService) -> None:
        self._service = service

    def judge(
        self,
        columns: Sequence[Column],
        count: int,
        *,
        as_of: date,
        known_on: date | None = None,
        province: str | None = None,
        benefits: Sequence[str] | None = None,
        conversational: bool = False,
    ) -> Judged:
        """Judge *count* people by the law of *as_of* as known on *known_on* (default: that day).

        A column named ``province`` holds codes or names of provinces as ``others`` and wins over *province*. Raises
        :class:`UnknownBenefit`, and :class:`InvalidFacts` where *province* is unknown.
        """
        asked = tuple(self._service.asked(benefits))
        seen = known_on or as_of
        snapshot = self._service.engine.snapshot(as_of, seen)
        told = {column.fact: column for column in columns}
        wrong = _contradictions(told, as_of)
        parts: list[Part] = []
        for rows, place in self._places(told, count, snapshot, as_of, seen, province, wrong):
            some = told if len(rows) == count else {name: column.only(rows) for name, column in told.items()}
            parts.append(self._part(some, rows, snapshot, place, asked, conversational=conversational))
        return Judged(as_of, count, asked, tuple(parts), wrong)

    def columns(self, people: Sequence[Mapping[str, Any]]) -> list[Column]:
        """Return the columns of people whose facts stand in the plain form; raises :class:`InvalidFacts`."""
        parsed = [self._service.vocabulary.parse_all(facts) for facts in people]
        findings = [finding for _values, found in parsed for finding in found]
        if findings:
            raise InvalidFacts(findings)
        names = dict.fromkeys(fact for values, _found in parsed for fact in values)
        return [column_of(name, [values.get(name) for values, _found in parsed]) for name in names]

    def _part(
        self,
        told: Mapping[str, Column],
        rows: Rows,
        snapshot: Snapshot,
        place: Case,
        asked: Sequence[str],
        *,
        conversational: bool,
    ) -> Part:
        relevance = Relevance(snapshot)
        wanted = frozenset(fact for benefit in asked for fact in relevance.of(benefit))
        said = [column for name, column in told.items() if name != PROVINCE]
        columns = self._taken(told, len(rows), place.as_of, wanted, conversational=conversational)
        cases = self._service.cases

        def case_of(row: int) -> Case:
            values = ((column.fact, column.value(int(column.codes[row]))) for column in said)
            facts = {fact: value for fact, value in values if value is not None}
            return cases.alike(place, snapshot, facts, conversational=conversational)

        people = People({column.fact: column for column in said}, columns, len(rows), case_of)
        judge = VectorJudge(snapshot, people, Leaves(place.table, columns, people.planes, place.as_of), place.table)
        return Part(rows, judge, VectorFigures(judge))

    def _taken(
        self, told: Mapping[str, Column], count: int, as_of: date, wanted: frozenset[str], *, conversational: bool
    ) -> dict[str, Column]:
        """Return what is taken of everybody: what was told, what follows from it, what is presumed."""
        columns = {name: column for name, column in told.items() if name in wanted}
        birth = births(told, count, as_of)
        columns[BIRTH] = birth
        kinds: list[Assumed] = []

        def kind(code: int) -> int:
            facts: dict[str, FactValue] = {}
            value = birth.value(code)
            if value is not None:
                facts[BIRTH] = value
                derive(facts, as_of)
            assumed = self._service.cases.assumed(facts, conversational=conversational)
            if assumed not in kinds:
                kinds.append(assumed)
            return kinds.index(assumed)

        last = min(int(birth.codes.max(initial=UNTOLD)), as_of.toordinal())
        first = int(birth.codes.min(initial=last, where=birth.codes >= 0))
        of = by_code(birth, kind, changes(first, last, kind) if last > 0 else None)
        for fact in {fact for assumed in kinds for fact in assumed.values} & wanted:
            columns[fact] = _presumed(fact, columns.get(fact), kinds, of)
        return columns

    def _places(
        self,
        told: Mapping[str, Column],
        count: int,
        snapshot: Snapshot,
        as_of: date,
        known_on: date,
        province: str | None,
        wrong: dict[int, str],
    ) -> list[tuple[Rows, Case]]:
        """Sort the rows by where people live; a place that is not known is noted in *wrong*."""
        parts = [told[name] for name in (PROVINCE, FORMER) if name in told]
        good = np.ones(count, np.bool_)
        good[list(wrong)] = False
        rows = np.flatnonzero(good)
        if not parts:
            cases = self._service.cases
            return [(rows, cases.placed({}, snapshot, as_of=as_of, known_on=known_on, province=province))]
        kinds = alike([column.codes[rows] for column in parts], len(rows))
        places: list[tuple[Rows, Case]] = []
        for number, first in enumerate(kinds.first):
            here = rows[kinds.kind == number] if len(kinds.first) > 1 else rows
            values = {column.fact: column.value(int(column.codes[rows[first]])) for column in parts}
            lives_in: Any = values.get(PROVINCE, province) or province
            facts = {FORMER: value} if (value := values.get(FORMER)) is not None else {}
            try:
                case = self._service.cases.placed(facts, snapshot, as_of=as_of, known_on=known_on, province=lives_in)
            except InvalidFacts as error:
                wrong.update(dict.fromkeys(here.tolist(), error.findings[0].code))
                continue
            places.append((here, case))
        return places


def births(told: Mapping[str, Column], count: int, as_of: date) -> Column:
    """Return when everybody was born: the day or span that was told, else what follows from the age."""
    birth = told.get(BIRTH) or full(BIRTH, UNTOLD, count)
    age = told.get(AGE_TOLD)
    if age is None and len(birth.codes) and int(birth.codes.min()) >= 0:
        return Column(BIRTH, birth.codes, (), days=True)
    others: list[FactValue] = []

    def code_of(told: FactValue | None, fact: str) -> int:
        facts: dict[str, FactValue] = {} if told is None else {fact: told}
        derive(facts, as_of)
        if BIRTH not in facts:
            return UNTOLD
        others.append(facts[BIRTH])
        return -1 - len(others)

    from_birth = np.array([UNTOLD, *(code_of(value, BIRTH) for value in birth.others)], np.int64)
    codes = np.where(birth.codes < 0, from_birth[np.minimum(birth.codes, UNTOLD) * -1 - 1], birth.codes)
    if age is not None:
        from_age: dict[int, int] = {}

        def remembered(code: int) -> int:
            if code not in from_age:
                from_age[code] = code_of(age.value(code), AGE_TOLD)
            return from_age[code]

        codes = np.where(codes == UNTOLD, by_code(age, remembered), codes)
    return Column(BIRTH, codes, others, days=True)


def _presumed(fact: str, column: Column | None, kinds: Sequence[Assumed], of: Codes) -> Column:
    """Return the column of *fact* with what is assumed of everybody who said nothing."""
    same = all(fact in kind.values and kind.values[fact] == kinds[0].values.get(fact) for kind in kinds)
    if column is None and same:
        return full(fact, -2, len(of), (kinds[0].values[fact],))
    column = column or Column(fact, np.full(len(of), UNTOLD, np.int64))
    for number, kind in enumerate(kinds):
        if fact in kind.values:
            column = filled(column, kind.values[fact], of == number)
    return column


def _contradictions(told: Mapping[str, Column], as_of: date) -> dict[int, str]:
    """Return what cannot be, by row: born or dead after the day asked about, dead before birth."""
    wrong: dict[int, str] = {}
    birth, death = told.get(BIRTH), told.get(DEATH)
    if death is not None:
        first = ends(death, last=False, open_end=0)
        wrong.update(dict.fromkeys(np.flatnonzero(first > as_of.toordinal()).tolist(), "died_later"))
    if birth is None:
        return wrong
    born = ends(birth, last=False, open_end=0)
    if death is not None:
        died = ends(death, last=True, open_end=date.max.toordinal())
        wrong.update(dict.fromkeys(np.flatnonzero((born > 0) & (died < born)).tolist(), "died_before_birth"))
    wrong.update(dict.fromkeys(np.flatnonzero(born > as_of.toordinal()).tolist(), "born_later"))
    return wrong


__all__ = ["AGE", "Batch", "Column", "Judged", "Part", "Planes", "births"]
