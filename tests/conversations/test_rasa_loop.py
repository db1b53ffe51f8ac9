"""The plain ask-loop through the real Rasa: message, intent, rule, action, answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from actions.build import Dialogue
from actions.interviews import InMemoryInterviews
from core.clock import FixedClock
from tests.actions.rooms import rooms
from tests.conversations.harness import INTERPRETER, ActionsServer, RasaServer, trained_model

DAY = date(2026, 11, 21)
METADATA = {"as_of": DAY.isoformat(), "channel": "web"}

pytestmark = [
    pytest.mark.rasa,
    pytest.mark.xdist_group("rasa"),
    pytest.mark.skipif(not INTERPRETER.exists(), reason=f"Rasa's environment is not there: {INTERPRETER}"),
]


@pytest.fixture(scope="module")
def dialogue() -> Dialogue:
    clock = FixedClock.on(DAY)
    return Dialogue(rooms(), InMemoryInterviews(clock), clock, help_lines=("115: cấp cứu",))


@pytest.fixture(scope="module")
def rasa(dialogue: Dialogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaServer]:
    log = Path(tmp_path_factory.mktemp("rasa")) / "rasa.log"
    with ActionsServer(dialogue.actions()) as actions, RasaServer(trained_model(), actions.url, log) as server:
        yield server


def test_a_question_is_asked_and_its_answer_leads_to_the_verdict(rasa: RasaServer, dialogue: Dialogue) -> None:
    """The thin slice: what is said in words comes back as a verdict with amount and article."""
    rasa.say("loop", "tôi muốn hỏi hưu trí xã hội cho mẹ 76 tuổi", METADATA)
    rasa.say("loop", "không", METADATA)
    answers = rasa.say("loop", "mẹ không trợ cấp gì", METADATA)

    assert "540.000 đ/tháng" in answers[0]["text"]
    assert "176/2025/NĐ-CP" in answers[0]["text"]


def test_typed_commands_are_only_text(rasa: RasaServer, dialogue: Dialogue) -> None:
    """A message that begins with a slash never sets an intent by itself."""
    rasa.say("slash", "mẹ 76 tuổi", METADATA)
    rasa.say("slash", "/delete_my_data", METADATA)

    interview = dialogue.store.load("slash")
    assert interview is not None
    assert interview.people["mother"] == {"age_years": 76}


def test_crisis_comes_before_everything(rasa: RasaServer, dialogue: Dialogue) -> None:
    """Someone in danger gets the help lines, whatever was being asked."""
    rasa.say("crisis", "tôi muốn hỏi trợ cấp cho mẹ 76 tuổi", METADATA)
    answers = rasa.say("crisis", "mà thôi em ko muốn sống nữa", METADATA)

    assert "115: cấp cứu" in answers[0]["text"]
    assert answers[-1]["custom"]["handover"] == "crisis"


@pytest.mark.parametrize(
    "text", ["", "   ", "🙂🙂🙂", "....", "a" * 20_000, "你好吗", "\x00\x01", "{}", "/session_start"]
)
def test_nothing_that_is_sent_breaks_the_flow(rasa: RasaServer, text: str) -> None:
    """Empty, huge, foreign and garbled messages get a calm answer or none, never an error."""
    rasa.say("odd", text, METADATA)

    answers = rasa.say("odd", "xin chào", METADATA)
    assert answers[0]["text"]
