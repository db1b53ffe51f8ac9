"""A console over a small set of rules of the tests' own, published in its store: quick to compile and to judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from console import aside
from rules.documents import Documents
from rules.store.active import RuleSet
from rules.store.seeding import Seeder
from tests.console.desk import ConsoleUnderTest
from tests.rules.small import BENEFIT, LEVEL_TEXT

LEVEL = "parameters/test.yaml"
RULES = "benefits/test/rules.yaml"
CASES = "benefits/test/cases.yaml"
SMALL = {
    RULES: BENEFIT
    + """
requires: {fact: monthly_pension_vnd, less_than: test.level}
groups:
  - {id: old, name: Người cao tuổi, cites: ['1/2020/NĐ-CP, Điều 2'], when: {fact: age, at_least: 75}}
results:
  amount_vnd: {unit: vnd, value: test.level}
""",
    LEVEL: LEVEL_TEXT,
    CASES: """- id: small-old
  title: Tuổi 80, không lương hưu
  as_of: 2027-02-01
  facts: {date_of_birth: 1940-01-01, monthly_pension_vnd: 0}
  expect: [{benefit: test, outcome: eligible, amount_vnd: 100000}]
- id: small-before
  title: Cũng người ấy, một ngày của năm 2026
  as_of: 2026-02-01
  facts: {date_of_birth: 1940-01-01, monthly_pension_vnd: 0}
  expect: [{benefit: test, outcome: eligible, amount_vnd: 100000}]
- id: small-pension
  title: Lương hưu 150.000 đồng
  as_of: 2027-02-01
  facts: {date_of_birth: 1940-01-01, monthly_pension_vnd: 150000}
  expect: [{benefit: test, outcome: ineligible}]
""",
}


class LiveRules:
    """The release in use, as the watching process would have it."""

    def __init__(self, desk: ConsoleUnderTest) -> None:
        self._desk, self._made = desk, {}

    @property
    def current(self) -> RuleSet:
        releases = self._desk.deps.releases
        seq = releases.active_seq()
        if seq not in self._made:
            record = releases.get(seq)
            self._made[seq] = RuleSet.of(releases.documents(record), record)
        return self._made[seq]


def small_desk(folder: Path, *, texts: Mapping[str, str] | None = None, **given: object) -> ConsoleUnderTest:
    """Return a console whose store holds the small rules (or *texts*) as release 1."""
    desk = ConsoleUnderTest(folder, **given)  # type: ignore[arg-type]
    Seeder(desk.deps.releases, "1.0", Documents(texts or SMALL)).ensure()
    desk.parts.watched = LiveRules(desk)  # type: ignore[assignment]
    return desk


@pytest.fixture(autouse=True)
def patient_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages wait for what is worked out beside them, so that tests look at it at once."""
    monkeypatch.setattr(aside, "_PATIENCE", 60)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ConsoleUnderTest]:
    desk = small_desk(tmp_path)
    yield desk
    desk.close()
