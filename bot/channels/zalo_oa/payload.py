"""Build the consultation message of the v3 API. The one place that knows its shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.zalo_oa.events import ANONYMOUS, CHOICE_PREFIX
from bot.conversation.reply import plain
from bot.messages import Choice, Delivery


def message_payload(delivery: Delivery) -> Mapping[str, Any]:
    """Return the body of ``POST /v3.0/oa/message/cs``: plain text, and its choices as buttons that send text."""
    text = plain(delivery.text)
    message: dict[str, Any] = {"text": text}
    if delivery.choices:
        buttons = [_button(choice) for choice in delivery.choices]
        template = {"template_type": "button", "text": text, "buttons": buttons}
        message["attachment"] = {"type": "template", "payload": template}
    return {"recipient": _recipient(delivery.address), "message": message}


def _button(choice: Choice) -> Mapping[str, str]:
    return {
        "title": choice.title,
        "image_icon": "",
        "type": "oa.query.show",
        "payload": f"{CHOICE_PREFIX}{choice.token}",
    }


def _recipient(address: str) -> Mapping[str, str]:
    if not address.startswith(f"{ANONYMOUS}:"):
        return {"user_id": address}
    _, anonymous_id, conversation_id = address.split(":", 2)
    return {"anonymous_id": anonymous_id, "conversation_id": conversation_id}
