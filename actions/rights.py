"""The citizen's rights over what is known of her: consent and its withdrawal, seeing, mending, deleting.

Every deed is noted in the privacy log and answered with a receipt. Nothing is kept beyond the talk without consent.
"""

from __future__ import annotations

from collections.abc import Sequence

from actions.asking import Asking
from actions.interview import Interview
from actions.interviews import InterviewStore
from actions.message import CitizenMessage
from actions.phrasebook import Phrasebook
from actions.privacy_log import (
    CORRECTED,
    DELETED,
    GIVEN,
    REFUSED,
    SHOWN,
    WITHDRAWN,
    PrivacyDesk,
    notice_name,
)
from actions.replies import Message, Said, one
from actions.summary import Summary

GIVE, REFUSE, WITHDRAW = "give_consent", "refuse_consent", "withdraw_consent"
SHOW, MEND, DELETE = "show_my_data", "edit_my_data", "delete_my_data"
AREAS = ("allowance", "health_insurance", "loans")
_DEEDS = {DELETE: DELETED, WITHDRAW: WITHDRAWN, REFUSE: REFUSED}
_PHRASES = {DELETE: "data_deleted", WITHDRAW: "consent_withdrawn", REFUSE: "consent_refused"}


class Rights:
    """Does at once what may not be refused."""

    def __init__(
        self,
        *,
        store: InterviewStore,
        phrasebook: Phrasebook,
        summary: Summary,
        asking: Asking,
        desk: PrivacyDesk,
        operator: str = "",
    ) -> None:
        self._store, self._phrasebook, self._summary = store, phrasebook, summary
        self._asking, self._desk = asking, desk
        self._operator = operator or phrasebook.say("our_operator")

    # --- consent ---

    def ask(self, interview: Interview, *, in_group: bool) -> Message | None:
        """Return the notice with its two answers, once, when something of a person is known; ``None`` otherwise."""
        is_needed = interview.consent is None and not interview.asked_consent and interview.facts_told
        if not is_needed or in_group:
            return None
        interview.asked_consent = True
        say = self._phrasebook.say
        return Message(say("consent_ask"), (say("choice_consent"), say("choice_no_consent")))

    def consent(self, message: CitizenMessage) -> Said:
        """Note her consent, her refusal or its withdrawal; the last two delete what is known."""
        if message.intent != GIVE:
            return self._erase(message)
        interview = self._open(message)
        already, interview.consent, interview.action = interview.consent is True, True, GIVE
        self._store.save(interview)
        receipt = "" if already else self._note(GIVEN, message, notice=self._notice())
        text = self._phrasebook.say("consent_stands" if already else "consent_given", receipt=receipt)
        return self._going_on(interview, text, action=GIVE, consent=True)

    def privacy(self, message: CitizenMessage) -> Said:
        """Give the whole notice: what, what for, who, how long, which rights."""
        interview = self._open(message)
        interview.action = "ask_privacy"
        self._store.save(interview)
        say = self._phrasebook.say
        choices = [say("choice_consent"), say("choice_no_consent")] if interview.consent is None else []
        return one(say("privacy", operator=self._operator), *choices, say("choice_show_data"), action="ask_privacy")

    # --- seeing, mending, deleting ---

    def my_data(self, message: CitizenMessage) -> Said:
        """Show what is known of her, let her mend it, or delete it; each with a receipt."""
        if message.intent == DELETE:
            return self._erase(message)
        interview = self._open(message)
        interview.action, interview.mending = message.intent, message.intent == MEND
        if message.occasion.is_group:
            interview.action = "move_to_private"
            self._store.save(interview)
            return one(self._phrasebook.say("move_to_private"), action="move_to_private")
        self._store.save(interview)
        facts = self._summary.everything(interview)
        if not facts:
            return one(self._phrasebook.say("my_data_empty"), action=interview.action)
        return self._shown(interview, message, facts)

    def mended(self, interview: Interview, message: CitizenMessage) -> str:
        """Return the receipt of a correction asked for as one; empty where none was."""
        if not interview.mending:
            return ""
        interview.mending = False
        return self._phrasebook.say("data_mended", receipt=self._note(CORRECTED, message, counts=_counts(interview)))

    def _shown(self, interview: Interview, message: CitizenMessage, facts: str) -> Said:
        say = self._phrasebook.say
        receipt = self._note(SHOWN, message, counts=_counts(interview))
        kept = say("my_data_kept" if interview.consent else "my_data_passing")
        key = "my_data_mend" if interview.mending else "my_data"
        text = say(key, facts=facts, kept=kept, receipt=receipt)
        choices = (
            [say("choice_delete_data")] if interview.mending else [say("choice_mend_data"), say("choice_delete_data")]
        )
        return one(text, *choices, action=interview.action)

    def _erase(self, message: CitizenMessage) -> Said:
        """Delete everything; what remains is that it was done, and whether she refused to be remembered."""
        known = self._open(message)
        receipt = self._note(_DEEDS[message.intent], message, counts=_counts(known))
        removed = self._phrasebook.say(
            "removed" if known.facts_told else "removed_none", facts=known.facts_told, people=_people(known)
        )
        self._store.delete(message.conversation)
        refused = False if message.intent in (REFUSE, WITHDRAW) else None
        self._store.save(
            Interview(
                message.conversation,
                consent=refused,
                asked_consent=refused is False,
                facts_cleared=True,
                action=message.intent if message.intent != DELETE else "delete_data",
            )
        )
        text = self._phrasebook.say(_PHRASES[message.intent], receipt=receipt, removed=removed)
        action = "delete_data" if message.intent == DELETE else message.intent
        return one(text, *self._areas(), action=action, erase=True, receipt=receipt)

    # --- parts ---

    def _going_on(self, interview: Interview, text: str, **signal: object) -> Said:
        """Say *text* and put the pending question again, so that nothing is lost by it."""
        if interview.pending is None:
            return one(text, **signal)
        asked = interview.pending
        words = self._asking.words(asked, interview.facts_of(asked.person))
        if self._asking.takes_number(asked):
            signal["numeric_answer"] = True
        return one(f"{text}\n{words}", *(choice.title for choice in asked.choices), **signal)

    def _note(self, act: str, message: CitizenMessage, **more: object) -> str:
        return self._desk.note(
            act,
            message.conversation,
            channel=message.occasion.channel,
            message=message.key,
            **more,  # type: ignore[arg-type]
        )

    def _notice(self) -> str:
        """Name the notice as it is shown now: its short and its whole text."""
        say = self._phrasebook.say
        return notice_name(
            self._phrasebook.notice_version, f"{say('consent_ask')}\n{say('privacy', operator=self._operator)}"
        )

    def _open(self, message: CitizenMessage) -> Interview:
        interview = self._store.load(message.conversation) or Interview(message.conversation)
        interview.facts_cleared = False
        return interview

    def _areas(self) -> Sequence[str]:
        return [self._phrasebook.say(f"choice_{area}") for area in AREAS]


def _counts(interview: Interview) -> dict[str, int]:
    return {"facts": interview.facts_told, "people": _people(interview)}


def _people(interview: Interview) -> int:
    return max(len(interview.people_told_of), 1)
