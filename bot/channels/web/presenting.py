"""Turn kept entries into what the page shows: one form for the template and for the script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.web.rich_text import RichTextReader
from bot.messages import Author, Choice, Entry, Transcript
from core.clock import VIETNAM
from core.vietnamese.format import day

_PAGE = 200
_SHOWN_AS = {Author.CITIZEN: "citizen", Author.BOT: "assistant", Author.STAFF: "officer"}


@dataclass(frozen=True, slots=True)
class Presenter:
    """Draws entries; replies become blocks, a citizen's own words stay as they were typed."""

    reader: RichTextReader

    def entry(self, entry: Entry) -> dict[str, Any]:
        """Return *entry* as plain values that JSON can carry."""
        said_at = entry.said_at.astimezone(VIETNAM)
        view: dict[str, Any] = {
            "seq": entry.seq,
            "author": _SHOWN_AS[entry.author],
            "time": f"{said_at:%H:%M}",
            "day": day(said_at.date()),
            "iso": said_at.isoformat(timespec="seconds"),
        }
        if entry.author is Author.CITIZEN:
            return {**view, "text": entry.text}
        view |= self.reader.read(entry.text, entry.citations).to_json()
        if entry.choices:
            view["choices"] = [_choice(choice) for choice in entry.choices]
            view["numbered"] = len(entry.choices) > 1 and not entry.numeric_answer
        return view

    def entries(self, entries: Sequence[Entry]) -> list[dict[str, Any]]:
        """Return *entries* in order; only choices that can still be taken are kept."""
        views = [self.entry(entry) for entry in entries]
        open_ones = True
        for view in reversed(views):
            open_ones = open_ones and view["author"] != "citizen"
            if not open_ones:
                view.pop("choices", None)
            elif "choices" in view:
                open_ones = False
        return views


async def whole_history(transcript: Transcript, conversation_id: str, *, newest: int) -> list[Entry]:
    """Return the *newest* entries of a conversation, oldest first."""
    entries: list[Entry] = []
    while True:
        after = entries[-1].seq if entries else 0
        more = await transcript.since(conversation_id, after, limit=_PAGE)
        entries = [*entries, *more][-newest:]
        if len(more) < _PAGE:
            return entries


def _choice(choice: Choice) -> Mapping[str, str]:
    return {"title": choice.title, "token": choice.token}
