"""Put the dialogue's hands together: from the ports of the other rooms to the actions Rasa calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rasa_sdk import Action

from actions.asking import Asking
from actions.back_then import BackThen
from actions.care import Care
from actions.company import Company
from actions.cues import Cues
from actions.explaining import Explaining
from actions.family import FamilyPlan
from actions.follow_up import FollowUp
from actions.household import HouseholdSummary
from actions.interviews import InterviewStore
from actions.judging import Judge
from actions.keeping import TurnStore
from actions.law import Law
from actions.listening import Listener
from actions.looking_ahead import LookingAhead
from actions.phrasebook import FOLDER, Phrasebook
from actions.ports import (
    Benefits,
    Eligibility,
    FactReader,
    Families,
    Knowledge,
    LawTexts,
    Outlook,
    PlaceNames,
    Vocabulary,
)
from actions.privacy_log import InMemoryPrivacyLog, PrivacyDesk, PrivacyLog
from actions.rasa_action import Answer, DialogueAction, SessionStart
from actions.rights import Rights
from actions.scope import Scoping
from actions.summary import Summary
from actions.supposing import Supposing
from actions.telling import FactTeller
from actions.turn import Turn
from actions.whatif import WhatIf
from actions.wording import Wording
from core.clock import Clock
from dialogue.components.lexicon import Lexicon
from dialogue.components.spelling import Spelling

# What is answered even while a person has the talk.
AT_ONCE = frozenset(
    {
        "crisis",
        "show_my_data",
        "edit_my_data",
        "delete_my_data",
        "withdraw_consent",
        "refuse_consent",
        "give_consent",
        "ask_privacy",
    }
)


@dataclass(frozen=True)
class Rooms:
    """What the other rooms give the dialogue."""

    eligibility: Eligibility
    outlook: Outlook
    law_texts: LawTexts
    vocabulary: Vocabulary
    benefits: Benefits
    places: PlaceNames
    reader: FactReader
    knowledge: Knowledge
    families: Families


class Dialogue:
    """Every part of the dialogue, built once."""

    def __init__(
        self,
        rooms: Rooms,
        interviews: InterviewStore,
        clock: Clock,
        *,
        help_lines: Sequence[str],
        privacy: PrivacyLog | None = None,
        operator: str = "",
    ) -> None:
        store = TurnStore(interviews)
        spelling = Spelling.load(FOLDER / "spellings.yml")
        self.phrasebook = Phrasebook.load()
        self.lexicon = Lexicon.load(FOLDER / "guards.yml", spelling)
        scoping = self.scoping = Scoping.load()
        cues = Cues.load(spelling)
        self.store, self.clock, self.knowledge = store, clock, rooms.knowledge
        self.teller = FactTeller(self.phrasebook, rooms.vocabulary, rooms.places)
        self.asking = Asking(self.phrasebook, rooms.vocabulary)
        self.wording = Wording(self.phrasebook, self.teller, rooms.benefits)
        self.what_if = WhatIf(rooms.eligibility, rooms.vocabulary, self.phrasebook)
        self.judge = Judge(rooms.eligibility, rooms.benefits, scoping, rooms.vocabulary)
        self.supposing = Supposing(self.judge, self.what_if, self.wording, rooms.vocabulary)
        self.ahead = LookingAhead(rooms.outlook, self.phrasebook, self.teller, self.wording)
        self.household = HouseholdSummary(self.phrasebook, self.teller, self.wording, self.supposing, self.ahead)
        self.listener = Listener(
            reader=rooms.reader,
            vocabulary=rooms.vocabulary,
            asking=self.asking,
            scoping=scoping,
            cues=cues,
        )
        self.family = FamilyPlan(
            rooms.families,
            phrasebook=self.phrasebook,
            teller=self.teller,
            wording=self.wording,
            benefits=rooms.benefits,
            vocabulary=rooms.vocabulary,
            scoping=scoping,
        )
        self.summary = Summary(
            phrasebook=self.phrasebook,
            teller=self.teller,
            wording=self.wording,
            supposing=self.supposing,
            vocabulary=rooms.vocabulary,
            places=rooms.places,
            private_words=cues.private,
            household=self.household,
            ahead=self.ahead,
        )
        self.explaining = Explaining(
            phrasebook=self.phrasebook,
            teller=self.teller,
            asking=self.asking,
            wording=self.wording,
            supposing=self.supposing,
            ahead=self.ahead,
            law_texts=rooms.law_texts,
        )
        self.law = Law(rooms.knowledge, self.judge, self.wording, procedure_cues=cues.procedure, age_cues=cues.age)
        self.rights = Rights(
            store=store,
            phrasebook=self.phrasebook,
            summary=self.summary,
            asking=self.asking,
            desk=PrivacyDesk(privacy or InMemoryPrivacyLog(), clock),
            operator=operator,
        )
        self.turn = Turn(
            store=store,
            listener=self.listener,
            judge=self.judge,
            asking=self.asking,
            explaining=self.explaining,
            supposing=self.supposing,
            summary=self.summary,
            wording=self.wording,
            law=self.law,
            phrasebook=self.phrasebook,
            rights=self.rights,
            cues=cues,
            back_then=BackThen(rooms.eligibility, self.wording, self.phrasebook, cues.question),
        )
        self.care = Care(store=store, phrasebook=self.phrasebook, summary=self.summary, help_lines=help_lines)
        self.company = Company(store, self.phrasebook, self.asking, self.turn)
        self.follow_up = FollowUp(
            store=store,
            judge=self.judge,
            explaining=self.explaining,
            asking=self.asking,
            teller=self.teller,
            wording=self.wording,
            summary=self.summary,
            household=self.household,
            family=self.family,
            cues=cues,
            ahead=self.ahead,
            law=self.law,
            phrasebook=self.phrasebook,
            turn=self.turn,
        )

    def must_answer(self, text: str) -> bool:
        """Tell whether *text* may not wait while a person has the talk: danger, and her rights over her data."""
        return self.lexicon.recognise(text) in AT_ONCE

    def actions(self) -> list[Action]:
        """Return the actions of the domain, ready to be called."""
        made = [DialogueAction(name, answer, self.store, self.clock) for name, answer in self._answers().items()]
        return [SessionStart(self.store), *made]

    def _answers(self) -> dict[str, Answer]:
        return {
            "action_step": self.turn.step,
            "action_greet": self.company.greet,
            "action_close": self.company.close,
            "action_help": self.company.help,
            "action_off_topic": self.company.off_topic,
            "action_why": self.follow_up.why,
            "action_papers": self.follow_up.papers,
            "action_more": self.follow_up.more,
            "action_summary": self.follow_up.summarise,
            "action_when": self.follow_up.when,
            "action_missing": self.follow_up.missing,
            "action_explain": self.follow_up.explain,
            "action_start_over": self.follow_up.start_over,
            "action_handover": self.care.handover,
            "action_crisis": self.care.crisis,
            "action_scam_warning": self.care.scam_warning,
            "action_decline": self.care.decline,
            "action_my_data": self.rights.my_data,
            "action_consent": self.rights.consent,
            "action_privacy": self.rights.privacy,
        }
