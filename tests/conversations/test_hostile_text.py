"""Two hundred strange messages in the middle of an interview: none breaks it, none gets anything out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from actions.build import Dialogue
from actions.message import CitizenMessage, Occasion
from bot.conversation.words import LONGEST_ASKED, cut, harmless, tidy
from core.vietnamese.text import fold
from tests.conversations.real import TODAY

MESSAGES = yaml.safe_load(Path(__file__).with_name("hostile.yml").read_text(encoding="utf-8"))
INSIDE = re.compile(
    r"Traceback|utter_|_vnd\b|\bNone\b|age_years|social_pension|\{[a-z_]+\}|SELECT|SECRET|9\.999\.999|5\.000\.000|__class__|\b49\b"
)
STEP = "action_step"


def _texts() -> Iterator[str]:
    for texts in MESSAGES.values():
        for text in texts:
            yield from (text, fold(text), text.upper(), f"/{text}", f'"{text}"')
    yield from ("", " ", "a" * 100_000, "mẹ " * 5_000, "76 " * 3_000, "🙂" * 5_000, "\n".join("abcdef" * 500))


TEXTS = list(dict.fromkeys(_texts()))


def _as_asked(text: str) -> str:
    """Return *text* as the gateway lets it through."""
    return cut(harmless(tidy(text)), LONGEST_ASKED)


def test_there_are_enough_of_them() -> None:
    """The set is as large as promised."""
    assert len(TEXTS) >= 200


@pytest.mark.parametrize("part", range(8))
def test_no_strange_message_breaks_or_opens_an_interview(dialogue: Dialogue, part: int) -> None:
    """The answer is calm and short, shows nothing of the inside, and the question that waited still waits."""
    answers = dialogue._answers()
    for text in TEXTS[part::8]:
        asked = _as_asked(text)
        dialogue.store.delete("hostile")
        dialogue.turn.step(_message("mẹ tôi 76 tuổi, hỏi hưu trí xã hội"))
        intent = dialogue.lexicon.recognise(asked) or "nlu_fallback"
        action = {"injection": "action_decline", "other_person_data": "action_decline"}.get(intent, STEP)

        said = answers[action](_message(asked, intent))

        interview = dialogue.store.load("hostile")
        assert interview is not None
        assert said.text, text[:80]
        assert len(said.text) <= 900
        assert not INSIDE.search(said.text), (text[:80], said.text)
        assert interview.people["mother"].get("age_years") in (76, None), text[:80]


def _message(text: str, intent: str = "inform") -> CitizenMessage:
    return CitizenMessage("hostile", text, intent, Occasion(TODAY))
