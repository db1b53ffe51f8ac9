"""The privacy tools over one installation: what is left of whom, and everything kept of one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.interviews import InterviewStore
from app.bootstrap import Parts
from bot.conversation.transcript import SqlTranscript
from bot.erasure import Erasures
from bot.export import Export
from bot.handover.notes import Notes
from bot.signals import Signals
from bot.spool import spooled_conversations
from bot.storage import Storage
from bot.vault import Vault
from core.database import Base

# Rows that outlive the data they speak of, because they prove what was decided and that it is gone.
PROOFS = ("privacy_events",)


@dataclass(frozen=True)
class SpoolFiles:
    """Messages that wait in files while the database is away; fills ``bot.erasure.OtherStore``."""

    folder: Path
    vault: Vault
    name: str = "spool files"

    async def count(self, conversation_id: str) -> int:
        """Return how many lines are of the conversation."""
        files = [path for path in self.folder.glob("*") if path.is_file()] if self.folder.exists() else []
        return sum(spooled_conversations(path, self.vault).count(conversation_id) for path in files)


@dataclass(frozen=True)
class RawFacts:
    """Fills ``bot.export.FactsOf``."""

    interviews: InterviewStore

    def told(self, conversation_id: str) -> Any:
        """Return the interview's facts as they were told."""
        interview = self.interviews.load(conversation_id)
        return interview.to_state() if interview else None


@dataclass(frozen=True)
class Privacy:
    """The tools."""

    erasures: Erasures
    export: Export


@contextlib.contextmanager
def privacy_of(parts: Parts) -> Iterator[Privacy]:
    """Give the tools over the installation's stores until the block is left."""
    import app.tables  # noqa: F401 - every table is looked at

    storage, vault, signals = Storage(parts.database), parts.vault, Signals()
    transcript = SqlTranscript(storage, vault, parts.clock, signals)
    notes = Notes(storage, vault, parts.clock, signals)
    spool = SpoolFiles(parts.settings.state_folder / "spool", vault)
    try:
        yield Privacy(
            Erasures(storage, vault, Base.metadata, [spool], proofs=PROOFS),
            Export(storage, transcript, notes, RawFacts(parts.interviews())),
        )
    finally:
        storage.close()
