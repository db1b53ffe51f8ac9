"""Verdicts in words: verdict first, then the amount, why, what to do, and by which article.

Sentences come from the phrasebook, figures from the decision. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import zip_longest

from actions.figures import FigureWording
from actions.grounds import AGES, CARD, failed, telling_against
from actions.judging import ELIGIBLE, INELIGIBLE, UNDETERMINED, Judged, is_settled
from actions.lines import Line, cited
from actions.phrasebook import Phrasebook, capitalised
from actions.ports import BenefitId, Benefits, Decision, Passage, PersonId, Procedure
from actions.scope import Scope
from actions.telling import FactTeller
from actions.whatif import Branch
from core.citations import Citation
from core.vietnamese.format import money

# From this day on there is no district: papers go to the commune or ward.
WITHOUT_DISTRICTS = date(2025, 7, 1)
MOST_VERDICTS = 3
MOST_CITATIONS = 3
# How the number of every provincial resolution reads.
OF_A_PROVINCE = "HĐND"
MOST_PRESUMED = 3
# What is taken for granted of the sum that is told comes before what is taken for granted of the person.
BEARS_ON_THE_SUM = ("hi_household_rank",)
MOST_REASONS = 2
# Each of several answers is enough by itself, so that leaving some out stays true.
MOST_VALUES = 3
STATUS, LOANS, LOAN = "poverty_status", "loans", "loan."
# Who pays the card that is bought by household.
BY_HOUSEHOLD = "self"


class Wording:
    """Says what was decided."""

    def __init__(self, phrasebook: Phrasebook, teller: FactTeller, benefits: Benefits) -> None:
        self._phrasebook, self._teller, self._benefits = phrasebook, teller, benefits
        self._figures = FigureWording(phrasebook)

    # --- a whole verdict ---

    def verdict(self, judged: Judged, *, as_of: date, province: str | None, known: str = "") -> list[Line]:
        """Return the lines on one person: what she may apply for, what not, how, by which law; empty if nothing.

        *known* is what is known of her, said with the first verdict.
        """
        told = worth_telling(judged)
        if not told:
            return []
        asked = judged.asked
        lines = [Line(self.sentence(judged.person, told[0], as_of=as_of, known=known), 9)]
        lines += [self._told(judged.person, decision, asked, as_of=as_of) for decision in told[1:]]
        heeded = [decision for decision in told if decision is told[0] or decision.outcome == ELIGIBLE]
        lines += [Line(caution, 7) for caution in dict.fromkeys(self.caution(decision) for decision in heeded)]
        lines += [line for decision in heeded for line in self.notes(decision)]
        lines += [Line(self._figures.second(decision), 3) for decision in told[:1]]
        lines.append(Line(self.presumed(self._phrasebook.person(judged.person), told), 4))
        if told[0].outcome == ELIGIBLE:
            lines.append(Line(self.how_to_apply(told[0].benefit, as_of=as_of, province=province), 6))
        lines.append(self.citations(citation for decision in told for citation in decision.citations))
        return [line for line in lines if line.text]

    def conditional(self, person: PersonId, branches: Sequence[Branch], *, as_of: date) -> list[Line]:
        """Return one line for each branch, then their law."""
        lines = [Line(self._branch(person, branch, as_of), 9) for branch in branches]
        entitled = [branch.decision for branch in branches if branch.decision.outcome == ELIGIBLE]
        cautions = [Line(self.caution(decision), 7) for decision in entitled[:1]]
        cautions += [line for decision in entitled[:1] for line in self.notes(decision)]
        return [*lines, *cautions, self.citations(c for decision in entitled for c in decision.citations)]

    # --- one sentence ---

    def sentence(self, person: PersonId, decision: Decision, *, as_of: date, known: str = "") -> str:
        """Return one decision as one sentence; *known* of the person goes in brackets behind her."""
        name = self._phrasebook.person(person)
        return self._phrasebook.say(
            self._kind(decision, as_of),
            person=name,
            Person=capitalised(f"{name} ({known})" if known else name),
            benefit=self.benefit(decision.benefit, as_of=as_of),
            because=self.because(decision),
            **self._said_with(decision),
        )

    def short(self, decision: Decision, *, as_of: date) -> str:
        """Return an entitlement as half a sentence, for a line of many."""
        kind, result = self._sort(decision.benefit, as_of), self._figures.main(decision)
        if decision.results.get("paid") is False:
            kind, result = "_unpaid", result or " "
        return self._phrasebook.say(
            f"short_eligible{kind}" if result else "short_eligible_plain",
            benefit=self.benefit(decision.benefit, as_of=as_of),
            **{**self._said_with(decision), "result": result},
        )

    def short_refusal(self, decision: Decision, *, as_of: date) -> str:
        """Return a refusal as half a sentence; of a card, who pays for it instead."""
        kind = f"_card{self._payer(decision)}" if decision.benefit == CARD else ""
        benefit = self.benefit(decision.benefit, as_of=as_of)
        return self._phrasebook.say(f"short_ineligible{kind}", benefit=benefit, because=self.because(decision))

    def once_granted(self, person: PersonId, granted: BenefitId, way: Branch, *, as_of: date) -> Line:
        """Return what comes with a grant, as one sentence with its law."""
        sentence = self._phrasebook.say(
            "once_granted_if" if way.conditions else "once_granted",
            granted=self.benefit(granted, as_of=as_of),
            conditions=self.conditions(way, most=1),
            person=self._phrasebook.person(person),
            benefit=self.benefit(way.decision.benefit, as_of=as_of),
            result=self._figures.main(way.decision),
        )
        return Line(sentence, 5, tuple(citation.text for citation in way.decision.citations))

    def how_to_apply(self, benefit: BenefitId, *, as_of: date, province: str | None) -> str:
        """Return where and how to apply in one line; empty where nothing is released about it."""
        procedure = self._benefits.procedure(benefit, as_of=as_of, province=province)
        steps = self._steps(procedure) if procedure else []
        return self._phrasebook.say("apply", steps=". ".join(step.rstrip(".") for step in steps)) if steps else ""

    def papers(self, benefit: BenefitId, *, as_of: date, province: str | None) -> list[Line]:
        """Return the checklist of *benefit*."""
        name = self.benefit(benefit, as_of=as_of)
        procedure = self._benefits.procedure(benefit, as_of=as_of, province=province)
        if procedure is None:
            return [Line(self._phrasebook.say("papers_unknown", benefit=name), 9)]
        say = self._phrasebook.say
        papers = "\n".join(say("paper", paper=paper) for paper in procedure.papers)
        lines = [Line(say("papers", benefit=name, papers=papers) if papers else say("papers_of", benefit=name), 10)]
        lines.append(Line(self.how_to_apply(benefit, as_of=as_of, province=province), 9))
        if province and as_of >= WITHOUT_DISTRICTS:
            lines.append(Line(say("apply_office", province=self._teller.place(province)), 5))
        lines += [
            Line(say("apply_note", note=note.rstrip(".")), 6) for note in (procedure.starts, procedure.note) if note
        ]
        return [*lines, self.citations(procedure.citations)]

    def is_grown_up(self, person: PersonId) -> bool:
        """Tell whether *person* cannot be a child: who writes, parents, spouses, elders."""
        return self._phrasebook.is_grown_up(person)

    def question_about_papers(self, benefit: BenefitId, *, as_of: date) -> str:
        """Return the question after the papers of *benefit*, as one would put it."""
        return self._phrasebook.say("question_papers", benefit=self.benefit(benefit, as_of=as_of))

    def lists_papers(self, benefit: BenefitId, *, as_of: date) -> bool:
        """Tell whether the rules list the papers of *benefit*."""
        procedure = self._benefits.procedure(benefit, as_of=as_of)
        return procedure is not None and bool(procedure.papers)

    def related(self, passage: Passage, *, same_guide: bool = True) -> Line:
        """Return the first paragraph of *passage*, with its law: under its heading where the guide is the one being
        spoken of, else under the guide's title, which says whom it is about.
        """
        first = passage.text.strip().split("\n", 1)[0]
        title = passage.heading if same_guide and passage.heading else passage.title
        text = self._phrasebook.say("related", title=title, text=first)
        return Line(text, 5, tuple(citation.text for citation in passage.citations))

    def caution(self, decision: Decision) -> str:
        """Return the reservation an answer on weak ground must carry; empty on firm ground and for what is not paid."""
        if decision.results.get("paid") is False:
            return ""
        reasons = [reason.text for reason in decision.refer_reasons]
        if decision.refer_to_human and decision.outcome != UNDETERMINED:
            return " ".join([*reasons, self._phrasebook.say(f"ask_the_commune{self._whom(decision)}")])
        if reasons and not decision.missing:
            return " ".join(reasons)
        if decision.reservation:
            return self._phrasebook.say(f"reservation{self._whom(decision)}")
        return self._phrasebook.say("may_be_higher_locally") if decision.results.get("may_be_higher_locally") else ""

    @staticmethod
    def notes(decision: Decision) -> list[Line]:
        """Return why figures of what is paid are not given, each with its law."""
        if decision.results.get("paid") is False:
            return []
        return [Line(note.cited, 6, tuple(cite.text for cite in note.citations)) for note in decision.notes]

    @staticmethod
    def _whom(decision: Decision) -> str:
        """Return who can be asked about *decision*: the bank about loans (``_loan``), the insurer about cards."""
        if decision.benefit.startswith(LOAN):
            return "_loan"
        return "_card" if decision.benefit == CARD else ""

    def presumed(self, person: str, decisions: Iterable[Decision]) -> str:
        """Return what was taken for granted of *person* (as she is called), so that it can be corrected."""
        facts = {fact: value for decision in decisions for fact, value in decision.presumed.items()}
        shown = dict(sorted(facts.items(), key=lambda fact: fact[0] not in BEARS_ON_THE_SUM)[:MOST_PRESUMED])
        return self._phrasebook.say("presumed", person=person, facts=self._teller.tell_all(shown)) if shown else ""

    def citations(self, citations: Iterable[Citation]) -> Line:
        """Return the line of the law the answer rests on: the first few are said, all of them are kept with it."""
        texts = tuple(dict.fromkeys(citation.text for citation in citations))
        said = "; ".join(_first_of(texts))
        return Line(self._phrasebook.say("citations", citations=said) if texts else "", 8, texts, is_law=True)

    def composed(self, lines: Sequence[Line]) -> list[Line]:
        """Return *lines* with the law of all of them named once, where the last of them named it."""
        law = [line for line in lines if line.is_law]
        if len(law) < 2:
            return list(lines)
        first, *others = (line.citations for line in law)
        shared = [text for pair in zip_longest(first[:2], *(o[:2] for o in others)) for text in pair if text]
        texts = [*shared, *cited(lines)]
        rest = [line for line in lines if not line.is_law or line is law[-1]]
        merged = self.citations(Citation(text) for text in texts)
        return [merged if line is law[-1] else line for line in rest]

    def benefit(self, benefit: BenefitId, *, as_of: date) -> str:
        """Return the name of *benefit*, beginning in lower case."""
        if benefit == CARD:
            return self._phrasebook.say("card")
        card = next((card for card in self._benefits.cards(as_of) if card.id == benefit), None)
        name = card.name_vi if card else benefit
        return name if name[:2].isupper() else name[:1].lower() + name[1:]

    def conditions(self, branch: Branch, most: int = MOST_VALUES) -> str:
        """Return what has to hold for *branch*, in words."""
        either = self._phrasebook.say("or")
        parts = [
            either.join(dict.fromkeys(self._teller.tell(fact, value) for value in values[:most]))
            for fact, values in branch.conditions.items()
        ]
        return self._phrasebook.say("and").join(parts)

    # --- parts ---

    def _told(self, person: PersonId, decision: Decision, asked: Sequence[BenefitId], *, as_of: date) -> Line:
        """Return one verdict; what comes on top of what was asked for says so and gives way first."""
        sentence = self.sentence(person, decision, as_of=as_of)
        if decision.benefit in asked:
            return Line(sentence, 9)
        return Line(self._phrasebook.say("also", sentence=sentence[:1].lower() + sentence[1:]), 5)

    def _branch(self, person: PersonId, branch: Branch, as_of: date) -> str:
        decision, conditions = branch.decision, self.conditions(branch)
        if decision.outcome != ELIGIBLE:
            return self._refused_branch(decision, conditions, as_of)
        said = self._said_with(decision)
        kind = self._sort(decision.benefit, as_of)
        return self._phrasebook.say(
            f"if_eligible{kind}" if kind or said["result"] else "if_eligible_plain",
            conditions=conditions,
            person=self._phrasebook.person(person),
            benefit=self.benefit(decision.benefit, as_of=as_of),
            **said,
        )

    def _refused_branch(self, decision: Decision, conditions: str, as_of: date) -> str:
        if decision.benefit != CARD or decision.outcome != INELIGIBLE:
            return self._phrasebook.say("if_ineligible", conditions=conditions)
        refused = self.short_refusal(decision, as_of=as_of)
        return self._phrasebook.say("if_ineligible_card", conditions=conditions, refused=refused)

    def _said_with(self, decision: Decision) -> dict[str, str]:
        """Return the group and the figures of *decision*, bare and as parts of a sentence that may be missing."""
        group, result, say = self.group(decision), self._figures.main(decision), self._phrasebook.say
        return {
            "group": group,
            "of_group": say("of_group", group=group) if group else "",
            "in_group": say("in_group", group=group) if group else "",
            "result": result,
            "figures": say("with_figures", result=result) if result else "",
        }

    @staticmethod
    def _payer(decision: Decision) -> str:
        """Return who pays a card that the budget does not (``_social_insurance``); empty: bought by household."""
        payer = decision.results.get("payer", BY_HOUSEHOLD)
        return "" if payer == BY_HOUSEHOLD else f"_{payer}"

    def _kind(self, decision: Decision, as_of: date) -> str:
        """Return the key of the sentence: by outcome, and by what kind of benefit it is."""
        kind = self._sort(decision.benefit, as_of)
        if decision.outcome == ELIGIBLE:
            if decision.results.get("paid") is False:
                return "eligible_unpaid"
            if decision.benefit == CARD and not self.group(decision):
                return "eligible_card_of_some_group"
            return f"eligible{kind}" if kind or self._figures.main(decision) else "eligible_plain"
        if decision.outcome == INELIGIBLE:
            return f"ineligible{kind}{self._payer(decision)}"
        if decision.refer_to_human and not decision.missing:
            return f"undetermined_human{'_figure' if self._figures.main(decision) else ''}{self._whom(decision)}"
        if decision.granted_anyhow and self._figures.main(decision):
            return f"granted_anyhow{self._whom(decision)}"
        return "undetermined"

    def _sort(self, benefit: BenefitId, as_of: date) -> str:
        """Return what sort of sentence *benefit* wants: a card, a status, a loan, or an allowance ("")."""
        if benefit in (CARD, STATUS):
            return {CARD: "_card", STATUS: "_status"}[benefit]
        card = next((card for card in self._benefits.cards(as_of) if card.id == benefit), None)
        return "_loan" if card is not None and card.area == LOANS else ""

    def group(self, decision: Decision) -> str:
        """Return the name of the group *decision* puts someone in; empty where there is none."""
        group = decision.results.get("contribution_group", decision.group)
        names = self._benefits.groups(decision.benefit)
        name = names.get(group, "") if isinstance(group, str) else ""
        return name if name[:2].isupper() else name[:1].lower() + name[1:]

    def because(self, decision: Decision) -> str:
        """Return in brackets what stands against an entitlement; empty where nothing can be named."""
        labels = dict.fromkeys(leaf.label_vi for leaf in telling_against(decision))
        reasons = [label if label[:2].isupper() else label[:1].lower() + label[1:] for label in labels][:MOST_REASONS]
        return self._phrasebook.say("because", reasons="; ".join(reasons)) if reasons else ""

    def _steps(self, procedure: Procedure) -> list[str]:
        """Return how to apply, one sentence each: the form, the place, how long and what it costs."""
        say, steps, cost = self._phrasebook.say, [], []
        if procedure.form:
            steps.append(say("apply_form", form=procedure.form))
        if procedure.where:
            steps.append(say("apply_where", where=procedure.where))
        if procedure.days_working is not None:
            cost.append(say("apply_days", days=procedure.days_working))
        if procedure.fee_vnd is not None:
            fee = procedure.fee_vnd
            cost.append(say("apply_fee", fee=money(fee)) if fee else say("apply_free"))
        return [capitalised(step) for step in [*steps, ", ".join(cost)] if step]


def _first_of(texts: Sequence[str]) -> list[str]:
    """Return the few citations that are said: what a province adds never goes without its own resolution."""
    first = list(texts[:MOST_CITATIONS])
    local = [text for text in texts[MOST_CITATIONS:] if OF_A_PROVINCE in text]
    return [*first[:-1], local[0]] if local and not any(OF_A_PROVINCE in text for text in first) else first


def worth_telling(judged: Judged) -> list[Decision]:
    """Return the verdicts to tell: what she may get first, then refusals of what she named.

    Until a whole area is settled something may still come of it: a refusal is told before only where what she told
    herself (a pension, say) stands against it.
    """
    asked = judged.asked
    entitled = sorted(judged.eligible, key=lambda decision: decision.benefit not in asked)
    refused = [decision for scope in judged.scopes if scope.asked for decision in _refused(judged, scope, entitled)]
    return [*entitled, *refused][:MOST_VERDICTS]


def _refused(judged: Judged, scope: Scope, entitled: Sequence[Decision]) -> list[Decision]:
    decisions = judged.of(scope.benefits)
    settled = [decision for decision in decisions if is_settled(decision) and decision not in entitled]
    if scope.named:
        return settled
    if entitled:
        return []
    if scope.area == LOANS and len(settled) == len(decisions):
        return sorted(settled, key=lambda decision: len(telling_against(decision)))[:1]  # the nearest of many
    return settled if len(settled) == len(decisions) else [d for d in settled if _refused_for_what_was_told(d)]


def _refused_for_what_was_told(decision: Decision) -> bool:
    """Tell whether something she told of a person herself, other than an age, stands against it."""
    return any(
        leaf.source == "told" and leaf.fact not in AGES and not leaf.fact.startswith("household")
        for leaf in failed(decision)
    )
