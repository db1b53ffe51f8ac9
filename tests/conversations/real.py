"""The service's own rooms for conversation tests: released rules, the reader's lexicon, the guides' index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from actions.build import Dialogue
from actions.evaluate import Ending
from app.bootstrap import Parts
from app.settings import Settings
from core.clock import FixedClock
from tests.conversations.harness import RasaServer

TODAY = date(2026, 11, 21)


def real_parts(folder: Path) -> Parts:
    """Return the service's parts, with the index built below *folder*."""
    parts = Parts.of(Settings(state_folder=folder), FixedClock.on(TODAY))
    parts.library.ensure()
    return parts


def hold(rasa: RasaServer, dialogue: Dialogue, items: Sequence[Mapping[str, Any]]) -> list[Ending]:
    """Hold every dialogue of *items* through Rasa and return where it ended."""
    return [_hold(rasa, dialogue, item) for item in items]


def _hold(rasa: RasaServer, dialogue: Dialogue, item: Mapping[str, Any]) -> Ending:
    conversation = f"test:{item['id']}"
    metadata = {"as_of": item["as_of"], "is_group": item.get("channel") == "group", "channel": "web"}
    replies = [
        [answer["text"] for answer in rasa.say(conversation, turn, metadata) if "text" in answer]
        for turn in item["turns"]
    ]
    interview = dialogue.store.load(conversation)
    return Ending(item["id"], replies, interview.to_state() if interview else {})
