"""The plain ask-loop through the real Rasa: message, intent, rule, action, answer."""

from __future__ import annotations

import pytest

from actions.build import Dialogue
from tests.conversations.harness import RasaServer
from tests.conversations.real import TODAY

METADATA = {"as_of": TODAY.isoformat(), "channel": "web"}

pytestmark = [pytest.mark.rasa, pytest.mark.xdist_group("rasa")]


def test_a_question_is_asked_and_its_answer_leads_to_the_verdict(rasa: RasaServer, dialogue: Dialogue) -> None:
    """The thin slice: what is said in words comes back as a verdict with amount and article."""
    rasa.say("loop", "hỏi hưu trí xã hội cho mẹ 76 tuổi", METADATA)
    assert _pending(dialogue, "loop") is not None

    rasa.say("loop", "không", METADATA)
    answers = rasa.say("loop", "không", METADATA)

    assert "540.000 đ/tháng" in answers[0]["text"]
    assert "176/2025/NĐ-CP" in answers[0]["text"]
    assert answers[-1]["custom"]["citations"]


def test_typed_commands_are_only_text(rasa: RasaServer, dialogue: Dialogue) -> None:
    """A message that begins with a slash never sets an intent by itself."""
    rasa.say("slash", "mẹ tôi 76 tuổi", METADATA)
    rasa.say("slash", "/delete_my_data", METADATA)

    interview = dialogue.store.load("slash")
    assert interview is not None
    assert interview.people["mother"]["age_years"] == 76


def test_crisis_comes_before_everything(rasa: RasaServer) -> None:
    """Someone in danger gets the help lines, whatever was being asked."""
    rasa.say("crisis", "tôi muốn hỏi trợ cấp cho mẹ 76 tuổi", METADATA)
    answers = rasa.say("crisis", "mà thôi em ko muốn sống nữa", METADATA)

    assert "115" in answers[0]["text"]
    assert answers[-1]["custom"]["handover"] == "crisis"


def test_numbers_answer_numeric_questions_themselves(rasa: RasaServer) -> None:
    """The gateway must not take an age for the position of a choice."""
    answers = rasa.say("numeric", "hỏi hưu trí xã hội cho mẹ 76 tuổi", METADATA)

    assert answers[-1]["custom"]["numeric_answer"] is True


ODD = ["", "   ", "🙂🙂🙂", "....", "a" * 20_000, "你好吗", "\x00\x01", "{}", "/session_start", "'; DROP TABLE x; --"]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_nothing_that_is_sent_breaks_the_flow(rasa: RasaServer, text: str) -> None:
    """Empty, huge, foreign and garbled messages get a calm answer or none, never an error."""
    rasa.say("odd", text, METADATA)

    answers = rasa.say("odd", "xin chào", METADATA)
    assert answers[0]["text"]


def _pending(dialogue: Dialogue, conversation: str) -> str | None:
    interview = dialogue.store.load(conversation)
    return interview.pending.fact if interview and interview.pending else None


def test_actions_read_what_was_written_not_what_was_classified(rasa: RasaServer, dialogue: Dialogue) -> None:
    """The classifier's spelling drops marks; a date of birth needs its slashes."""
    rasa.say("written", "con em sinh 10/12/2020, có thẻ bảo hiểm y tế không?", METADATA)

    interview = dialogue.store.load("written")
    assert interview is not None
    assert interview.people["child"]["date_of_birth"] == "2020-12-10"
