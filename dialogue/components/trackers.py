"""Where Rasa keeps its trackers: in memory, short, and only for as many conversations as fit.

Nothing a citizen writes is at rest in Rasa. What must outlive a restart (the facts, the pending question) is in
the application's own store.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


class ShortMemoryTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Keeps the last events of the conversations used last; the oldest conversation goes first."""

    def __init__(
        self,
        domain: Domain,
        host: str | None = None,  # noqa: ARG002 (Rasa passes it)
        event_broker: EventBroker | None = None,
        max_event_history: int = 24,
        max_conversations: int = 5000,
        **kwargs: dict[str, Any],
    ) -> None:
        self._states: OrderedDict[str, str] = OrderedDict()
        self._max_conversations = max_conversations
        super().__init__(domain, event_broker, **kwargs)
        self.max_event_history = max_event_history

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep *tracker*, and let go of the conversation that was silent longest when there are too many."""
        await self.stream_events(tracker)
        self._states[tracker.sender_id] = self.serialise_tracker(tracker)
        self._states.move_to_end(tracker.sender_id)
        while len(self._states) > self._max_conversations:
            self._states.popitem(last=False)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker of *sender_id*, or ``None``."""
        state = self._states.get(sender_id)
        return self.deserialise_tracker(sender_id, state) if state is not None else None

    async def delete(self, sender_id: str) -> None:
        """Forget a conversation."""
        self._states.pop(sender_id, None)

    async def keys(self) -> Iterable[str]:
        """Return the ids of the conversations that are kept."""
        return self._states.keys()
