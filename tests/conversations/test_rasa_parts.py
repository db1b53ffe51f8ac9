"""Parts that run in Rasa's own environment, tried there."""

from __future__ import annotations

import subprocess

import pytest

from tests.conversations.harness import INTERPRETER, ROOT, environment

pytestmark = [
    pytest.mark.rasa,
    pytest.mark.xdist_group("rasa"),
    pytest.mark.skipif(not INTERPRETER.exists(), reason=f"Rasa's environment is not there: {INTERPRETER}"),
]

CHECKS = """
import asyncio
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from dialogue.components.trackers import ShortMemoryTrackerStore
from dialogue.lean import make_lean

make_lean()
action = RemoteAction("action_step", None)
assert action._validate_action_result({"events": [], "responses": [{"text": "x"}]})
try:
    action._validate_action_result({"events": "all of them"})
except ValidationError as error:
    print("refused:", error.message[:30])

async def trackers():
    store = ShortMemoryTrackerStore(Domain.empty(), max_event_history=6, max_conversations=2)
    for name in ("a", "b", "c"):
        tracker = DialogueStateTracker.from_events(name, [], max_event_history=6)
        for number in range(20):
            tracker.update(UserUttered(f"message {number}"))
        await store.save(tracker)
    kept = sorted(await store.keys())
    events = len((await store.retrieve("c")).events)
    print("kept:", kept, "events:", events, "forgotten:", await store.retrieve("a"))

asyncio.run(trackers())
"""


def test_answers_are_checked_and_memory_stays_short() -> None:
    """A wrong answer of an action is still refused; old conversations and old events go."""
    command = [str(INTERPRETER), "-W", "ignore", "-c", CHECKS]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True)

    assert "refused: 'all of them'" in done.stdout, done.stderr[-1500:]
    assert "kept: ['b', 'c'] events: 6 forgotten: None" in done.stdout
