"""Small real stand-ins for the other rooms: two benefits, five facts, a reader of a few words, one guide."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions.build import Rooms
from actions.ports import Pending, ReadingContext
from core.citations import Citation
from core.vietnamese.text import fold

LAW = Citation("176/2025/NĐ-CP, Điều 3")
LEVEL = 540_000


@dataclass(frozen=True)
class Definition:
    id: str
    scope: str
    type: str
    name_vi: str
    question_vi: str
    values: Mapping[str, str] = field(default_factory=dict)
    multiple: bool = False
    sensitive: bool = False


FACTS = {
    one.id: one
    for one in (
        Definition("age_years", "person", "int", "Tuổi", "Năm nay bao nhiêu tuổi rồi ạ?"),
        Definition("date_of_birth", "person", "date", "Ngày sinh", "Sinh ngày nào ạ?"),
        Definition("monthly_pension_vnd", "person", "money_vnd", "Lương hưu", "Có lương hưu không ạ?"),
        Definition(
            "monthly_social_insurance_benefit_vnd", "person", "money_vnd", "Trợ cấp BHXH", "Có trợ cấp BHXH không ạ?"
        ),
        Definition(
            "household_status",
            "household",
            "enum",
            "Diện hộ",
            "Nhà mình có trong danh sách hộ nghèo không ạ?",
            {"poor": "Hộ nghèo", "near_poor": "Hộ cận nghèo", "other": "Không thuộc các diện trên"},
        ),
        Definition(
            "disability_degree",
            "person",
            "enum",
            "Mức độ khuyết tật",
            "Đã có giấy xác nhận khuyết tật chưa ạ, mức nào?",
            {"none": "Không", "severe": "Nặng"},
            sensitive=True,
        ),
        Definition("former_province", "household", "enum", "Tỉnh cũ", "Trước ở tỉnh nào ạ?"),
    )
}


@dataclass(frozen=True)
class Vocabulary:
    facts: Mapping[str, Definition] = field(default_factory=lambda: FACTS)


@dataclass(frozen=True)
class Leaf:
    fact: str
    verdict: bool | None
    value: Any
    threshold: Any
    label_vi: str
    source: str = "told"
    operator: str = ">="
    citation: Citation | None = LAW


@dataclass(frozen=True)
class Decision:
    benefit: str
    outcome: str
    group: str | None = None
    results: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    refer_to_human: bool = False
    refer_reasons: tuple[Any, ...] = ()
    citations: tuple[Citation, ...] = (LAW,)
    reasons: tuple[Leaf, ...] = ()
    presumed: Mapping[str, Any] = field(default_factory=dict)
    reservation: bool = False
    bounds: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    fact: str
    benefits: tuple[str, ...]


class Engine:
    """Judges the social pension and the allowance of severely disabled people, three-valued."""

    def assess(
        self, facts: Mapping[str, Any], *, as_of: date, province: str | None, benefits: Sequence[str]
    ) -> list[Decision]:
        judges = {"social_pension": self._pension, "social_allowance": self._disabled}
        return [judges[benefit](facts) for benefit in benefits if benefit in judges]

    def next_question(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        province: str | None,
        benefits: Sequence[str],
        unanswerable: Collection[str],
    ) -> Question | None:
        for decision in self.assess(facts, as_of=as_of, province=province, benefits=benefits):
            for fact in decision.missing:
                if fact not in unanswerable:
                    return Question(fact, (decision.benefit,))
        return None

    def _pension(self, facts: Mapping[str, Any]) -> Decision:
        age = _between(facts.get("age_years"))
        household = facts.get("household_status")
        old_enough = _at_least(age, 75)
        poor = None if household is None else household in ("poor", "near_poor")
        by_age = _or(old_enough, _and(_at_least(age, 70), poor))
        no_pension = _none_of(facts.get("monthly_pension_vnd"), 1)
        low_benefit = _none_of(facts.get("monthly_social_insurance_benefit_vnd"), LEVEL)
        holds = _and(by_age, _and(no_pension, low_benefit))
        reasons = (
            Leaf("age_years", by_age, facts.get("age_years"), 75, "từ đủ 75 tuổi"),
            Leaf("monthly_pension_vnd", no_pension, facts.get("monthly_pension_vnd"), 0, "không có lương hưu"),
            Leaf(
                "monthly_social_insurance_benefit_vnd",
                low_benefit,
                facts.get("monthly_social_insurance_benefit_vnd"),
                LEVEL,
                "không hưởng trợ cấp BHXH từ mức hưu trí xã hội trở lên",
            ),
        )
        open_facts = {
            "age_years": age == (0, 200),
            "household_status": by_age is None and household is None and age != (0, 200),
            "monthly_pension_vnd": no_pension is None,
            "monthly_social_insurance_benefit_vnd": low_benefit is None,
        }
        return _decision("social_pension", holds, open_facts, reasons, "age_75" if old_enough else "age_70_74_poor")

    def _disabled(self, facts: Mapping[str, Any]) -> Decision:
        degree = facts.get("disability_degree")
        holds = None if degree is None else degree == "severe"
        reasons = (Leaf("disability_degree", holds, degree, "severe", "khuyết tật nặng"),)
        return _decision("social_allowance", holds, {"disability_degree": degree is None}, reasons, "disabled_severe")


def _decision(
    benefit: str, holds: bool | None, open_facts: Mapping[str, bool], reasons: tuple[Leaf, ...], group: str
) -> Decision:
    if holds:
        amount = {"social_pension": LEVEL, "social_allowance": LEVEL * 3 // 2}[benefit]
        return Decision(benefit, "eligible", group, {"amount_vnd_per_month": amount}, reasons=reasons)
    if holds is False:
        return Decision(benefit, "ineligible", reasons=reasons)
    missing = tuple(fact for fact, is_open in open_facts.items() if is_open)
    return Decision(benefit, "undetermined", missing=missing, reasons=reasons)


def _between(value: Any) -> tuple[int, int]:
    if isinstance(value, dict):
        return value.get("min", 0), value.get("max", 200)
    return (0, 200) if value is None else (value, value)


def _at_least(age: tuple[int, int], threshold: int) -> bool | None:
    return True if age[0] >= threshold else False if age[1] < threshold else None


def _none_of(amount: Any, limit: int) -> bool | None:
    """Tell whether *amount* stays below *limit*."""
    if amount is None:
        return None
    low, high = (amount.get("min", 0), amount.get("max")) if isinstance(amount, dict) else (amount, amount)
    if low >= limit:
        return False
    return True if high is not None and high < limit else None


def _and(a: bool | None, b: bool | None) -> bool | None:
    return False if a is False or b is False else None if a is None or b is None else True


def _or(a: bool | None, b: bool | None) -> bool | None:
    return True if a or b else None if a is None or b is None else False


@dataclass(frozen=True)
class Card:
    id: str
    name_vi: str
    area: str = "allowance"


@dataclass(frozen=True)
class Procedure:
    where: str = "UBND xã/phường"
    form: str = "Mẫu số 01"
    days_working: int | None = 7
    fee_vnd: int | None = 0
    papers: tuple[str, ...] = ("Văn bản đề nghị theo Mẫu số 01",)
    decided_by: str = ""
    starts: str = "Hưởng từ tháng ký quyết định"
    note: str = ""
    citations: tuple[Citation, ...] = (LAW,)


class Catalogue:
    """Two benefits and how one of them is applied for."""

    def cards(self, as_of: date) -> list[Card]:
        return [
            Card("social_pension", "Trợ cấp hưu trí xã hội"),
            Card("social_allowance", "Trợ cấp xã hội hằng tháng"),
        ]

    def groups(self, benefit: str) -> Mapping[str, str]:
        return {"age_75": "Từ đủ 75 tuổi"}

    def procedure(self, benefit: str, *, as_of: date, province: str | None = None) -> Procedure | None:
        return Procedure() if benefit == "social_pension" else None


class Places:
    """Names of two provinces."""

    def name(self, province: str) -> str:
        return {"ho_chi_minh": "TP. Hồ Chí Minh", "binh_duong": "Bình Dương"}.get(province, province)


@dataclass(frozen=True)
class Mention:
    person: str | None
    fact: str
    value: Any
    correction: bool = False
    described: bool = False


@dataclass(frozen=True)
class Retraction:
    facts: tuple[str, ...]
    person: str | None
    moved_to: str


@dataclass(frozen=True)
class Reading:
    mentions: tuple[Mention, ...] = ()
    people: tuple[str, ...] = ()
    focus: str | None = None
    benefits: tuple[str, ...] = ()
    province: str | None = None
    former_province: str | None = None
    answer: str | None = None
    is_correction: bool = False
    retracted: tuple[Retraction, ...] = ()
    dead: tuple[str, ...] = ()


_PEOPLE = {"me": "mother", "bo": "father", "ong": "grandfather", "ba": "grandmother", "em trai": "brother"}
_BENEFITS = {"huu tri xa hoi": "social_pension", "tro cap": "allowance"}
_ANSWERS = {"co": "yes", "khong": "no", "khong biet": "dont_know", "khong nho": "dont_know", "bo qua": "skip"}


class Reader:
    """Reads a handful of phrases, with and without accents."""

    def read(
        self, text: str, *, today: date, pending: Pending | None = None, context: ReadingContext | None = None
    ) -> Reading:
        plain = fold(text).strip(" .?!")
        people = tuple(p for word, p in _PEOPLE.items() if re.search(rf"\b{word}\b", plain))
        focus = people[0] if people else None
        correcting = bool(re.search(r"\bnham\b|\ba khong\b|xin loi", plain))
        found = tuple(self._facts(plain, focus, correcting))
        return Reading(
            mentions=found,
            people=people,
            focus=focus,
            benefits=tuple(b for words, b in _BENEFITS.items() if words in plain and "khong tro cap" not in plain)[:1],
            province="ho_chi_minh" if "binh duong" in plain else None,
            former_province="binh_duong" if "binh duong" in plain else None,
            answer=next(
                (a for words, a in _ANSWERS.items() if plain == words or (words in plain and len(words) > 5)), None
            ),
            is_correction=correcting,
        )

    def _facts(self, plain: str, focus: str | None, correcting: bool) -> list[Mention]:
        found: list[Mention] = []
        if age := re.search(r"\b(\d{1,3}) ?(?:tuoi|t)\b", plain):
            found.append(Mention(focus, "age_years", int(age[1]), correcting))
        if re.search(r"(khong|ko) (co )?luong huu", plain):
            found.append(Mention(focus, "monthly_pension_vnd", 0, correcting))
        if re.search(r"khong (co )?tro cap", plain):
            found.append(Mention(focus, "monthly_social_insurance_benefit_vnd", 0, correcting))
        for words, status in (("khong ngheo", "other"), ("can ngheo", "near_poor"), ("ho ngheo", "poor")):
            if words in plain:
                found.append(Mention(None, "household_status", status, correcting))
                break
        if "khuyet tat nang" in plain:
            found.append(Mention(focus or "self", "disability_degree", "severe", correcting))
        return found


@dataclass(frozen=True)
class Passage:
    id: str
    title: str
    text: str = "Hưởng từ tháng ký quyết định."
    citations: tuple[Citation, ...] = (LAW,)
    benefits: tuple[str, ...] = ("social_pension",)
    heading: str = ""
    kind: str = "faq"


@dataclass(frozen=True)
class Hit:
    passage: Passage
    score: float = 1.0


@dataclass(frozen=True)
class Answer:
    status: str
    text: str = ""
    citations: tuple[Citation, ...] = ()
    passages: tuple[Hit, ...] = ()
    confidence: float = 0.0
    reason: str = ""
    further: tuple[Hit, ...] = ()
    is_far: bool = False
    lead: float = 0.1


class Guides:
    """Knows when social pension is paid from; refuses all else."""

    def answer(
        self, question: str, *, as_of: date, province: str | None = None, benefits: Sequence[str] = ()
    ) -> Answer:
        if "tu thang nao" in fold(question):
            hit = Hit(Passage("guides/pension#start", "Hưởng từ tháng nào"))
            return Answer("answered", "Hưởng từ tháng ký quyết định.", (LAW,), (hit,), 0.9)
        if "mua" in fold(question).split():
            return Answer("refused", reason="outside")
        return Answer("refused", reason="not_sure")


class Ahead:
    """Sees nobody's verdict change but that of who is 72: social pension from 2029."""

    def changes(self, facts: Mapping[str, Any], *, as_of: date, province: str | None, benefit: str) -> list[Any]:
        if facts.get("age_years") != 72 or benefit != "social_pension":
            return []
        older = {**facts, "age_years": 75}
        before, after = (
            Engine().assess(f, as_of=as_of, province=province, benefits=[benefit])[0] for f in (facts, older)
        )
        return [Change(benefit, date(2029, 5, 2), ("time",), before, after, (), 75)]

    def near_misses(self, facts: Mapping[str, Any], *, as_of: date, province: str | None, benefit: str) -> list[Any]:
        return [NearMiss(benefit, "household_status", ("near_poor",), as_of)] if facts.get("age_years") == 72 else []


@dataclass(frozen=True)
class Change:
    benefit: str
    on: date
    why: tuple[str, ...]
    before: Decision
    after: Decision
    because: tuple[Leaf, ...]
    age: int | None


@dataclass(frozen=True)
class NearMiss:
    benefit: str
    fact: str
    values: tuple[Any, ...]
    since: date
    citations: tuple[Citation, ...] = (LAW,)


class Texts:
    """Has one clause."""

    def clause(self, citation: Citation, *, as_of: date) -> str | None:
        return "Người từ đủ 75 tuổi được hưởng." if citation.same_law(LAW) else None


def rooms() -> Rooms:
    """Return stand-ins for everything the dialogue asks of others."""
    return Rooms(Engine(), Ahead(), Texts(), Vocabulary(), Catalogue(), Places(), Reader(), Guides())
