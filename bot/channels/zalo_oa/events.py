"""Read a Zalo event: what happened, in the service's own terms, or why it is of no concern.

Coordinates, pictures, cards and submitted contacts are left behind here; only the kind of such a message goes on, and
with a position the names of the provinces near by.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channels.whereabouts import Near, nowhere
from bot.messages import Channel, InboundMessage, MessageKind
from bot.vault import Vault

CHOICE_PREFIX = "#bt:"
ANONYMOUS = "anonymous"

_USER_CONTENT = {
    "image": MessageKind.PHOTO,
    "gif": MessageKind.PHOTO,
    "link": MessageKind.FILE,
    "audio": MessageKind.VOICE,
    "video": MessageKind.VIDEO,
    "sticker": MessageKind.STICKER,
    "location": MessageKind.LOCATION,
    "business_card": MessageKind.CONTACT,
    "file": MessageKind.FILE,
}
# Not about what a citizen says; answered with 200 and counted, nothing more.
_SILENT = {
    *{"unfollow", "user_received_message", "user_seen_message", "user_reacted_message", "user_submit_info"},
    *{"add_user_to_tag", "remove_user_from_tag", "update_user_info", "widget_interaction_accepted"},
    *{"user_call_oa", "oa_send_consent", "user_reply_consent"},
}


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to answer; ``reason`` is a key to count by."""

    reason: str


@dataclass(frozen=True, slots=True)
class EventReader:
    """Turns events into messages; *near* guesses provinces from a position."""

    vault: Vault
    near: Near = nowhere

    def read(self, event: Mapping[str, Any], body: bytes) -> InboundMessage | Ignored:
        """Return what *event* says; *body* names events that carry no message id."""
        name = str(event.get("event_name", ""))
        if name in ("follow", "user_click_chatnow"):
            person = _id(event.get("follower")) or _text(event.get("user_id"))
            return self._inbound(event, body, person, MessageKind.STARTED)
        if name == "user_withdraw":
            return self._inbound(event, body, _text(event.get("user_id")), MessageKind.WITHDRAWN)
        if name.startswith("oa_send_") and name not in _SILENT:
            return self._echo(event, body)
        content = name.removeprefix("user_send_").removeprefix("anonymous_send_")
        if content != name or name == "user_click_button":
            return self._from_user(event, body, content, is_anonymous=name.startswith("anonymous_send_"))
        return Ignored("silent_event" if name in _SILENT else "unknown_event")

    def _from_user(
        self, event: Mapping[str, Any], body: bytes, content: str, *, is_anonymous: bool
    ) -> InboundMessage | Ignored:
        person, text = _id(event.get("sender")), _text(_part(event, "message").get("text"))
        if is_anonymous:  # answered by the pair of ids instead of the user's
            thread = _text(_part(event, "message").get("conversation_id"))
            person = f"{ANONYMOUS}:{person}:{thread}" if person and thread else ""
        if text.startswith(CHOICE_PREFIX):
            return self._inbound(event, body, person, MessageKind.CHOICE, text.removeprefix(CHOICE_PREFIX))
        if content in ("text", "user_click_button") or (text and content in ("image", "link")):
            return self._inbound(event, body, person, MessageKind.TEXT, text)
        kind = _USER_CONTENT.get(content, MessageKind.OTHER)
        place = {"near": list(self.near(*_position(event)))} if kind is MessageKind.LOCATION else {}
        return self._inbound(event, body, person, kind, metadata=place)

    def _echo(self, event: Mapping[str, Any], body: bytes) -> InboundMessage | Ignored:
        """Zalo repeats everything the account sends; only what a person typed in Zalo's own app is news."""
        if not _part(event, "sender").get("admin_id"):
            return Ignored("own_echo")
        text = _text(_part(event, "message").get("text"))
        return self._inbound(event, body, _id(event.get("recipient")), MessageKind.STAFF, text)

    def _inbound(
        self,
        event: Mapping[str, Any],
        body: bytes,
        person: str,
        kind: MessageKind,
        text: str = "",
        *,
        metadata: Mapping[str, object] | None = None,
    ) -> InboundMessage | Ignored:
        if not person:
            return Ignored("nobody")
        message_id = _text(_part(event, "message").get("msg_id"))
        return InboundMessage(
            channel=Channel.ZALO_OA,
            message_id=message_id or f"event:{hashlib.sha256(body).hexdigest()}",
            conversation_id=self.vault.conversation(Channel.ZALO_OA, person),
            sender=person,
            text=text,
            kind=kind,
            received_at=moment_of(event) or datetime.now(UTC),
            metadata=metadata or {},
        )


def moment_of(event: Mapping[str, Any]) -> datetime | None:
    """Return when the event happened; ``None`` when it does not say so."""
    try:
        return datetime.fromtimestamp(int(_text(event.get("timestamp"))) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _position(event: Mapping[str, Any]) -> tuple[object, object]:
    """Return latitude and longitude as Zalo writes them, as text; ``None`` where they are not there."""
    attachments = _part(event, "message").get("attachments")
    first = attachments[0] if isinstance(attachments, list) and attachments else None
    place = _part(_part(first, "payload"), "coordinates") if isinstance(first, dict) else {}
    return place.get("latitude"), place.get("longitude")


def _part(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = event.get(name)
    return part if isinstance(part, dict) else {}


def _id(part: object) -> str:
    return _text(part.get("id")) if isinstance(part, dict) else ""


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).encode("utf-8", "ignore").decode()  # JSON can spell half characters, nothing can store them
