"""The sentences about reminders, from ``bot/locale/reminders.yaml``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ruamel.yaml import YAML

from bot.messages import Choice, Reply
from bot.reminders.prospects import Prospect
from core.vietnamese.format import day
from core.vietnamese.text import fold, squeeze

FILE = Path(__file__).resolve().parent.parent / "locale" / "reminders.yaml"
REMIND, YES, NO = "/remind", "/remind_yes", "/remind_no"
_CLOSING = " .,!?"


@dataclass(frozen=True, slots=True)
class ReminderWording:
    """Says what reminders are about."""

    sentences: Mapping[str, str]
    stops: frozenset[str]

    @classmethod
    def load(cls, path: Path = FILE) -> ReminderWording:
        """Read the locale file."""
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        return cls(content["phrases"], frozenset(fold(words) for words in content["stop"]))

    @property
    def offer(self) -> Choice:
        """Return the choice that is offered beside a verdict."""
        return Choice(self.sentences["offer"], REMIND)

    def ends_reminders(self, text: str) -> bool:
        """Tell whether *text* asks to be reminded no more."""
        return fold(squeeze(text)).strip(_CLOSING) in self.stops

    def question(self, on: date, channel: str) -> Reply:
        """Ask for consent, with two equal answers."""
        choices = (Choice(self.sentences["yes"], YES), Choice(self.sentences["no"], NO))
        return Reply(self._notice(channel).format(day=day(on)), choices)

    def digest(self, channel: str) -> str:
        """Return the SHA-256 of the question as it stands, free of any one citizen's date."""
        return hashlib.sha256(self._notice(channel).encode()).hexdigest()

    def said(self, key: str, on: date | None = None) -> Reply:
        """Return the reply *key*, about the day *on* where it names one."""
        return Reply(self.sentences[key].format(day=day(on) if on else ""))

    def reminder(self, prospect: Prospect, told_on: date) -> Reply:
        """Return the reminder itself."""
        basis = self.sentences["basis"].format(citations="; ".join(prospect.citations)) if prospect.citations else ""
        text = self.sentences["reminder"].format(what=self._what(prospect), basis=basis, told_on=day(told_on))
        return Reply(text, citations=prospect.citations)

    def _what(self, prospect: Prospect) -> str:
        if prospect.sentence:
            return f"{self._when(prospect)}\n{prospect.sentence}"
        key = "open_by_birth" if prospect.by_birth else "open"
        return self.sentences[key].format(day=day(prospect.on), person=prospect.person, benefit=prospect.benefit_vi)

    def _when(self, prospect: Prospect) -> str:
        key = "when_law" if "law" in prospect.why else "when_time" if prospect.age is None else "when_age"
        return self.sentences[key].format(day=day(prospect.on), person=prospect.person, age=prospect.age)

    def _notice(self, channel: str) -> str:
        return self.sentences["ask"].replace("{channel}", self.sentences.get(f"channel_{channel}", ""))
