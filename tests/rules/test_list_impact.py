"""What a change does to people of screened lists: counted like each of them by himself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rules.batch import Batch
from rules.documents import Documents
from rules.errors import RulesError
from rules.impact import Subject, Turn, impact
from rules.list_impact import ListSlice, impact_on_lists
from rules.screening import KeptList, Screening
from rules.service import EligibilityService

DAY = date(2026, 11, 22)
RULES = "benefits/social_pension/rules.yaml"
PEOPLE: list[dict[str, Any]] = [
    {"date_of_birth": f"{1944 + n}-03-0{n % 9 + 1}", "household_status": ("poor", "near_poor", "other")[n % 3],
     "monthly_pension_vnd": (0, 400_000)[n % 2], "monthly_social_insurance_benefit_vnd": 0}
    for n in range(24)
]  # fmt: skip


@dataclass(frozen=True)
class ToldList:
    """A list kept as facts."""

    id: str
    people: Sequence[dict[str, Any]]
    province: str | None = None

    def slices(self, service: EligibilityService) -> Iterator[ListSlice]:
        for start in range(0, len(self.people), 10):
            some = self.people[start : start + 10]
            yield ListSlice(range(start + 2, start + 2 + len(some)), Batch(service).columns(some))


@pytest.fixture(scope="module")
def after() -> EligibilityService:
    """The rules with the pension from 76 years on for all."""
    documents = Documents.read()
    text = documents.texts[RULES]
    assert "at_least: 75" in text
    return EligibilityService.of(documents.changed({RULES: text.replace("at_least: 75", "at_least: 76")}))


def test_a_list_is_counted_like_each_person_in_it(service: EligibilityService, after: EligibilityService) -> None:
    """In slices or one by one: the same people turn, the same way, with the same figures."""
    subjects = [Subject(f"list/{n}", facts, DAY) for n, facts in enumerate(PEOPLE, 2)]

    by_list = impact_on_lists(service, after, [ToldList("list", PEOPLE)], on=DAY)
    one_by_one = impact(service, after, subjects)

    assert by_list.affected
    assert by_list.to_json()["counts"] == one_by_one.to_json()["counts"]
    assert (by_list.looked_at, by_list.affected) == (one_by_one.looked_at, one_by_one.affected)
    assert sorted(map(str, by_list.effects)) == sorted(map(str, one_by_one.effects))


def test_a_screened_list_is_read_again_from_its_result(
    service: EligibilityService, after: EligibilityService, tmp_path: Path
) -> None:
    """Its lines are those of the list that was handed in; what cannot be judged that day is counted apart."""
    path = tmp_path / "people.csv"
    rows = ["Họ tên;Ngày sinh;Diện hộ;Lương hưu;Trợ cấp BHXH", "An;01/3/1951;không thuộc;0;0", "Bo;31/2/1950;nghèo;0;0",
            "Cúc;5/6/1950;không thuộc;0;0", "Dậu;5/6/1999;nghèo;0;0"]  # fmt: skip
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    report = (
        Screening(service)
        .run(path, tmp_path / "result.xlsx", as_of=DAY, months_ahead=0, province="hai_phong")
        .to_json()
    )
    kept = KeptList("run7", tmp_path / "result.xlsx", DAY, report["province"])

    found = impact_on_lists(service, after, [kept], on=DAY, benefits=["social_pension"])

    (effect,) = found.effects
    assert (effect.subject, effect.turn) == ("run7/2", Turn.LOST)
    assert (found.looked_at, found.affected, found.unreadable) == (3, 1, 0)


def test_an_age_told_has_grown_by_the_day_looked_at(
    service: EligibilityService, after: EligibilityService, tmp_path: Path
) -> None:
    """'74 years old' a year ago is 75 today, for sure."""
    path = tmp_path / "people.csv"
    path.write_text("Tuổi;Diện hộ;Lương hưu;Trợ cấp BHXH\n74;không thuộc;0;0\n", encoding="utf-8")
    Screening(service).run(path, tmp_path / "result.xlsx", as_of=date(2025, 11, 22), months_ahead=0)
    kept = KeptList("run8", tmp_path / "result.xlsx", date(2025, 11, 22))

    found = impact_on_lists(service, after, [kept], on=DAY, benefits=["social_pension"])

    assert [effect.turn for effect in found.effects] == [Turn.LOST]  # at 74 there would be nothing to lose


def test_a_list_that_cannot_be_read_is_an_error_of_the_rules(
    service: EligibilityService, after: EligibilityService, tmp_path: Path
) -> None:
    """A place that does not exist, a file that was cut off: who asks may pass over the list."""
    (tmp_path / "result.xlsx").write_bytes(b"PK")

    for kept in (KeptList("a", tmp_path / "result.xlsx", DAY), ToldList("b", PEOPLE, "Atlantis")):
        with pytest.raises(RulesError):
            impact_on_lists(service, after, [kept], on=DAY)
