"""Danger, people to talk to, and the citizen's rights over what is kept of her."""

from __future__ import annotations

import pytest

from actions.build import Dialogue
from tests.actions.conftest import HELP_LINES, Say


def test_crisis_gives_every_help_line_and_calls_a_person(dialogue: Dialogue, say: Say) -> None:
    """Someone in danger needs a number, not a question about benefits."""
    said = dialogue.care.crisis(say("...", "crisis"))

    assert all(line in said.text for line in HELP_LINES)
    assert said.signal["handover"] == "crisis"
    assert said.messages[0].choices == ()


def test_handover_tells_what_the_person_will_know(dialogue: Dialogue, say: Say) -> None:
    """Nobody should have to tell her story twice, nor wonder what was passed on."""
    dialogue.turn.step(say("mẹ 76 tuổi"))

    said = dialogue.care.handover(say("gặp cán bộ", "handover"))

    assert "mẹ anh/chị 76 tuổi" in said.text
    assert said.signal["handover"] == "asked"


def test_facts_are_shown_on_request(dialogue: Dialogue, say: Say) -> None:
    """Everyone may see what is kept of her."""
    dialogue.turn.step(say("mẹ 76 tuổi hộ nghèo"))

    said = dialogue.care.my_data(say("xem dữ liệu của tôi", "show_my_data"))

    assert "76 tuổi" in said.text
    assert "hộ nghèo" in said.text


@pytest.mark.parametrize("intent", ["delete_my_data", "withdraw_consent", "refuse_consent"])
def test_deletion_leaves_nothing_and_gives_a_receipt(dialogue: Dialogue, say: Say, intent: str) -> None:
    """Deletion happens at once and can be proved."""
    dialogue.turn.step(say("mẹ 76 tuổi hộ nghèo"))
    answer = dialogue.care.my_data if intent == "delete_my_data" else dialogue.care.consent

    said = answer(say("x", intent))

    interview = dialogue.store.load("c1")
    assert interview is not None
    assert interview.is_empty
    assert interview.to_state()["facts_cleared"] is True
    assert said.signal["erase"] is True


@pytest.mark.parametrize("intent", ["fraud_help", "other_person_data", "injection", "abuse"])
def test_declining_is_calm_and_offers_the_way_on(dialogue: Dialogue, say: Say, intent: str) -> None:
    """A refusal is never the end of the conversation."""
    said = dialogue.care.decline(say("x", intent))

    assert said.signal["action"] == "refuse"
    assert "mình" in said.text.lower()


def test_facts_are_not_read_out_in_a_group(dialogue: Dialogue, say: Say) -> None:
    """Others read along."""
    dialogue.turn.step(say("mẹ 76 tuổi"))

    said = dialogue.care.my_data(say("xem dữ liệu của tôi", "show_my_data", is_group=True))

    assert "76" not in said.text
