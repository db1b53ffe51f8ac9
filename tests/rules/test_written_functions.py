"""The functions written from the conditions say what the trees say, in three values; and so do the traces.

The service is the same for all people drawn here: what is kept for explanations was worked out for somebody else.
"""

import itertools
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.citations import Citation
from rules.engine.candidates import NOT_ALLOWED
from rules.engine.case import AGE_TOLD, BIRTH, Case
from rules.engine.compiled import CompiledBenefit
from rules.engine.decision import plain
from rules.engine.explain import Trace
from rules.engine.model import Confidence, Effect
from rules.engine.nodes import LeafSpec, Node
from rules.engine.selection import picked
from rules.engine.settle import settle
from rules.engine.trace import own_confidence, refusal_confidence
from rules.service import EligibilityService
from tests.examples import often
from tests.rules.test_properties import facts

DAYS = st.sampled_from([date(2024, 3, 1), date(2025, 8, 1), date(2026, 11, 22)])
_STOPPING = (Effect.UNDETERMINED, Effect.WAIT)
PLACES = st.sampled_from([None, "ha_noi", "ho_chi_minh"])
SETTLED = settings(max_examples=often(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def truth(node: Node, case: Case) -> bool | None:
    """Kleene's logic, spelt out."""
    if node.leaf is not None:
        return node.run(case)
    parts = [truth(child, case) for child in node.children]
    if node.kind == "not":
        return None if parts[0] is None else not parts[0]
    decisive = node.kind == "any"
    return decisive if decisive in parts else None if None in parts else not decisive


def behind(node: Node, case: Case) -> list[LeafSpec]:
    """The leaves that carried a node to its verdict; of an open one those that are open or hold."""
    if node.leaf is not None:
        return [node.leaf.judged(node.run(case)) if node.chosen else node.leaf]
    if node.kind == "not":
        return behind(node.children[0], case)
    verdict = truth(node, case)
    wanted = (verdict,) if verdict is not None else (None, True)
    return [leaf for child in node.children if truth(child, case) in wanted for leaf in behind(child, case)]


def numbers(leaves: Iterable[LeafSpec]) -> list[int]:
    return [leaf.number for leaf in leaves]


def articles(leaves: Iterable[LeafSpec], own: Mapping[str, Citation], case: Case) -> list[str]:
    """The articles of the leaves and of the figures they are measured against, then those of the rule."""
    named: dict[str, None] = {}
    for leaf in leaves:
        measures = [row.source for key in leaf.parameters for row in case.found(key).rows]
        named |= {cite.text: None for cite in leaf.cites}
        named |= {cite.citation.text: None for measure in measures for cite in measure.cites}
    return list(named | dict.fromkeys(own))


def record(leaf: LeafSpec, case: Case) -> dict[str, Any]:
    """What is to be told of a leaf, without its law."""
    told = AGE_TOLD if leaf.told == BIRTH and BIRTH not in case.raw else leaf.told
    verdict = True if case.state & leaf.yes else False if case.state & leaf.no else None
    return {
        "fact": leaf.shown,
        "verdict": verdict if leaf.yes else leaf.run_on(case),
        "value": case.raw.get(told),
        "source": case.origin.get(told, "untold"),
        "operator": leaf.shown_operator,
        "threshold": plain(leaf.measured(case)),
    }


def known_as(told: Mapping[str, Any]) -> tuple[str, str, str]:
    return told["fact"], told["operator"], str(told["threshold"])


def case_of(service: EligibilityService, told: dict[str, Any], day: date, place: str | None) -> Case:
    case = service.case(told, as_of=day, known_on=day, province=place)
    service.engine.snapshot(day, day).verdicts(list(service.release.benefits), case)
    return case


def judged(service: EligibilityService, day: date) -> list[CompiledBenefit]:
    return [one for one in service.engine.snapshot(day, day).benefits.values() if one.final is None]


@SETTLED
@given(told=facts(), day=DAYS, place=PLACES)
def test_the_groups_found_are_those_that_hold_or_may(
    told: dict[str, Any], day: date, place: str | None, service: EligibilityService
) -> None:
    """A group left out by a slip in the written text would be a benefit denied without a word."""
    case = case_of(service, told, day, place)

    for benefit in judged(service, day):
        required = truth(benefit.requires, case)
        truths = {group.id: truth(group.pick, case) for group in benefit.groups}
        found = benefit.find(case)

        possible = [name for name, verdict in truths.items() if verdict is not False]
        assert isinstance(found, int) is (required is False or not possible), benefit.id
        if isinstance(found, int):
            assert (found == NOT_ALLOWED) is (required is False)
            continue
        assert found[0] is (required or None)
        picks = benefit.select.choose(found[2], found[3], case).picks if found[1] is None else found[1].picks
        named = {group.id for pick in picks for group in pick}
        surely = [name for name, verdict in truths.items() if verdict]
        if benefit.select.strategy == "first" and surely:
            possible = possible[: possible.index(surely[0]) + 1]
        if benefit.select.strategy == "first" or not surely:
            assert named == set(possible)
        else:
            assert named <= set(surely)


@SETTLED
@given(told=facts(), day=DAYS, place=PLACES)
def test_what_a_condition_says_is_what_its_tree_says(
    told: dict[str, Any], day: date, place: str | None, service: EligibilityService
) -> None:
    """The reasons shown must be the conditions that decided, by the articles they rest on."""
    case = case_of(service, told, day, place)

    for benefit in judged(service, day):
        for basis, own in ((benefit.basis, benefit.cited), *((one.basis, one.cited) for one in benefit.groups)):
            leaves = behind(basis.node, case)
            is_common = basis is benefit.basis
            if truth(basis.node, case) is False:
                said, named = basis.failing(case), articles(leaves, own if is_common else {}, case)
                sure = refusal_confidence(basis.node, leaves, case)
                sure = min(sure, benefit.confidence) if is_common else sure
            else:
                said, named = basis.unrefuted(case), articles(leaves, own, case)
                sure = own_confidence(basis.node, True, case)
            assert numbers(said.leaves) == numbers(leaves), benefit.id
            assert list(said.cites) == named
            assert said.confidence is sure


def test_a_refusal_by_one_unsure_condition_is_less_sure_once_another_holds(service: EligibilityService) -> None:
    """How sure a refusal is may hang on conditions that are not named in it: what was kept must not hide that."""
    day = date(2026, 11, 22)
    case = case_of(service, {}, day, None)
    unsure = 0

    for benefit in judged(service, day):
        for basis in (benefit.basis, *(group.basis for group in benefit.groups)):
            for one, other in itertools.permutations(basis.node.failing if basis.node.kind == "all" else (), 2):
                alone, beside = one[0], one[0] | (other[1].yes | other[1].no) ^ other[0]
                for case.state in (alone, beside, alone):
                    expected = refusal_confidence(basis.node, [one[1]], case)
                    expected = min(expected, benefit.confidence) if basis is benefit.basis else expected
                    assert basis.failing(case).confidence is expected, benefit.id
                    unsure += expected is not Confidence.HIGH

    assert unsure


@SETTLED
@given(told=facts(), day=DAYS, place=PLACES)
def test_the_leaves_that_left_groups_aside_are_those_of_the_trees(
    told: dict[str, Any], day: date, place: str | None, service: EligibilityService
) -> None:
    """Who pays for oneself must learn why no other group of the law fits; each condition is named once."""
    case = case_of(service, told, day, place)

    for benefit in judged(service, day):
        failed = [leaf for node in benefit.picks if truth(node, case) is False for leaf in behind(node, case)]
        found = benefit.refuting.leaves(case)
        once = {leaf.no or leaf.number: None for leaf in failed}
        assert list(dict.fromkeys(leaf.no or leaf.number for leaf in found)) == list(once), benefit.id


@SETTLED
@given(told=facts(), day=DAYS, place=PLACES)
def test_every_record_is_that_of_its_leaf(
    told: dict[str, Any], day: date, place: str | None, service: EligibilityService
) -> None:
    """A record made of parts kept from others must not carry anything of theirs."""
    case = case_of(service, told, day, place)
    snapshot = service.engine.snapshot(day, day)

    for benefit in judged(service, day):
        decision = snapshot.decide(benefit.id, case)
        if not isinstance(decision.why, Trace):
            continue
        nodes = [benefit.requires] if truth(benefit.requires, case) is False else list(benefit.picks)
        if picks := settle(benefit, case).selection.picks:
            case.picked = picked(picks[0])
            doubted = [doubt.node for doubt in benefit.doubts if truth(doubt.node, case)]
            nodes = [benefit.requires, *(group.pick for pick in picks for group in pick), *doubted]
        leaves = [leaf for node in nodes for leaf in behind(node, case)]
        expected: dict[tuple[str, str, str], dict[str, Any]] = {}
        for leaf in leaves:
            one = record(leaf, case)
            expected.setdefault(known_as(one), one)
        written = [leaf.to_json() for leaf in decision.reasons]
        shown = [{key: one[key] for key in expected[known_as(one)]} for one in written if known_as(one) in expected]
        assert shown[: len(expected)] == list(expected.values()), benefit.id
        assert all(one["verdict"] is not None and one["source"] == "told" for one in written[len(expected) :])


def test_what_is_surely_so_is_told_with_the_fact_it_rests_on(service: EligibilityService) -> None:
    """The least a number can be is a formula of one fact: whoever told that fact must not read that it is unknown."""
    told = {"loan_purpose": ["house_purchase"], "children_16_plus_studying": 2}

    reasons = service.assess(told, as_of=date(2026, 11, 22)).decision("loan.social_housing_purchase").reasons

    shown = {leaf.fact: leaf for leaf in reasons}["surely(children_16_plus_studying)"]
    assert (shown.verdict, shown.value, shown.source) == (True, 2, "told")


def test_a_trace_read_later_says_what_it_said_at_once(service: EligibilityService) -> None:
    """Whoever asks for the reasons after others were judged must get her own."""
    anna = {"date_of_birth": "1948-02-03", "household_status": "poor", "monthly_pension_vnd": 0}
    ben = {"age_years": 30, "household_status": "near_poor", "children_under_36_months": 1}

    at_once = service.assess(anna, as_of=date(2026, 11, 22)).to_json()
    later = service.assess(anna, as_of=date(2026, 11, 22))
    service.assess(ben, as_of=date(2026, 11, 22)).to_json()

    assert later.to_json() == at_once


@SETTLED
@given(told=facts(), day=DAYS, place=PLACES)
def test_the_doubts_raised_are_those_that_hold_or_keep_the_verdict_open(
    told: dict[str, Any], day: date, place: str | None, service: EligibilityService
) -> None:
    """A doubt that is overlooked makes a promise of what an official still decides."""
    case = case_of(service, told, day, place)

    for benefit in judged(service, day):
        case.picked = picked(benefit.groups[:1])
        truths = [(doubt, truth(doubt.node, case)) for doubt in benefit.doubts]
        held, waits, _bits, _leaves = benefit.doubting(case) or ((), False, 0, ())

        assert list(held) == [doubt for doubt, verdict in truths if verdict and doubt.effect is not Effect.WAIT]
        for doubt, verdict in truths:
            if verdict is not False:
                assert numbers(doubt.basis.carried(verdict, case).leaves) == numbers(behind(doubt.node, case))
        assert waits is any(d.effect in _STOPPING and verdict is None for d, verdict in truths)
