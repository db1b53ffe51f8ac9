"""Read an event of the Zalo Bot Platform: what happened, in the service's own terms, or why it is of no concern.

The platform's pages wrap the event in ``{"ok", "result"}``, its servers also send it bare; both are read. Pictures,
voices and names are left behind here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.messages import Channel, InboundMessage, MessageKind
from bot.vault import Vault

_EVENT = re.compile(r"message\.(\w+)\.received")
_COMMAND = re.compile(r"/(\w{1,64})")
_CONTENT = {
    "image": MessageKind.PHOTO,
    "sticker": MessageKind.STICKER,
    "voice": MessageKind.VOICE,
    "video": MessageKind.VIDEO,
    "file": MessageKind.FILE,
    "link": MessageKind.FILE,
    "location": MessageKind.LOCATION,
    "contact": MessageKind.CONTACT,
}


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to answer; ``reason`` is a key to count by."""

    reason: str


@dataclass(frozen=True, slots=True)
class EventReader:
    """Turns events into messages for the bot with this id (events do not name the bot they are for)."""

    bot_id: str
    vault: Vault

    def read(self, data: Mapping[str, Any], *, now: datetime) -> InboundMessage | Ignored:
        """Return what the event in *data* says."""
        event = _part(data, "result") if "event_name" not in data else data
        message, name = _part(event, "message"), _EVENT.fullmatch(_text(event.get("event_name")))
        if name is None:
            return Ignored("unknown_event")
        person, chat = _part(message, "from"), _part(message, "chat")
        who, where = _text(person.get("id")), _text(chat.get("id")) or _text(person.get("id"))
        if not who or person.get("is_bot") is True:
            return Ignored("not_a_person")
        kind, text = _content(name[1], message)
        is_group = _text(chat.get("chat_type")).upper() == "GROUP"
        return InboundMessage(
            channel=Channel.ZALO_BOT,
            message_id=f"{self.bot_id}:{_text(message.get('message_id')) or _fingerprint(event)}",
            # In a group each person has a conversation of her own: nobody's facts mix with another's.
            conversation_id=self.vault.conversation(Channel.ZALO_BOT, f"{where}:{who}" if is_group else where),
            sender=where,
            text=text,
            kind=kind,
            received_at=_moment(message.get("date"), now),
            is_group=is_group,
        )


def _content(name: str, message: Mapping[str, Any]) -> tuple[MessageKind, str]:
    text = (_text(message.get("text")) or _text(message.get("caption"))).strip()
    if name != "text" and not (text and name in ("image", "link")):
        return _CONTENT.get(name, MessageKind.OTHER), ""
    command = _COMMAND.fullmatch(text)
    if command is None:
        return MessageKind.TEXT, text
    bare = command[1].lower()
    return (MessageKind.STARTED, "") if bare == "start" else (MessageKind.COMMAND, bare)


def _moment(milliseconds: object, now: datetime) -> datetime:
    """Return when it was said; their clock ahead of ours, or no time at all, is now."""
    try:
        said = datetime.fromtimestamp(int(_text(milliseconds)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return min(said, now)


def _fingerprint(event: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()


def _part(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = values.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).encode("utf-8", "ignore").decode()  # JSON can spell half characters, nothing can store them
