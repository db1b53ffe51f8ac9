"""Send to Telegram: HTML with everything escaped, buttons by id, no more than it lets through.

python-telegram-bot keeps to 30 messages a second and waits when it is told to; one message a second to the same chat
is kept here.
"""

from __future__ import annotations

import asyncio
import html
import logging
from datetime import timedelta

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.channels.telegram.config import TelegramConfig
from bot.conversation.reply import mapped_marks
from bot.errors import RetryLater, Undeliverable
from bot.messages import Channel, Delivery, InboundMessage

SECONDS_BETWEEN_MESSAGES = 1.0  # to one chat
MOST_CHATS_SPACED = 2048
WAIT_FOR_TOKEN = timedelta(minutes=5)

# A bad request of this kind is about the citizen, not about what we sent.
_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "bot was kicked")

Bot = ExtBot[int]


def make_bot(config: TelegramConfig, *, max_retries: int = 3) -> Bot:
    """Return a bot that needs no connection to exist: it asks for nothing before it sends.

    Silences the libraries' own lines: httpx logs every address, and the token is part of it.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    return ExtBot(
        config.token,
        base_url=f"{config.api_root}/bot",
        base_file_url=f"{config.api_root}/file/bot",
        request=HTTPXRequest(connection_pool_size=32, connect_timeout=5, read_timeout=20, pool_timeout=20),
        rate_limiter=AIORateLimiter(max_retries=max_retries),
    )


class TelegramSender:
    """Fills ``Sender`` and ``Presence``."""

    channel: str = Channel.TELEGRAM

    def __init__(self, bot: Bot, *, seconds_between_messages: float = SECONDS_BETWEEN_MESSAGES) -> None:
        self._bot = bot
        self._spacing = _Spacing(seconds_between_messages)
        self._asides: set[asyncio.Task[None]] = set()
        self._log = structlog.get_logger("bot.telegram")

    async def send(self, delivery: Delivery) -> str:
        """Send once; raise ``RetryLater`` or ``Undeliverable``."""
        chat, _, thread = delivery.address.partition("/")
        await self._spacing.wait_turn(chat)
        try:
            message = await self._send(int(chat), int(thread) if thread else None, delivery)
        except TelegramError as error:
            raise _explain(error) from error
        return str(message.message_id)

    async def close(self) -> None:
        """Let the connections go."""
        for task in self._asides:
            task.cancel()
        await self._bot.request.shutdown()

    async def typing(self, message: InboundMessage) -> None:
        """Show 'typing…' for a few seconds; best effort."""
        chat, _, thread = message.sender.partition("/")
        try:
            await self._bot.send_chat_action(int(chat), ChatAction.TYPING, int(thread) if thread else None)
        except (TelegramError, ValueError) as error:
            self._log.debug("typing_not_shown", error=type(error).__name__)

    def acknowledge(self, callback_id: str) -> None:
        """End the waiting state of a pressed button, in the background; best effort."""
        task = asyncio.get_running_loop().create_task(self._acknowledge(callback_id))
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def _send(self, chat: int, thread: int | None, delivery: Delivery) -> Message:
        return await self._bot.send_message(
            chat,
            mapped_marks(delivery.text, html.escape, "<b>", "</b>"),
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=_keyboard(delivery),
            message_thread_id=thread,
        )

    async def _acknowledge(self, callback_id: str) -> None:
        try:
            await self._bot.answer_callback_query(callback_id)
        except TelegramError as error:
            self._log.debug("button_not_acknowledged", error=type(error).__name__)


class _Spacing:
    """Gives each chat its turn, one every so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._free_at: dict[str, float] = {}

    async def wait_turn(self, chat: str) -> None:
        now = asyncio.get_running_loop().time()
        at = max(now, self._free_at.get(chat, 0.0))
        if len(self._free_at) > MOST_CHATS_SPACED:
            self._free_at = {chat: free for chat, free in self._free_at.items() if free > now}
        self._free_at[chat] = at + self._seconds
        if at > now:
            await asyncio.sleep(at - now)


def _keyboard(delivery: Delivery) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(choice.title, callback_data=choice.token)] for choice in delivery.choices]
    return InlineKeyboardMarkup(rows) if rows else None


def _explain(error: TelegramError) -> RetryLater | Undeliverable:
    match error:
        case RetryAfter():
            after = error.retry_after
            return RetryLater("flood", after if isinstance(after, timedelta) else timedelta(seconds=after))
        case Forbidden():
            return Undeliverable("forbidden", gone=True)
        case ChatMigrated():
            return Undeliverable("chat_migrated", gone=True)
        case InvalidToken():
            return RetryLater("token_refused", WAIT_FOR_TOKEN)
        case BadRequest():
            gone = any(words in error.message.lower() for words in _GONE)
            return Undeliverable("chat_gone" if gone else "bad_request", gone=gone)
        case NetworkError():  # timed out, refused, 5xx: it may or may not have arrived
            return RetryLater("network")
    return RetryLater(type(error).__name__)
