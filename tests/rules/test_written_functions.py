"""The functions written from the conditions say what the trees say, in three values."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.engine.case import Case
from rules.engine.compiled import CompiledBenefit
from rules.engine.model import Effect
from rules.engine.nodes import LeafSpec, Node
from rules.engine.selection import picked
from rules.engine.trace import carry
from rules.service import EligibilityService
from tests.rules.test_properties import facts

DAYS = st.sampled_from([date(2024, 3, 1), date(2025, 8, 1), date(2026, 11, 22)])
_STOPPING = (Effect.UNDETERMINED, Effect.WAIT)
PLACES = st.sampled_from([None, "ha_noi", "ho_chi_minh"])
SETTLED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


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
        return [node.leaf]
    if node.kind == "not":
        return behind(node.children[0], case)
    verdict = truth(node, case)
    wanted = (verdict,) if verdict is not None else (None, True)
    return [leaf for child in node.children if truth(child, case) in wanted for leaf in behind(child, case)]


def numbers(leaves: list[LeafSpec]) -> list[int]:
    return [leaf.number for leaf in leaves]


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
        assert (found is None) is (required is False or not possible), benefit.id
        if found is None:
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
def test_the_leaves_behind_a_verdict_are_those_of_the_tree(
    told: dict[str, Any], day: date, place: str | None, service: EligibilityService
) -> None:
    """The reasons shown must be the conditions that decided."""
    case = case_of(service, told, day, place)

    for benefit in judged(service, day):
        for node in (benefit.requires, *benefit.picks):
            assert numbers(carry(node, truth(node, case), case)) == numbers(behind(node, case)), benefit.id
        failed = [leaf for node in benefit.picks if truth(node, case) is False for leaf in behind(node, case)]
        assert numbers(benefit.failures(case)) == numbers(failed), benefit.id


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
        assert waits is any(d.effect in _STOPPING and verdict is None for d, verdict in truths)
