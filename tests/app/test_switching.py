"""A benefit that is switched off gets no verdict and no guide, but a word that it is paused and whom to call."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.build import Dialogue, Rooms
from actions.interviews import InMemoryInterviews
from app.bootstrap import Parts
from app.settings import Settings
from app.switching import Pauses, open_rooms, pausing
from bot.conversation.phrases import Phrases
from bot.pauses import PauseWords
from core.clock import FixedClock
from knowledge.answer import KnowledgeAnswer
from knowledge.passages import Hit, Passage

DAY = date(2026, 11, 21)


class OneGuide:
    """Knows one section, about the old people's allowance."""

    def answer(self, question: str, **_: Any) -> KnowledgeAnswer:
        passage = Passage("g", "Trợ cấp", "Mức 540.000 đ", benefits=("social_pension",))
        return KnowledgeAnswer("answered", passage.text, (), (Hit(passage, 1.0, 1.0, 1.0),), 0.9)


@dataclass
class Talk:
    """One conversation through the wrapped actions."""

    dialogue: Dialogue
    pauses: Pauses
    said: list[str] = field(default_factory=list)

    async def say(self, text: str, intent: str = "inform", action: str = "action_step") -> str:
        wrapped = {one.name(): one for one in pausing(self.dialogue.actions(), self.pauses)}
        latest = {"text": text, "intent": {"name": intent}, "metadata": {"as_of": "2026-11-21"}}
        events = [{"event": "user", "text": text}]
        tracker = Tracker("c1", {}, latest, events, False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        await wrapped[action].run(dispatcher, tracker, {})
        return "\n".join(message["text"] or "" for message in dispatcher.messages)


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Rooms:
    folder = tmp_path_factory.mktemp("state")
    parts = Parts.of(Settings(_env_file=None, state_folder=folder), FixedClock.on(DAY))
    from dataclasses import replace

    return replace(parts.rooms, knowledge=OneGuide())


def talk(rooms: Rooms, *off: str) -> Talk:
    clock = FixedClock.on(DAY)
    names = frozenset(off)
    pauses = Pauses(lambda: names, rooms.benefits, PauseWords(Phrases.load(), "1900 1234").benefit_paused)
    dialogue = Dialogue(open_rooms(rooms, lambda: names), InMemoryInterviews(clock), clock, help_lines=())
    pauses.dialogue = dialogue
    return Talk(dialogue, pauses)


def test_without_a_switch_nothing_changes(rooms: Rooms) -> None:
    text = asyncio.run(talk(rooms).say("mẹ tôi 76 tuổi không có lương hưu, không có trợ cấp gì"))

    assert "tạm dừng" not in text
    assert "540.000 đ" in text


def test_a_paused_benefit_gets_a_word_and_no_verdict(rooms: Rooms) -> None:
    """Who asks for nothing else hears nothing else."""
    paused = talk(rooms, "social_pension")

    text = asyncio.run(paused.say("mẹ tôi 76 tuổi không có lương hưu được hưu trí xã hội không"))

    assert text.startswith("Mình đang tạm dừng trả lời về ")
    assert "gọi 1900 1234" in text
    assert not any(words in text for words in ("540.000", "đủ điều kiện", "được hưởng", "không đủ"))
    assert all(r["benefit"] != "social_pension" for r in paused.dialogue.store.load("c1").results)  # type: ignore[union-attr]


def test_the_guides_of_a_paused_benefit_are_silent_too(rooms: Rooms) -> None:
    text = asyncio.run(talk(rooms, "social_pension").say("mức bao nhiêu", "ask_policy", "action_off_topic"))

    assert "tạm dừng" in text
    assert "540.000" not in text
