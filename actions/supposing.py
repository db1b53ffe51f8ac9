"""Verdicts at once, without asking back: settled ones as they are, open ones under their conditions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from actions.interview import Interview
from actions.judging import ELIGIBLE, INELIGIBLE, UNDETERMINED, Judge, Judged
from actions.lines import Line, cited
from actions.ports import BenefitId, Decision, FactDefinition, FactId, PersonId, Raw, Vocabulary
from actions.whatif import AGES, Branch, Question, WhatIf, is_no, is_ordinary
from actions.wording import Wording, worth_telling
from core.citations import Citation

MOST_OPEN = 2
# A verdict under more conditions than this says little to someone who told one thing.
MOST_CONDITIONS = 2


@dataclass(frozen=True)
class Supposed:
    """What can be said of a case as far as it was told."""

    lines: tuple[Line, ...] = ()
    citations: tuple[Citation, ...] = ()
    judged: tuple[Judged, ...] = field(default=(), repr=False)
    # The benefits the lines speak of.
    benefits: tuple[BenefitId, ...] = ()

    @property
    def is_answer(self) -> bool:
        """Tell whether anything can be said."""
        return bool(self.lines)


class Supposing:
    """Says as much of a case as its facts allow."""

    def __init__(self, judge: Judge, what_if: WhatIf, wording: Wording, vocabulary: Vocabulary) -> None:
        self._judge, self._what_if, self._wording, self._vocabulary = judge, what_if, wording, vocabulary

    def answer(self, interview: Interview, *, as_of: date) -> Supposed:
        """Return the verdicts on everyone in *interview*, conditional where a fact is not told."""
        judged = [_without_idle_refusals(one, interview) for one in self._judge.judge(interview, as_of=as_of)]
        lines: list[Line] = []
        citations: list[Citation] = []
        told: list[BenefitId] = []
        for one in judged:
            settled = worth_telling(one)
            told += [decision.benefit for decision in settled]
            lines += self._wording.verdict(one, as_of=as_of, province=interview.province)
            lines += self.brought(interview, one, as_of=as_of)
            citations += [c for decision in settled for c in decision.citations]
            if not any(decision.outcome == ELIGIBLE for decision in settled):
                branches = self._branches(interview, one, as_of)
                lines += self._wording.conditional(one.person, branches, as_of=as_of) if branches else []
                citations += [c for branch in branches for c in branch.decision.citations]
                told += [branch.decision.benefit for branch in branches]
                lines += self._by_way_of_a_grant(interview, one, as_of)
        citations += [Citation(text) for text in cited(lines)]
        return Supposed(tuple(lines), tuple(dict.fromkeys(citations)), tuple(judged), tuple(dict.fromkeys(told)))

    def brought(self, interview: Interview, judged: Judged, *, as_of: date) -> list[Line]:
        """Return what the entitlements of one person bring with them that she has not anyway."""
        has = {decision.benefit for decision in judged.eligible}
        facts = interview.facts_of(judged.person)
        for granted in judged.eligible:
            if granted.results.get("paid") is False:
                continue
            lines, benefit = self._once_granted(interview, judged.person, granted, facts, as_of)
            if lines and benefit not in has:
                return lines
        return []

    def _once_granted(
        self, interview: Interview, person: PersonId, granted: Decision, facts: Mapping[FactId, Raw], as_of: date
    ) -> tuple[list[Line], BenefitId]:
        for paid, brought in self._judge.brought_by(interview, granted, facts, as_of=as_of):
            preferred = [fact for fact in brought.missing if not self._vocabulary.facts[fact].sensitive]
            branches = self._what_if.branches(Question(paid, brought, as_of, interview.province, preferred))
            ordinary = next((branch for branch in branches if is_ordinary(branch)), None)
            way = Branch({}, brought) if brought.outcome == ELIGIBLE else ordinary
            if way is not None:
                return [self._wording.once_granted(person, granted.benefit, way, as_of=as_of)], brought.benefit
        return [], ""

    def _by_way_of_a_grant(self, interview: Interview, judged: Judged, as_of: date) -> list[Line]:
        """Return the detour to what was asked for: the benefit that would bring it, and on which condition."""
        for decision in _nearest_first(judged, interview.hinted)[:MOST_OPEN]:
            for benefit in self._judge.bringing(decision.benefit):
                if lines := self._detour(interview, judged.person, benefit, as_of):
                    return lines
        return []

    def _detour(self, interview: Interview, person: PersonId, benefit: BenefitId, as_of: date) -> list[Line]:
        open_way = self._judge.one(interview, person, benefit, as_of=as_of)
        if open_way is None:
            return []
        facts = interview.facts_of(person)
        if open_way.outcome == ELIGIBLE:
            lines, _ = self._once_granted(interview, person, open_way, facts, as_of)
            return [Line(self._wording.sentence(person, open_way, as_of=as_of), 9), *lines] if lines else []
        for branch in self.branches(interview, person, open_way, as_of=as_of)[:1]:
            supposed = {**facts, **{fact: values[0] for fact, values in branch.conditions.items()}}
            lines, _ = self._once_granted(interview, person, branch.decision, supposed, as_of)
            if lines and branch.decision.outcome == ELIGIBLE:
                return [*self._wording.conditional(person, [branch], as_of=as_of), *lines]
        return []

    def branches(
        self, interview: Interview, person: PersonId, decision: Decision, *, as_of: date, named: bool = False
    ) -> list[Branch]:
        """Return what *decision* would be under the answers that may be supposed; any, where it was *named*."""
        preferred = [
            fact
            for fact in self._judge.supposable(interview, person, decision, as_of=as_of)
            if fact in interview.hinted or not self._vocabulary.facts[fact].sensitive
        ]
        facts = interview.facts_of(person)
        hinted = [fact for fact in interview.hinted if fact in decision.missing]
        spoken_of = preferred if named else [*hinted, *AGES] if hinted or self._is_told_of(decision) else []
        return self._what_if.branches(
            Question(
                facts,
                decision,
                as_of,
                interview.province,
                preferred,
                spoken_of,
                is_grown_up=self._wording.is_grown_up(person),
            )
        )

    def tellable(self, interview: Interview, person: PersonId, decision: Decision, *, as_of: date) -> list[FactId]:
        """Return what *decision* misses as far as it may be named to her; nothing private she did not speak of."""
        return self._judge.tellable(interview, person, decision, as_of=as_of)

    def is_everyday(self, branch: Branch) -> bool:
        """Tell whether *branch* supposes nothing but what a family knows of itself: its list, its money, a "no"."""
        known = self._vocabulary.facts
        return all(
            known[fact].scope == "household" or known[fact].type == "money_vnd" or is_no(values)
            for fact, values in branch.conditions.items()
            if fact in known
        )

    def _is_told_of(self, decision: Decision) -> bool:
        """Tell whether what was told of a person herself points at *decision*: more than her age or her household."""
        return any(
            leaf.verdict is True
            and leaf.source == "told"
            and leaf.fact not in AGES
            and self._vocabulary.facts[leaf.fact].scope == "person"
            and self._vocabulary.facts[leaf.fact].type in ("bool", "enum")
            for leaf in decision.reasons
            if leaf.fact in self._vocabulary.facts
        )

    def _branches(self, interview: Interview, judged: Judged, as_of: date) -> list[Branch]:
        """Return the branches of the open verdict that hangs on the fewest facts."""
        nearest = sorted(_nearest_first(judged, interview.hinted), key=lambda one: not self._is_told_of(one))
        for decision in nearest[:MOST_OPEN]:
            named = decision.benefit in judged.named
            branches = self.branches(interview, judged.person, decision, as_of=as_of, named=named)
            if branches and any(self._bears_on_what_was_told(interview, judged.person, one) for one in branches):
                return branches
        return []

    def _bears_on_what_was_told(self, interview: Interview, person: PersonId, branch: Branch) -> bool:
        """Tell whether *branch* rests on what the citizen spoke of: on what is special about a person where something
        special was told, or else on an age or a household's standing.
        """
        if len(branch.conditions) > MOST_CONDITIONS:
            return False
        rests_on = {_age_as_one(leaf.fact) for leaf in branch.decision.reasons}
        told = {_age_as_one(fact) for fact in interview.facts_of(person)} & set(self._known)
        if rests_on & set(interview.hinted):
            return True
        facts = interview.facts_of(person)
        special = {
            fact
            for fact in told
            if fact != AGES[0] and self._known[fact].scope == "person" and not is_no([facts.get(fact)])
        }
        return not told or bool((special or told) & (rests_on - set(branch.conditions)))

    @property
    def _known(self) -> Mapping[FactId, FactDefinition]:
        return self._vocabulary.facts


def _age_as_one(fact: FactId) -> FactId:
    """Return *fact*, an age and a date of birth under one name."""
    return AGES[0] if fact in AGES else fact


def _without_idle_refusals(judged: Judged, interview: Interview) -> Judged:
    """Leave out refusals that rest on what nobody told, of benefits nobody named."""
    kept = [
        decision
        for decision in judged.decisions
        if decision.outcome != INELIGIBLE
        or decision.benefit in interview.benefits
        or all(leaf.source != "presumed" for leaf in decision.reasons if leaf.verdict is False)
    ]
    return replace(judged, decisions=tuple(kept))


def _nearest_first(judged: Judged, hinted: Collection[FactId]) -> list[Decision]:
    """Return the open verdicts, what she spoke of first, then those that hang on the fewest facts."""
    still_open = [d for d in judged.of(judged.asked) if d.outcome == UNDETERMINED and d.missing]
    return sorted(still_open, key=lambda d: (not set(hinted) & set(d.missing), len(d.missing)))
