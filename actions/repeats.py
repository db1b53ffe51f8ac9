"""A message that comes again, after a process was killed in the middle: answered as before, applied once."""

from __future__ import annotations

from actions.interview import Answered
from actions.interviews import InterviewStore
from actions.message import CitizenMessage
from actions.replies import Message, Said


def repeated(store: InterviewStore, message: CitizenMessage) -> Said | None:
    """Return what was said to *message* when it came first; ``None`` where it is new."""
    interview = store.load(message.conversation)
    if not message.key or interview is None or interview.answered is None:
        return None
    answered = interview.answered
    if answered.message != message.key:
        return None
    return Said(tuple(Message(text, choices) for text, choices in answered.messages), dict(answered.signal))


def remember(store: InterviewStore, message: CitizenMessage, said: Said) -> None:
    """Keep what was *said* to *message*, with the interview it left behind."""
    interview = store.load(message.conversation)
    if not message.key or interview is None:
        return
    messages = tuple((one.text, one.choices) for one in said.messages)
    interview.answered = Answered(message.key, messages, dict(said.signal))
    store.save(interview)
