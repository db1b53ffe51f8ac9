"""One message of a citizen, with when and where it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.clock import Clock


@dataclass(frozen=True)
class Occasion:
    """The circumstances of a message: the day judged, the channel, whether others read along."""

    as_of: date
    province: str | None = None
    is_group: bool = False
    channel: str = ""

    @classmethod
    def of(cls, metadata: Mapping[str, object] | None, clock: Clock) -> Occasion:
        """Read the metadata the gateway sent; without a day it is today."""
        told = metadata or {}
        day, province = told.get("as_of"), told.get("province")
        return cls(
            as_of=date.fromisoformat(str(day)) if day else clock.today(),
            province=str(province) if province else None,
            is_group=bool(told.get("is_group")),
            channel=str(told.get("channel") or ""),
        )


@dataclass(frozen=True)
class CitizenMessage:
    """What a citizen wrote in a conversation, and the intent Rasa gave it."""

    conversation: str
    text: str = field(repr=False)
    intent: str
    occasion: Occasion
    # The channel's key of the message; a repeat brings the same one.
    key: str = ""
