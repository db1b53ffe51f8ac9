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


@pytest.mark.parametrize("intent", ["fraud_help", "other_person_data", "injection", "abuse"])
def test_declining_is_calm_and_offers_the_way_on(dialogue: Dialogue, say: Say, intent: str) -> None:
    """A refusal is never the end of the conversation."""
    said = dialogue.care.decline(say("x", intent))

    assert said.signal["action"] == "refuse"
    assert "mình" in said.text.lower()
