"""The gateway: what one incoming message leads to.

While a person has the conversation only the transcript grows. Everything else that is words goes to the dialogue, as
words: a typed ``/`` never reaches it, and only payloads that were offered to this conversation are passed on as such.
Decides only; storing is the inbox's, sending the outbox's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.conversation.memory import Memory, Recollection
from bot.conversation.phrases import Phrases
from bot.conversation.redaction import redact
from bot.conversation.turn import Turn
from bot.conversation.words import LONGEST_ASKED, cut, harmless, tidy
from bot.messages import Author, Choice, Dialogue, InboundMessage, MessageKind, Reply
from bot.tables import Holder
from core.clock import Clock
from core.vietnamese.text import fold

GREETED_LATELY = timedelta(minutes=10)
STAFF_SILENCE = timedelta(hours=12)  # after this the bot answers again

_DIALOGUE_METADATA = ("as_of", "province")
_WORDS = {MessageKind.TEXT, MessageKind.COMMAND, MessageKind.CHOICE, MessageKind.STARTED}


class StaffNews(Protocol):
    """Knows when a person will answer."""

    async def when(self) -> str:
        """Say it, in a sentence for the citizen who just asked."""
        ...


class Reminding(Protocol):
    """Offers to tell a citizen when her answer changes, and takes what she says to it."""

    async def take(self, message: InboundMessage, asked: str) -> Reply | None:
        """Answer what is about reminders; ``None`` for everything else."""
        ...

    async def follow(self, message: InboundMessage, replies: Sequence[Reply]) -> list[Reply]:
        """Return *replies*, with an offer where there is one to make; must not raise."""
        ...


class Gateway:
    """Answers messages through the dialogue."""

    def __init__(
        self,
        dialogue: Dialogue,
        memory: Memory,
        phrases: Phrases,
        clock: Clock,
        *,
        staff_silence: timedelta = STAFF_SILENCE,
        staff_news: StaffNews | None = None,
        must_answer: Callable[[str], bool] = lambda _: False,
        reminding: Reminding | None = None,
    ) -> None:
        self._must_answer = must_answer
        self._dialogue, self._memory, self._phrases, self._clock = dialogue, memory, phrases, clock
        self._staff_silence, self._staff_news, self._reminding = staff_silence, staff_news, reminding

    async def handle(self, message: InboundMessage) -> list[Reply]:
        """Return the replies to *message*; raise ``DialogueUnavailable`` or ``DialogueFailed``."""
        return list((await self.turn(message)).replies)

    async def turn(self, message: InboundMessage, known: Recollection | None = None) -> Turn:
        """Decide everything *message* leads to; *known* saves looking it up. Raise as ``handle``."""
        match message.kind:
            case MessageKind.WITHDRAWN:
                return Turn(erase=True)
            case MessageKind.BLOCKED:
                return Turn(unreachable=True)
            case MessageKind.STAFF:
                return Turn(said=redact(tidy(message.text)).text, author=Author.STAFF, holder=Holder.HUMAN)
        known = known or await self._memory.recall(message.conversation_id)
        if message.kind in _WORDS:
            return await self._answer(message, known)
        said = f"[{message.kind}]"
        if self._is_with_person(known):
            return Turn(said=said)
        return Turn(said=said, replies=(self._about_content(message, known),), holder=self._back(known))

    def apology(self, message: InboundMessage, cause: str) -> Turn:
        """Return the turn that sets *message* aside after too many failures, and says so to the citizen."""
        return Turn(said=message.text, replies=(Reply(self._phrases["failed"]),), set_aside=cause)

    def _about_content(self, message: InboundMessage, known: Recollection) -> Reply:
        """Say what becomes of a message that is not words; a position leads to a guess she can confirm."""
        near = message.metadata.get("near")
        if message.kind is not MessageKind.LOCATION or not isinstance(near, list) or not near:
            return Reply(self._phrases[message.kind], known.offered)
        places = tuple(Choice(unit, self._phrases["i_live_in"].format(place=unit)) for unit in map(str, near))
        names = self._phrases["or"].join(choice.title for choice in places)
        return Reply(self._phrases["location_near"].format(places=names), places)

    async def _answer(self, message: InboundMessage, known: Recollection) -> Turn:
        redacted = redact(tidy(message.text))
        choice = await self._choice(message, redacted.text, known)
        said = choice.title if choice else redacted.text
        if message.kind is MessageKind.STARTED and self._greeted_lately(known):
            return Turn(said=None)
        if self._is_with_person(known):
            return await self._beside_a_person(message, said)
        if message.kind is MessageKind.CHOICE and choice is None:
            return Turn(said=None, replies=(Reply(self._phrases["old_choice"], known.offered),))
        asked = choice.payload if choice else self._words(message, redacted.text)
        if not asked:
            return Turn(said=said, replies=(Reply(self._phrases["empty"], known.offered),))
        if self._reminding and (about := await self._reminding.take(message, asked)):
            return Turn(said=said, replies=(about,), holder=self._back(known))
        replies = await self._ask(message, asked)
        if self._reminding:
            replies = await self._reminding.follow(message, replies)
        if redacted.blanked or message.metadata.get("blanked"):
            replies.append(Reply(self._phrases["blanked"]))
        if self._is_wanted_anew(replies, known) and self._staff_news:
            replies.append(Reply(await self._staff_news.when()))
        if known.holder is Holder.HUMAN:  # a person had it and fell silent
            replies.insert(0, Reply(self._phrases["bot_back"]))
        return self._concluded(said, replies, known)

    async def _beside_a_person(self, message: InboundMessage, said: str) -> Turn:
        """Leave the talk to the person who has it, but for what must be answered at once (her data, danger)."""
        if not said or not self._must_answer(said):
            return Turn(said=said)
        replies = await self._ask(message, self._words(message, said))
        shown = tuple(reply for reply in replies if reply.text)
        return Turn(said=said, replies=shown, erase=any(r.erase for r in replies), keeps=_is_consent(replies))

    async def _ask(self, message: InboundMessage, asked: str) -> list[Reply]:
        words = cut(asked, LONGEST_ASKED)
        replies = [
            *await self._dialogue.respond(message.conversation_id, words, metadata=self._metadata(message)),
        ]
        if not any(reply.text for reply in replies):
            replies.append(Reply(self._phrases["no_answer"]))
        if len(asked) > LONGEST_ASKED:
            replies.append(Reply(self._phrases["too_long"]))
        return replies

    @staticmethod
    def _is_wanted_anew(replies: list[Reply], known: Recollection) -> bool:
        return known.holder is not Holder.WAITING and any(reply.handover for reply in replies)

    def _concluded(self, said: str, replies: list[Reply], known: Recollection) -> Turn:
        reason = next((reply.handover for reply in replies if reply.handover), None)
        return Turn(
            said=said,
            replies=tuple(reply for reply in replies if reply.text or reply.data),
            holder=Holder.WAITING if reason else self._back(known),
            reason=reason,
            erase=any(reply.erase for reply in replies),
            keeps=_is_consent(replies),
        )

    async def _choice(self, message: InboundMessage, text: str, known: Recollection) -> Choice | None:
        """Return the offered choice the citizen named: by button, by its number or by its words."""
        if message.kind is MessageKind.CHOICE:
            return await self._memory.choice(message.conversation_id, message.text)
        if message.kind is not MessageKind.TEXT:
            return None
        bare = text.strip(" .)")
        if bare.isascii() and bare.isdigit() and len(bare) <= 2 and not known.numeric_answer:
            at = int(bare) - 1
            return known.offered[at] if 0 <= at < len(known.offered) else None
        folded = fold(bare)
        return next((choice for choice in known.offered if fold(choice.title) == folded), None)

    def _words(self, message: InboundMessage, text: str) -> str:
        if message.kind is MessageKind.STARTED:
            return self._phrases.started
        words = harmless(text)
        if message.kind is MessageKind.COMMAND or text != words:
            return self._phrases.commands.get(words.lower(), words)
        return words

    def _metadata(self, message: InboundMessage) -> Mapping[str, object]:
        given = {key: message.metadata[key] for key in _DIALOGUE_METADATA if key in message.metadata}
        return {"channel": message.channel, "is_group": message.is_group, "message": message.message_id, **given}

    def _is_with_person(self, known: Recollection) -> bool:
        return known.holder is Holder.HUMAN and not self._is_silent(known.last_staff_at)

    def _is_silent(self, last_staff_at: datetime | None) -> bool:
        return last_staff_at is not None and self._clock.now() - last_staff_at > self._staff_silence

    def _back(self, known: Recollection) -> Holder | None:
        """Give the conversation back to the bot when the person fell silent."""
        return Holder.BOT if known.holder is Holder.HUMAN else None

    def _greeted_lately(self, known: Recollection) -> bool:
        return known.last_said_at is not None and self._clock.now() - known.last_said_at < GREETED_LATELY


def _is_consent(replies: Sequence[Reply]) -> bool:
    """Tell whether the dialogue took the citizen's consent to keep her talk."""
    return any(reply.data.get("consent") is True for reply in replies)
