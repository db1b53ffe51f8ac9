"""Start Rasa as a process of its own, watch it, start it again when it dies, end it with the service.

Rasa listens on loopback only. One thread of OpenMP is right on small machines. Readiness means that its web server
answers, which takes half a minute on a fresh start (TensorFlow is imported in any case).
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import structlog

from bot.tasks import end

log = structlog.get_logger(__name__)

PR_SET_PDEATHSIG = 1
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class State(StrEnum):
    """Where a supervised process is in its life."""

    STARTING = "starting"
    READY = "ready"
    DOWN = "down"
    STOPPED = "stopped"


@dataclass(frozen=True)
class ProcessPlan:
    """What to run and how to tell that it is ready."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    log_file: Path
    is_ready: Callable[[], Awaitable[bool]]
    ready_seconds: float = 180.0


@dataclass
class Supervisor:
    """Keeps one process alive until it is told to stop."""

    plan: ProcessPlan
    state: State = State.STOPPED
    restarts: int = 0
    process: asyncio.subprocess.Process | None = None
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to keep the process alive; returns at once."""
        self._task = asyncio.create_task(self._keep_alive(), name=f"supervise-{self.plan.name}")

    async def wait_ready(self) -> None:
        """Wait until the process answers."""
        await self._ready.wait()

    async def stop(self) -> None:
        """End the process and stop watching."""
        await end(self._task)
        await self._end()
        self.state = State.STOPPED

    async def _keep_alive(self) -> None:
        pause = FIRST_PAUSE
        while True:
            self.state = State.STARTING
            self.process = await self._spawn()
            try:
                if await self._became_ready():
                    pause = FIRST_PAUSE
                    code = await self.process.wait()
                    log.warning("process_died", name=self.plan.name, code=code)
            finally:
                self._ready.clear()
                self.state = State.DOWN
                await self._end()
            self.restarts += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _spawn(self) -> asyncio.subprocess.Process:
        self.plan.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.plan.log_file.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                *self.plan.command,
                cwd=self.plan.folder,
                env={**os.environ, **self.plan.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )

    async def _became_ready(self) -> bool:
        assert self.process is not None  # noqa: S101 - set by the caller on the line before
        deadline = asyncio.get_running_loop().time() + self.plan.ready_seconds
        while self.process.returncode is None:
            if await self.plan.is_ready():
                self.state = State.READY
                self._ready.set()
                log.info("process_ready", name=self.plan.name, pid=self.process.pid)
                return True
            if asyncio.get_running_loop().time() > deadline:
                log.error("process_not_ready", name=self.plan.name, seconds=self.plan.ready_seconds)
                return False
            await asyncio.sleep(0.5)
        log.error("process_failed", name=self.plan.name, code=self.process.returncode, log=str(self.plan.log_file))
        return False

    async def _end(self) -> None:
        process = self.process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def free_port() -> int:
    """Ask the system for a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _die_with_parent() -> None:
    """Have the kernel end the child should this service be killed outright (prctl(2))."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
