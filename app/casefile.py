"""What a citizen told, in the words staff read: fills the hand-over's ``FactSource`` from the interview."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from actions.interviews import InterviewStore
from actions.phrasebook import Phrasebook, capitalised
from actions.ports import Raw, Vocabulary
from actions.telling import FactTeller
from bot.handover.covering import Covering
from bot.handover.facts import ToldFact

HOUSEHOLD = "household"
LISTS: Final = ("handover_summary", "understood", "corrected")  # what the bot says with a list of told facts


@dataclass(frozen=True)
class CaseFile:
    """Reads interviews."""

    interviews: InterviewStore
    vocabulary: Vocabulary
    phrasebook: Phrasebook
    teller: FactTeller
    places: frozenset[str]  # the names of all places: no secret

    @property
    def covering(self) -> Covering:
        """Return what hides sensitive facts where the bot repeats them."""
        frames = (self.phrasebook.say(key, facts="\0").split("\0") for key in LISTS)
        return Covering(tuple((before, after) for before, after in frames), self.places)

    def told(self, conversation_id: str) -> Sequence[ToldFact]:
        """Return every fact of the conversation's interview."""
        interview = self.interviews.load(conversation_id)
        if interview is None:
            return ()
        people = {self.phrasebook.person(person): facts for person, facts in interview.people.items()}
        rooms = {**people, HOUSEHOLD: interview.household}
        return [fact for person, facts in rooms.items() for fact in self._facts(person, facts)]

    def _facts(self, person: str, facts: Mapping[str, Raw]) -> Iterator[ToldFact]:
        for fact, value in facts.items():
            definition = self.vocabulary.facts.get(fact)
            yield ToldFact(
                person=person,
                fact=fact,
                label=capitalised(self.teller.name(fact)),
                value=self.teller.tell(fact, value),
                is_sensitive=definition is None or definition.sensitive,
            )
