"""What is said about something that is switched off, and whether a message has to wait because of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.conversation.phrases import Phrases
from bot.messages import MessageKind, Reply
from bot.switches import SwitchBoard, SwitchKind
from bot.tables import Holder

# These are worked on whatever is switched off: nobody is answered by the bot then, and a wish to be deleted is obeyed.
_NEVER_WAIT = {MessageKind.WITHDRAWN, MessageKind.BLOCKED, MessageKind.STAFF}


@dataclass(frozen=True, slots=True)
class PauseWords:
    """The sentences; *hotline* is whom to call meanwhile."""

    phrases: Phrases
    hotline: str

    def benefit_paused(self, benefits: str) -> str:
        """Say that nothing is answered about *benefits* for now."""
        return self.phrases["benefit_paused"].format(benefits=benefits, instead=self._instead())

    def channel_paused(self) -> str:
        """Say that nothing is answered on this channel for now, and that messages are kept."""
        return self.phrases["channel_paused"].format(instead=self._instead())

    def _instead(self) -> str:
        key = "instead_call" if self.hotline else "instead_visit"
        return self.phrases[key].format(hotline=self.hotline)


@dataclass(frozen=True, slots=True)
class ChannelPauses:
    """Tells which messages wait for their channel to be switched on."""

    board: SwitchBoard
    words: PauseWords

    def since(self, channel: str, kind: MessageKind, holder: Holder) -> datetime | None:
        """Return since when a message waits; ``None``: it does not."""
        if kind in _NEVER_WAIT or holder is Holder.HUMAN:
            return None
        off = self.board.off(SwitchKind.CHANNEL, channel)
        return off.at if off else None

    def notice(self) -> Reply:
        """Return what the citizen hears once."""
        return Reply(self.words.channel_paused())
