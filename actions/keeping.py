"""What is kept of an interview and for how long: only with consent beyond the conversation itself.

Without consent an interview lives in this process, until the talk has been silent for an hour. With consent it moves
to the durable store; when consent is withdrawn it is removed from both.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from actions.interview import Interview
from actions.interviews import InterviewStore
from core.clock import Clock

SILENCE = timedelta(hours=1)
MOST_TALKS = 20_000


class ConsentRecord(Protocol):
    """Remembers what a citizen decided about being remembered."""

    def stands(self, conversation: str) -> bool | None:
        """Tell whether consent stands; ``None`` where nothing was decided."""
        ...


class PassingInterviews:
    """Interviews of talks that are going on, in memory only; after *silence* they are forgotten."""

    def __init__(self, clock: Clock, *, silence: timedelta = SILENCE, most: int = MOST_TALKS) -> None:
        self._clock, self._silence, self._most = clock, silence, most
        self._kept: OrderedDict[str, tuple[str, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def load(self, conversation: str) -> Interview | None:
        """Return the interview of *conversation* unless the talk fell silent."""
        with self._lock:
            self._forget()
            kept = self._kept.get(conversation)
        return Interview.from_json(json.loads(kept[0])) if kept else None

    def save(self, interview: Interview) -> None:
        """Keep *interview* for as long as the talk goes on."""
        with self._lock:
            self._kept[interview.conversation] = (json.dumps(interview.to_json()), self._clock.now())
            self._kept.move_to_end(interview.conversation)
            self._forget()

    def delete(self, conversation: str) -> bool:
        """Forget *conversation*."""
        with self._lock:
            return self._kept.pop(conversation, None) is not None

    def conversations(self) -> list[str]:
        """Return whose talks are remembered."""
        with self._lock:
            return list(self._kept)

    def delete_silent_since(self, moment: datetime) -> int:
        """Forget what was not touched since *moment*."""
        with self._lock:
            silent = [conversation for conversation, (_, touched) in self._kept.items() if touched < moment]
            for conversation in silent:
                del self._kept[conversation]
            return len(silent)

    def _forget(self) -> None:
        """Let go of talks that fell silent, the oldest first."""
        limit = self._clock.now() - self._silence
        while self._kept:
            _, touched = next(iter(self._kept.values()))
            if touched >= limit and len(self._kept) <= self._most:
                return
            self._kept.popitem(last=False)


class ConsentedInterviews:
    """Keeps an interview durably only where its citizen agreed to it."""

    def __init__(self, durable: InterviewStore, passing: InterviewStore, record: ConsentRecord) -> None:
        self._durable, self._passing, self._record = durable, passing, record

    def load(self, conversation: str) -> Interview | None:
        """Return what is known; of someone who refused before, that she did."""
        known = self._passing.load(conversation) or self._durable.load(conversation)
        if known is None and self._record.stands(conversation) is False:
            return Interview(conversation, consent=False, asked_consent=True)
        return known

    def save(self, interview: Interview) -> None:
        """Keep *interview* where its consent allows."""
        if interview.consent:
            self._durable.save(interview)
            self._passing.delete(interview.conversation)
        else:
            self._passing.save(interview)

    def delete(self, conversation: str) -> bool:
        """Remove *conversation* from everywhere."""
        removed = [store.delete(conversation) for store in (self._passing, self._durable)]
        return any(removed)

    def delete_silent_since(self, moment: datetime) -> int:
        """Remove what was not touched since *moment*."""
        return self._passing.delete_silent_since(moment) + self._durable.delete_silent_since(moment)


@dataclass
class _Open:
    """The interview of the turn under way, as plain text, and whether it changed."""

    conversation: str
    state: str | None
    is_changed: bool = False


_turn: ContextVar[_Open | None] = ContextVar("interview_turn", default=None)


class TurnStore:
    """Reads the store once and writes it once a turn, so that a turn is kept as a whole or not at all."""

    def __init__(self, store: InterviewStore) -> None:
        self._store = store

    @contextmanager
    def turn(self, conversation: str) -> Iterator[None]:
        """Hold the interview of *conversation* until the block is left; after an error nothing is written."""
        known = self._store.load(conversation)
        turn = _Open(conversation, json.dumps(known.to_json()) if known else None)
        token = _turn.set(turn)
        try:
            yield
        finally:
            _turn.reset(token)
        if turn.is_changed and turn.state is not None:
            self._store.save(Interview.from_json(json.loads(turn.state)))

    def load(self, conversation: str) -> Interview | None:
        """Return the interview as it stands in this turn."""
        turn = self._in_turn(conversation)
        if turn is None:
            return self._store.load(conversation)
        return Interview.from_json(json.loads(turn.state)) if turn.state else None

    def save(self, interview: Interview) -> None:
        """Keep *interview*, at the end of the turn."""
        turn = self._in_turn(interview.conversation)
        if turn is None:
            self._store.save(interview)
        else:
            turn.state, turn.is_changed = json.dumps(interview.to_json()), True

    def delete(self, conversation: str) -> bool:
        """Remove what is kept of *conversation*, at once."""
        if turn := self._in_turn(conversation):
            turn.state, turn.is_changed = None, False
        return self._store.delete(conversation)

    def delete_silent_since(self, moment: datetime) -> int:
        """Remove what was not touched since *moment*."""
        return self._store.delete_silent_since(moment)

    @staticmethod
    def _in_turn(conversation: str) -> _Open | None:
        turn = _turn.get()
        return turn if turn is not None and turn.conversation == conversation else None
