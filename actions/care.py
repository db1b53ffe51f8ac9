"""Care: danger, a person to talk to, fraud, abuse.

These come before any interview. A crisis is never followed by a question about benefits.
"""

from __future__ import annotations

from collections.abc import Sequence

from actions.interview import Interview
from actions.interviews import InterviewStore
from actions.message import CitizenMessage
from actions.phrasebook import Phrasebook
from actions.replies import Said, one
from actions.summary import Summary

CASE_STATUS = "case_status"


class Care:
    """Answers what must not wait and what may not be refused."""

    def __init__(
        self,
        *,
        store: InterviewStore,
        phrasebook: Phrasebook,
        summary: Summary,
        help_lines: Sequence[str],
    ) -> None:
        self._store, self._phrasebook, self._summary = store, phrasebook, summary
        self._help_lines = tuple(help_lines)

    def crisis(self, message: CitizenMessage) -> Said:
        """Give the help lines at once and call a person."""
        self._note(message, "crisis")
        return one(self.crisis_words(), action="crisis", handover="crisis")

    def crisis_words(self) -> str:
        """Return what is said to someone in danger."""
        return self._phrasebook.say("crisis", lines="\n".join(self._help_lines))

    def handover(self, message: CitizenMessage) -> Said:
        """Announce the person who takes over, with what she will know."""
        interview = self._note(message, "handover")
        facts = "" if message.occasion.is_group else self._summary.everything(interview)
        text = self._phrasebook.say("handover_file" if message.intent == CASE_STATUS else "handover")
        if facts:
            text += "\n" + self._phrasebook.say("handover_summary", facts=facts)
        return one(text, action="handover", handover="asked")

    def scam_warning(self, message: CitizenMessage) -> Said:
        """Warn against paying, say the official fee and whom to tell, and call a person."""
        self._note(message, "handover")
        return one(self._phrasebook.say("scam"), action="handover", handover="scam")

    def decline(self, message: CitizenMessage) -> Said:
        """Decline calmly: fraud, other people's data, instructions to the machine, abuse."""
        self._note(message, "refuse")
        return one(self._phrasebook.say(f"decline_{message.intent}"), action="refuse", reason=message.intent)

    def _note(self, message: CitizenMessage, action: str) -> Interview:
        interview = self._store.load(message.conversation) or Interview(message.conversation)
        interview.action = action
        self._store.save(interview)
        return interview
