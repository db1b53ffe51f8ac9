"""What holds between the members of a family: what excludes what, and how all get their health cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from actions.build import Dialogue
from actions.interviews import InMemoryInterviews
from core.citations import Citation
from core.clock import FixedClock
from tests.actions.conftest import DAY, HELP_LINES, Say
from tests.actions.engine import LAW
from tests.actions.rooms import Cards, rooms

CARD_LAW = Citation("25/2008/QH12, Điều 13 khoản 6")


@dataclass(frozen=True)
class Excluded:
    person: str
    benefit: str
    instead: str
    citations: tuple[Citation, ...] = (LAW,)


@dataclass(frozen=True)
class Decided:
    missing: tuple[str, ...] = ()
    results: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    person: str
    decision: Decided
    rank: int | None
    yearly_vnd: int | None
    chosen: bool = False


class TwoAtHome:
    """The mother's two entitlements exclude each other; the father pays for his card once his pension is known."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, Any]] = []
        self.is_off = False

    def exclusions(
        self, people: Mapping[str, Any], shared: Mapping[str, Any], *, as_of: date, province: str | None
    ) -> Sequence[Any]:
        return [Excluded("mother", "social_pension", "social_allowance")]

    def cards(
        self, people: Mapping[str, Any], shared: Mapping[str, Any], *, as_of: date, province: str | None
    ) -> Cards:
        if self.is_off:
            return Cards(())
        self.asked.append({person: dict(facts) for person, facts in people.items()})
        free = Choice("mother", Decided(), None, 0)
        if "monthly_pension_vnd" not in people["father"]:
            return Cards((free, Choice("father", Decided(("monthly_pension_vnd",)), None, None)))
        pays = Choice("father", Decided(), 1, 1_366_200)
        return Cards((free, pays), 1_366_200, 0, (CARD_LAW,))


@pytest.fixture
def kin() -> TwoAtHome:
    return TwoAtHome()


@pytest.fixture
def home(kin: TwoAtHome) -> Dialogue:
    clock = FixedClock.on(DAY)
    return Dialogue(replace(rooms(), families=kin), InMemoryInterviews(clock), clock, help_lines=HELP_LINES)


def test_a_summary_tells_what_excludes_what_and_what_the_cards_cost(home: Dialogue, say: Say) -> None:
    """Two things no single verdict can tell."""
    home.turn.step(say("mẹ 76 tuổi"))
    home.turn.step(say("bố 80 tuổi"))

    said = home.follow_up.summarise(say("tóm tắt cả nhà", "summarise"))

    assert "chỉ chi một khoản" in said.text
    assert "Nhà nước đóng hết cho 1 người" in said.text
    assert "thẻ cả nhà" in said.text


def test_one_line_names_no_cost_that_rests_on_what_nobody_told(home: Dialogue, kin: TwoAtHome, say: Say) -> None:
    """There is no room for conditions in it; told, the cost stands there."""
    home.turn.step(say("mẹ 76 tuổi"))
    home.turn.step(say("bố 80 tuổi"))

    open_ = home.follow_up.summarise(say("tóm tắt cả nhà", "summarise"))
    assert all("monthly_pension_vnd" not in people["father"] for people in kin.asked)
    home.turn.step(say("bố không có lương hưu"))
    told = home.follow_up.summarise(say("tóm tắt cả nhà", "summarise"))

    assert "đ/năm" not in open_.text
    assert "1.366.200 đ/năm" in told.text


def test_the_cards_one_by_one_name_what_they_suppose(home: Dialogue, kin: TwoAtHome, say: Say) -> None:
    """Nothing untold is taken as a fact: the plan stands under a condition said aloud, and nothing of it is kept."""
    home.turn.step(say("mẹ 76 tuổi"))
    home.turn.step(say("bố 80 tuổi"))

    said = home.follow_up.summarise(say("thẻ BHYT cả nhà", "summarise"))

    assert "tạm tính khi ai chưa kể gì" in said.text
    assert "Nhà nước đóng hết: mẹ" in said.text
    assert "người thứ 1: 1.366.200 đ/năm" in said.text
    assert "25/2008/QH12" in said.text
    assert kin.asked[-1]["father"]["monthly_pension_vnd"] == 0
    kept = home.store.load("c1")
    assert kept is not None
    assert "monthly_pension_vnd" not in kept.people["father"]


def test_one_person_alone_is_no_family(home: Dialogue, say: Say) -> None:
    """A plan for one is her verdict."""
    home.turn.step(say("mẹ 76 tuổi"))

    said = home.follow_up.summarise(say("tóm tắt", "summarise"))

    assert "chỉ chi một khoản" not in said.text


def test_while_cards_are_paused_nothing_is_said_of_them(home: Dialogue, kin: TwoAtHome, say: Say) -> None:
    """The plan is then one for nobody, and nobody is no family of whom all have their card free."""
    home.turn.step(say("mẹ 76 tuổi"))
    home.turn.step(say("bố 80 tuổi"))
    kin.is_off = True

    said = home.follow_up.summarise(say("tóm tắt cả nhà", "summarise"))

    assert "Thẻ BHYT: " not in said.text
