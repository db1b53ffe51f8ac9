"""Whatever is typed, the interview answers calmly and says nothing of its inside."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.build import Dialogue
from actions.message import CitizenMessage, Occasion
from tests.conversations.real import TODAY
from tests.examples import often

INTENTS = ["inform", "ask_benefit", "ask_policy", "affirm", "deny", "dont_know", "skip", "nlu_fallback"]
VOCABULARY = """
mẹ tôi 76 tuổi không có lương hưu hộ nghèo cận khuyết tật nặng vay vốn thẻ bhyt bao nhiêu ở Hà Nội nhầm 2tr5 sinh
năm 51 con bé lớn ông bà bố mất rồi còn thì sao vì giấy tờ {x} %s <b> ' " ; -- \\ 🙂 0 999999999999 none null
"""
WORDS = st.sampled_from(re.findall(r"\S+", VOCABULARY))
MESSAGES = st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=12).map(" ".join))
INSIDE = re.compile(r"Traceback|utter_|_vnd\b|\bNone\b|age_years|social_pension|\{[a-z_]+\}")


@settings(max_examples=often(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=st.lists(st.tuples(MESSAGES, st.sampled_from(INTENTS)), min_size=1, max_size=4))
def test_no_text_breaks_an_interview(dialogue: Dialogue, messages: list[tuple[str, str]]) -> None:
    """Garbled, hostile and half-finished messages get an answer of readable length, free of keys and braces."""
    dialogue.store.delete("any")

    for text, intent in messages:
        said = dialogue.turn.step(CitizenMessage("any", text, intent, Occasion(TODAY)))

        assert said.text
        assert len(said.text) <= 900
        assert not INSIDE.search(said.text), said.text
