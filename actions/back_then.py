"""What a citizen was entitled to on a former day: the case at hand, judged by the law of then as it is known today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from actions.asking import AGE, BIRTH
from actions.interview import Interview
from actions.judging import ELIGIBLE, INELIGIBLE
from actions.lines import Line
from actions.phrasebook import Phrasebook
from actions.ports import BenefitId, Decision, Eligibility, FactId, PersonId, Raw
from actions.wording import Wording
from core.vietnamese.dates import read_date
from core.vietnamese.format import day as shown
from core.vietnamese.words import split_words
from dialogue.components.lexicon import Phrases

_YEAR = timedelta(days=365.25)
_MOST_WORDS = 60


@dataclass(frozen=True)
class BackThen:
    """Answers ``thế năm ngoái thì được bao nhiêu`` after a verdict."""

    eligibility: Eligibility
    wording: Wording
    phrasebook: Phrasebook
    question: Phrases

    def lines(self, interview: Interview, text: str, *, today: date) -> list[Line]:
        """Return the verdicts of the former day *text* asks for; empty where it asks for none."""
        day = self._day(text, today) if interview.results and self.question.occur_in(text) else None
        if day is None:
            return []
        found = [
            (person, decision)
            for person, decision in self._decisions(interview, day, today)
            if decision.outcome in (ELIGIBLE, INELIGIBLE)
        ]
        if not found:
            return []
        said = [Line(self.wording.sentence(person, decision, as_of=day), 9) for person, decision in found]
        law = self.wording.citations(citation for _, decision in found for citation in decision.citations)
        return [Line(self.phrasebook.say("back_then", day=shown(day)), 9), *said, law]

    def _decisions(self, interview: Interview, day: date, today: date) -> Iterator[tuple[PersonId, Decision]]:
        for person, benefits in _granted(interview).items():
            facts = younger(interview.facts_of(person), today - day)
            for decision in self.eligibility.assess(
                facts, as_of=day, known_on=today, province=interview.province, benefits=benefits
            ):
                yield person, decision

    @staticmethod
    def _day(text: str, today: date) -> date | None:
        """Return the former day *text* speaks of: of a year or a month, its last."""
        words = split_words(text, limit=_MOST_WORDS)
        for at in range(len(words)):
            told = read_date(words, at, today=today)
            if told is not None and words[at - 1 if at else 0].folded != "sinh":
                day = _last_day(told.iso)
                return day if day < today else None
        return None


def _granted(interview: Interview) -> Mapping[PersonId, list[BenefitId]]:
    """Return what the people spoken of were told to be entitled to."""
    granted: dict[PersonId, list[BenefitId]] = {}
    for result in interview.results:
        if result["outcome"] == ELIGIBLE:
            granted.setdefault(result["person"], []).append(result["benefit"])
    return granted


def younger(facts: Mapping[FactId, Raw], by: timedelta) -> dict[FactId, Raw]:
    """Return *facts* with an age told today as it was so long before; a date of birth needs none of it."""
    age = facts.get(AGE)
    if age is None or BIRTH in facts:
        return dict(facts)
    least, most = int(by / _YEAR), int(-(-by // _YEAR))
    low, high = (age.get("min"), age.get("max")) if isinstance(age, dict) else (age, age)
    span = {
        name: max(limit - years, 0)
        for name, limit, years in (("min", low, most), ("max", high, least))
        if isinstance(limit, int)
    }
    return {**facts, AGE: span}


def _last_day(iso: str) -> date:
    year, month, day = (*map(int, iso.split("-")), 0, 0)[:3]
    if day:
        return date(year, month, day)
    after = date(year + 1, 1, 1) if month in (0, 12) else date(year, month + 1, 1)
    return after - timedelta(days=1)
