"""Company: greeting, thanks, what the service is, and what is none of its business."""

from __future__ import annotations

from actions.asking import Asking
from actions.interview import Interview
from actions.interviews import InterviewStore
from actions.message import CitizenMessage
from actions.phrasebook import Phrasebook
from actions.replies import Said, one
from actions.turn import Turn

AREAS = ("allowance", "health_insurance", "loans")


class Company:
    """Small talk that keeps the pending question in view."""

    def __init__(self, store: InterviewStore, phrasebook: Phrasebook, asking: Asking, turn: Turn) -> None:
        self._store, self._phrasebook, self._asking, self._turn = store, phrasebook, asking, turn

    def greet(self, message: CitizenMessage) -> Said:
        """Greet, unless the greeting goes on to tell or ask something."""
        if self._turn.says_something(message):
            return self._turn.step(message)
        text = f"{self._phrasebook.say('greet')}\n{self._phrasebook.say('notice')}"
        return self._with_areas(message, text, "greet")

    def help(self, message: CitizenMessage) -> Said:
        """Tell what this is and what it can do."""
        return self._with_areas(message, self._phrasebook.say("help"), "help")

    def off_topic(self, message: CitizenMessage) -> Said:
        """Say that this is none of the service's business, unless there is something in it after all."""
        if self._turn.says_something(message):
            return self._turn.step(message)
        return self._turn.ask_the_law(message, otherwise="off_topic")

    def close(self, message: CitizenMessage) -> Said:
        """Take thanks or leave; a pending question stays in view."""
        if self._turn.says_something(message):
            return self._turn.step(message)
        interview = self._note(message, "close")
        if interview.pending is None:
            return one(self._phrasebook.say("close"), action="close")
        words = self._asking.words(interview.pending)
        choices = [choice.title for choice in interview.pending.choices]
        return one(self._phrasebook.say("close_pending", question=words), *choices, action="close")

    def _with_areas(self, message: CitizenMessage, text: str, action: str) -> Said:
        self._note(message, action)
        return one(text, *(self._phrasebook.say(f"choice_{area}") for area in AREAS), action=action)

    def _note(self, message: CitizenMessage, action: str) -> Interview:
        interview = self._store.load(message.conversation) or Interview(message.conversation)
        interview.action = action
        self._store.save(interview)
        return interview
