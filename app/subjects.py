"""People of stored interviews as somebody to be judged: for what a change of the rules does to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from actions.interview import Interview
from rules.impact import Subject


def interview_subjects(interviews: Iterable[Interview], *, as_of: date) -> Iterator[Subject]:
    """Yield everybody asked about in *interviews*, with the household's facts, as judged in a conversation.

    The id is that of the conversation (a pseudonym) and the person's; who died is left out.
    """
    for interview in interviews:
        for person in interview.subjects or interview.people:
            if person not in interview.dead:
                facts = {**interview.household, **interview.people.get(person, {})}
                name = f"{interview.conversation}/{person}"
                yield Subject(name, facts, as_of, province=interview.province, conversational=True)
