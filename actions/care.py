"""Care: danger, a person to talk to, fraud, abuse, and the citizen's rights over what is kept of her.

These come before any interview. A crisis is never followed by a question about benefits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from actions.interview import Interview
from actions.interviews import InterviewStore
from actions.message import CitizenMessage
from actions.phrasebook import Phrasebook
from actions.replies import Said, one
from actions.summary import Summary
from core.clock import Clock

WITHDRAW, GIVE, REFUSE = "withdraw_consent", "give_consent", "refuse_consent"
SHOW, CASE_STATUS = "show_my_data", "case_status"
RECEIPT_CHARACTERS = 8


class Care:
    """Answers what must not wait and what may not be refused."""

    def __init__(
        self,
        *,
        store: InterviewStore,
        phrasebook: Phrasebook,
        summary: Summary,
        clock: Clock,
        help_lines: Sequence[str],
    ) -> None:
        self._store, self._phrasebook, self._summary, self._clock = store, phrasebook, summary, clock
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

    def my_data(self, message: CitizenMessage) -> Said:
        """Show what is kept of her, or delete it with a receipt."""
        if message.intent == SHOW:
            return self._show(message)
        self._erase(message.conversation, action="delete_data")
        return one(
            self._phrasebook.say("data_deleted", receipt=self._receipt(message)), action="delete_data", erase=True
        )

    def consent(self, message: CitizenMessage) -> Said:
        """Note her consent, her refusal or its withdrawal; the last two delete what is kept."""
        if message.intent == GIVE:
            interview = self._note(message, GIVE)
            interview.consent = True
            self._store.save(interview)
            return one(self._phrasebook.say("consent_given"), action=GIVE)
        self._erase(message.conversation, action=message.intent)
        key = "consent_withdrawn" if message.intent == WITHDRAW else "consent_refused"
        return one(self._phrasebook.say(key, receipt=self._receipt(message)), action=message.intent, erase=True)

    def _show(self, message: CitizenMessage) -> Said:
        interview = self._note(message, SHOW)
        if message.occasion.is_group:
            return one(self._phrasebook.say("move_to_private"), action="move_to_private")
        facts = self._summary.everything(interview)
        text = self._phrasebook.say("my_data", facts=facts) if facts else self._phrasebook.say("my_data_empty")
        return one(text, action=SHOW)

    def _erase(self, conversation: str, *, action: str) -> None:
        """Delete everything; only that it was done, and whether consent stands, remains."""
        self._store.delete(conversation)
        consent = None if action == "delete_data" else False
        self._store.save(Interview(conversation, noticed=True, consent=consent, facts_cleared=True, action=action))

    def _note(self, message: CitizenMessage, action: str) -> Interview:
        interview = self._store.load(message.conversation) or Interview(message.conversation)
        interview.action = action
        self._store.save(interview)
        return interview

    def _receipt(self, message: CitizenMessage) -> str:
        """Return a number that names this deletion and nothing else."""
        moment = self._clock.now()
        digest = hashlib.sha256(f"{message.conversation}|{moment.isoformat()}".encode()).hexdigest()
        return f"{moment:%Y%m%d}-{digest[:RECEIPT_CHARACTERS].upper()}"
