"""What an answer is told to take care of."""

from __future__ import annotations

from actions.build import Dialogue
from tests.actions.engine import Decision


def test_national_level_is_said_to_be_the_least(dialogue: Dialogue) -> None:
    """Where the level of the province is not known, nobody takes the national one for the whole."""
    granted = Decision("social_pension", "eligible", results={"may_be_higher_locally": True})

    assert "có thể chi cao hơn" in dialogue.wording.caution(granted)


def test_reservation_goes_before_the_level(dialogue: Dialogue) -> None:
    """Weak ground is the graver of the two, and asks the same office."""
    granted = Decision("social_pension", "eligible", results={"may_be_higher_locally": True}, reservation=True)

    assert "đối chiếu" in dialogue.wording.caution(granted)


def test_what_is_not_paid_carries_no_caution(dialogue: Dialogue) -> None:
    """The open total of a benefit that gives way to a higher one is of no use to anybody."""
    unpaid = Decision("social_pension", "eligible", results={"paid": False}, refer_to_human=True, reservation=True)

    assert dialogue.wording.caution(unpaid) == ""


def test_firm_ground_carries_no_caution(dialogue: Dialogue) -> None:
    """A warning said always is read by nobody."""
    assert dialogue.wording.caution(Decision("social_pension", "eligible")) == ""
