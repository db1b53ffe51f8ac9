"""How Rasa's action call becomes a citizen's message, and what is said becomes Rasa's answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.interviews import InterviewStore
from actions.keeping import TurnStore
from actions.message import CitizenMessage, Occasion
from actions.repeats import remember, repeated
from actions.replies import Said
from core.clock import Clock

REQUESTED_FACT = "requested_fact"
Answer = Callable[[CitizenMessage], Said]


def _requested_fact(store: InterviewStore, conversation: str) -> dict[str, Any]:
    interview = store.load(conversation)
    fact = interview.pending.fact if interview and interview.pending else None
    return dict(SlotSet(REQUESTED_FACT, fact))


class DialogueAction(Action):  # type: ignore[misc]  # rasa_sdk ships no types
    """One action of the domain: it hands the message on and passes back what is said."""

    def __init__(self, name: str, answer: Answer, store: TurnStore, clock: Clock) -> None:
        self._name, self._answer, self._store, self._clock = name, answer, store, clock

    def name(self) -> str:
        """Return the name in the domain."""
        return self._name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:  # noqa: ARG002
        """Answer the latest message; the work runs in a thread, the event loop stays free."""
        said, requested = await asyncio.to_thread(self._answered, self._message(tracker))
        _utter(dispatcher, said)
        return [requested]

    def _answered(self, message: CitizenMessage) -> tuple[Said, dict[str, Any]]:
        """Answer *message* once: one that comes again is answered as before, and changes nothing again."""
        with self._store.turn(message.conversation):
            said = repeated(self._store, message)
            if said is None:
                said = self._answer(message)
                remember(self._store, message, said)
            return said, _requested_fact(self._store, message.conversation)

    def _message(self, tracker: Tracker) -> CitizenMessage:
        latest = tracker.latest_message
        intent = (latest.get("intent") or {}).get("name") or ""
        return CitizenMessage(
            conversation=tracker.sender_id,
            text=_as_written(tracker) or latest.get("text") or "",
            intent=intent,
            occasion=Occasion.of(latest.get("metadata"), self._clock),
            key=str((latest.get("metadata") or {}).get("message") or ""),
        )


def _as_written(tracker: Tracker) -> str:
    """Return the citizen's own words; the latest message carries them as the classifier saw them."""
    said = (event.get("text") for event in reversed(tracker.events) if event.get("event") == "user")
    return next((str(text) for text in said if text), "")


class SessionStart(Action):  # type: ignore[misc]  # rasa_sdk ships no types
    """Begins a session; after a restart of Rasa the pending question comes back from our own store."""

    def __init__(self, store: InterviewStore) -> None:
        self._store = store

    def name(self) -> str:
        """Return Rasa's name for it."""
        return "action_session_start"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:  # noqa: ARG002
        """Restore ``requested_fact``."""
        restored = await asyncio.to_thread(_requested_fact, self._store, tracker.sender_id)
        return [dict(SessionStarted()), restored, dict(ActionExecuted("action_listen"))]


def _utter(dispatcher: CollectingDispatcher, said: Said) -> None:
    """Say every message; the signal goes with the last one as its ``custom`` part."""
    for message in said.messages[:-1]:
        dispatcher.utter_message(text=message.text, buttons=_buttons(message.choices))
    last = said.messages[-1]
    signal = said.signal or None
    dispatcher.utter_message(text=last.text, buttons=_buttons(last.choices), json_message=signal)


def _buttons(choices: tuple[str, ...]) -> list[dict[str, str]]:
    """A button sends what it shows, so that every channel and every transcript stays readable."""
    return [{"title": choice, "payload": choice} for choice in choices]
