"""Read a Telegram update: what happened, in the service's own terms, or why it is of no concern.

Coordinates, names, pictures and phone numbers are left behind here; only the kind of such a message goes on, and with
a position the names of the provinces near by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from telegram import Chat, Message, MessageEntity, Update, User
from telegram.constants import ChatMemberStatus, ChatType

from bot.channels.whereabouts import Near, nowhere
from bot.messages import Channel, InboundMessage, MessageKind
from bot.vault import Vault

_GROUPS = {ChatType.GROUP, ChatType.SUPERGROUP}
_COMMAND = re.compile(r"/(\w{1,64})(?:@(\w+))?")

# What a message can carry, the first that is there counts.
_CONTENT: tuple[tuple[MessageKind, Callable[[Message], object]], ...] = (
    (MessageKind.STICKER, lambda m: m.sticker),
    (MessageKind.VOICE, lambda m: m.voice or m.audio or m.video_note),
    (MessageKind.PHOTO, lambda m: m.photo),
    (MessageKind.VIDEO, lambda m: m.video or m.animation),
    (MessageKind.LOCATION, lambda m: m.location or m.venue),
    (MessageKind.CONTACT, lambda m: m.contact),
    (MessageKind.FILE, lambda m: m.document),
    (MessageKind.OTHER, lambda m: m.poll or m.dice or m.game or m.story or m.paid_media),
)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to answer; ``reason`` is a key to count by."""

    reason: str


@dataclass(frozen=True, slots=True)
class UpdateReader:
    """Turns updates into messages for the bot with this id; *near* guesses provinces from a position."""

    bot_id: str
    vault: Vault
    near: Near = nowhere

    def read(self, update: Update, *, now: datetime, username: str | None = None) -> InboundMessage | Ignored:
        """Return what *update* says; *username* is the bot's own, once it is known."""
        if update.callback_query:
            return self._choice(update, now)
        if update.my_chat_member:
            return self._membership(update)
        if update.edited_message:
            edited = update.edited_message
            return self._message(update, edited, "", MessageKind.EDITED) if edited.text else Ignored("edited")
        if update.message:
            return self._new_message(update, update.message, username)
        return Ignored("unknown_update")

    def _new_message(self, update: Update, message: Message, username: str | None) -> InboundMessage | Ignored:
        text = message.text or message.caption or ""
        if not text:
            kind = next((kind for kind, content in _CONTENT if content(message)), None)
            if kind is None or message.chat.type in _GROUPS:
                return Ignored("service_message" if kind is None else "group_content")
            return self._message(update, message, "", kind, self._place(message))
        if message.chat.type in _GROUPS and not self._is_addressed(message, username):
            return Ignored("group_talk")
        command = _COMMAND.match(text.strip())
        if command is None:
            return self._message(update, message, _without_mention(text, username), MessageKind.TEXT)
        name, addressee = command.group(1).lower(), command.group(2)
        if addressee and username and addressee.lower() != username.lower():
            return Ignored("command_of_another_bot")
        if name == "start":  # what follows it only says which link was used
            return self._message(update, message, "", MessageKind.STARTED)
        is_bare = command.end() == len(text.strip())
        return self._message(
            update, message, name if is_bare else text, MessageKind.COMMAND if is_bare else MessageKind.TEXT
        )

    def _choice(self, update: Update, now: datetime) -> InboundMessage | Ignored:
        query = update.callback_query
        if query is None or query.message is None or not query.data:
            return Ignored("callback_without_data")
        return self._inbound(update, query.message.chat, query.from_user, query.data, MessageKind.CHOICE, at=now)

    def _membership(self, update: Update) -> InboundMessage | Ignored:
        change = update.my_chat_member
        left = {ChatMemberStatus.BANNED, ChatMemberStatus.LEFT}
        if change is None or change.chat.type != ChatType.PRIVATE or change.new_chat_member.status not in left:
            return Ignored("membership")
        return self._inbound(update, change.chat, change.from_user, "", MessageKind.BLOCKED, at=change.date)

    def _place(self, message: Message) -> Mapping[str, object]:
        location = message.location or (message.venue.location if message.venue else None)
        return {"near": list(self.near(location.latitude, location.longitude))} if location else {}

    def _message(
        self,
        update: Update,
        message: Message,
        text: str,
        kind: MessageKind,
        metadata: Mapping[str, object] | None = None,
    ) -> InboundMessage | Ignored:
        thread = message.message_thread_id if message.is_topic_message else None
        person, at = message.from_user, message.date
        return self._inbound(update, message.chat, person, text, kind, at=at, thread=thread, metadata=metadata)

    def _inbound(
        self,
        update: Update,
        chat: Chat,
        person: User | None,
        text: str,
        kind: MessageKind,
        *,
        at: datetime,
        thread: int | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> InboundMessage | Ignored:
        if person is None or person.is_bot or chat.type == ChatType.CHANNEL:
            return Ignored("not_a_person")
        is_group = chat.type in _GROUPS
        # In a group each person has a conversation of her own: nobody's facts mix with another's.
        who = f"{chat.id}:{person.id}" if is_group else str(chat.id)
        return InboundMessage(
            channel=Channel.TELEGRAM,
            message_id=f"{self.bot_id}:{update.update_id}",
            conversation_id=self.vault.conversation(Channel.TELEGRAM, who),
            sender=f"{chat.id}/{thread}" if thread else str(chat.id),
            text=text,
            kind=kind,
            received_at=at,
            is_group=is_group,
            metadata=metadata or {},
        )

    def _is_addressed(self, message: Message, username: str | None) -> bool:
        answered = message.reply_to_message.from_user if message.reply_to_message else None
        if answered is not None and str(answered.id) == self.bot_id:
            return True
        entities = message.parse_entities([MessageEntity.MENTION, MessageEntity.BOT_COMMAND])
        return any(
            entity.type == MessageEntity.BOT_COMMAND or (username and words.lower() == f"@{username.lower()}")
            for entity, words in entities.items()
        )


def _without_mention(text: str, username: str | None) -> str:
    return re.sub(rf"@{re.escape(username)}\b", "", text, flags=re.IGNORECASE) if username else text
