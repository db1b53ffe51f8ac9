"""Small real stand-ins for the other rooms: five facts, a catalogue, a reader of a few words, one guide."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions.build import Rooms
from actions.ports import Pending, ReadingContext
from core.citations import Citation
from core.vietnamese.text import fold
from tests.actions.engine import LAW, Ahead, Engine


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
    day_of_birth: str | None = None


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
    former_day: date | None = None
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


class Texts:
    """Has one clause."""

    def clause(self, citation: Citation, *, as_of: date) -> str | None:
        return "Người từ đủ 75 tuổi được hưởng." if citation.same_law(LAW) else None


@dataclass(frozen=True)
class Cards:
    """A plan for nobody."""

    choices: tuple[Any, ...] = ()
    total_vnd: int | None = None
    saved_vnd: int = 0
    citations: tuple[Citation, ...] = ()


class Kin:
    """No two entitlements exclude each other, and no plan is made."""

    def exclusions(
        self, people: Mapping[str, Any], shared: Mapping[str, Any], *, as_of: date, province: str | None
    ) -> Sequence[Any]:
        return ()

    def cards(
        self, people: Mapping[str, Any], shared: Mapping[str, Any], *, as_of: date, province: str | None
    ) -> Cards:
        return Cards()


def rooms() -> Rooms:
    """Return stand-ins for everything the dialogue asks of others."""
    return Rooms(Engine(), Ahead(), Texts(), Vocabulary(), Catalogue(), Places(), Reader(), Guides(), Kin())
