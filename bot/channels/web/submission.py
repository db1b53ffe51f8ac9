"""Read what the page sends, and refuse what it could not have sent."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from bot.channels.web.guards import RequestRefused
from bot.channels.web.sessions import Session
from bot.messages import Channel, InboundMessage, MessageKind
from core.clock import Clock
from core.vietnamese.text import nfc

_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_TOKEN = re.compile(r"[\x21-\x7e]{1,64}")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Submission:
    """A message as the page sent it: words, or the token of a choice that was pressed."""

    id: str
    text: str
    choice: str = ""

    @classmethod
    def from_json(cls, body: bytes) -> Submission:
        """Read the script's JSON; raise ``RequestRefused`` (400) where it is not ours."""
        try:
            fields = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise RequestRefused(400, "malformed") from error
        if not isinstance(fields, dict):
            raise RequestRefused(400, "malformed")
        return cls._from_fields(fields)

    @classmethod
    def from_form(cls, fields: dict[str, str]) -> Submission:
        """Read the form of a page without scripts."""
        return cls._from_fields(fields)

    @classmethod
    def _from_fields(cls, fields: dict[str, Any]) -> Submission:
        identity, text, choice = (fields.get(name, "") for name in ("id", "text", "choice"))
        if not all(isinstance(value, str) for value in (identity, text, choice)):
            raise RequestRefused(400, "malformed")
        if not _ID.fullmatch(identity):
            raise RequestRefused(400, "malformed")
        if choice and not _TOKEN.fullmatch(choice):
            raise RequestRefused(400, "no_such_choice")
        return cls(identity, _clean(text), choice)

    def message(self, session: Session, *, clock: Clock, longest: int) -> InboundMessage:
        """Return the message to store; raise ``RequestRefused`` (422) where it is empty or over *longest* letters."""
        if not self.choice and not self.text:
            raise RequestRefused(422, "empty")
        if len(self.text) > longest:
            raise RequestRefused(422, "too_long")
        kind = MessageKind.CHOICE if self.choice else MessageKind.TEXT
        return inbound(session, self.id, self.choice or self.text, kind, clock=clock)


def inbound(session: Session, identity: str, text: str, kind: MessageKind, *, clock: Clock) -> InboundMessage:
    """Make a message of the session's conversation; ids of different conversations never meet."""
    conversation = session.conversation_id
    return InboundMessage(
        channel=Channel.WEB,
        message_id=f"{conversation}.{identity}",
        conversation_id=conversation,
        sender=conversation,
        text=text,
        kind=kind,
        received_at=clock.now(),
    )


def read_form(body: bytes) -> dict[str, str]:
    """Return the first value of each field of an URL-encoded form."""
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise RequestRefused(400, "malformed") from error
    return {name: values[0] for name, values in fields.items()}


def _clean(text: str) -> str:
    """Return *text* in NFC without what cannot be seen, its line breaks kept."""
    return _UNSEEN.sub("", nfc(text.replace("\r\n", "\n").replace("\r", "\n"))).strip()
