"""Keep messages in a file while the database is away, for channels that do not send again.

Lines are sealed. What is put back into the inbox twice is stored once, so a line is only removed with its whole file,
after all of it was put back.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import structlog
from cryptography.fernet import InvalidToken

from bot.errors import StorageUnavailable
from bot.messages import Acceptance, InboundMessage, Inbox, MessageKind
from bot.tasks import end
from bot.vault import Vault

PATIENCE_SECONDS = 0.8  # Zalo waits 2 s
LOOK_SECONDS = 5.0
STOP_SECONDS = 5.0


class SpooledInbox:
    """An inbox that always takes: in the database, else in *file*. ``start`` … ``stop`` puts back what was spooled.

    With *ahead* everything goes through the file: for a channel that forgets what it handed out at once.
    """

    def __init__(
        self, inbox: Inbox, file: Path, vault: Vault, *, patience_seconds: float = PATIENCE_SECONDS, ahead: bool = False
    ) -> None:
        self._inbox, self._vault, self._patience, self._ahead = inbox, vault, patience_seconds, ahead
        self._file, self._going_back = file, file.with_suffix(".draining")
        self._draining = asyncio.Lock()
        self._writing = threading.Lock()  # a line must not go into a file that was just read to its end
        self._task: asyncio.Task[None] | None = None
        self._storing: dict[str, asyncio.Task[Acceptance]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bot-spool")  # never behind other work
        self._log = structlog.get_logger("bot.spool")

    @property
    def has_waiting(self) -> bool:
        """Tell whether something waits in the file."""
        return self._file.exists() or self._going_back.exists()

    async def start(self) -> None:
        """Begin to put back."""
        self._task = asyncio.create_task(self._run(), name="spool")

    async def stop(self) -> None:
        """Store what is under way and stop; what is in the file stays there."""
        if self._storing:
            await asyncio.wait(set(self._storing.values()), timeout=STOP_SECONDS)
        await end(self._task)

    async def accept(self, message: InboundMessage) -> Acceptance:
        """Store *message*, behind what already waits; raise ``StorageUnavailable`` if not even the file takes it.

        A caller who stops waiting does not stop the storing: her channel was told that the message is here. What the
        same conversation says next is stored after it.
        """
        id = message.conversation_id
        storing = asyncio.create_task(self._store(message, self._storing.get(id)), name="spool-accept")
        self._storing[id] = storing
        storing.add_done_callback(lambda done: self._forget(id, done))
        return await asyncio.shield(storing)

    def _forget(self, id: str, done: asyncio.Task[Acceptance]) -> None:
        if self._storing.get(id) is done:
            del self._storing[id]
        if not done.cancelled() and (error := done.exception()):
            self._log.error("lost", conversation=id, error=type(error).__name__)

    async def _store(self, message: InboundMessage, before: asyncio.Task[Acceptance] | None) -> Acceptance:
        if before:
            await asyncio.wait({before})
        if self._ahead:
            await self._append_line(message)
        try:
            async with asyncio.timeout(self._patience):
                if self.has_waiting:
                    await self.put_back()
                return Acceptance.STORED if self._ahead else await self._inbox.accept(message)
        except (StorageUnavailable, TimeoutError):
            if not self._ahead:
                await self._append_line(message)
            self._log.warning("spooled", channel=message.channel)
            return Acceptance.SPOOLED

    async def put_back(self) -> None:
        """Bring everything from the file into the inbox; raise ``StorageUnavailable`` and keep the file otherwise."""
        async with self._draining:
            for source in (self._going_back, self._file):
                if not source.exists():
                    continue
                if source == self._file:
                    with self._writing:
                        source.rename(self._going_back)
                for line in filter(None, self._going_back.read_text(encoding="ascii").splitlines()):
                    if message := self._read(line):
                        await self._inbox.accept(message)
                self._going_back.unlink()
                tell = self._log.debug if self._ahead else self._log.info
                tell("put_back")

    async def _append_line(self, message: InboundMessage) -> None:
        line = self._vault.seal(asdict(message) | {"received_at": message.received_at.isoformat()})
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._append, line)
        except OSError as error:
            raise StorageUnavailable(
                message.channel, self._vault.message_key(message.channel, message.message_id)
            ) from error

    def _append(self, line: str) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._writing, open(self._file, "ab", opener=_private) as file:
            file.write(f"\n{line}\n".encode("ascii"))  # the line before may be torn
            file.flush()
            os.fsync(file.fileno())

    def _read(self, line: str) -> InboundMessage | None:
        try:
            values = cast(dict[str, Any], self._vault.open(line))
        except (InvalidToken, ValueError):  # the last line of a process that was killed while it wrote
            self._log.error("unreadable_line")
            return None
        values |= {"received_at": datetime.fromisoformat(values["received_at"]), "kind": MessageKind(values["kind"])}
        return InboundMessage(**values)

    async def _run(self) -> None:
        while True:
            if self.has_waiting:
                with contextlib.suppress(StorageUnavailable):
                    await self.put_back()
            await asyncio.sleep(LOOK_SECONDS)


def spooled_conversations(file: Path, vault: Vault) -> list[str]:
    """Return whose messages wait in *file*, one entry for each; lines of another key are not readable."""
    ids = []
    for line in filter(None, file.read_text(encoding="ascii", errors="replace").splitlines()):
        with contextlib.suppress(InvalidToken, ValueError):
            ids.append(str(cast(dict[str, Any], vault.open(line))["conversation_id"]))
    return ids


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
