"""The real service, ``ansinh serve``, as a process that is killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from app.settings import ROOT
from app.supervisor import free_port
from tests.contracts.zalo_oa.fake import APP_ID, APP_SECRET, OA_SECRET
from tests.faults.people import SECRET

KEY = "a key for the fault run only"
STAND_IN = Path(__file__).with_name("rasa_stand_in.py")
START_SECONDS = 180.0


@dataclass
class Service:
    """One process of the service; its Rasa is the stand-in unless *rasa_python* says otherwise."""

    folder: Path
    database_url: str
    channels_url: str
    rasa_python: Path | None = None
    more: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    starts: int = 0
    process: asyncio.subprocess.Process | None = None

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def heard(self) -> Path:
        return self.folder / "heard.jsonl"

    async def start(self) -> None:
        """Start and return at once."""
        self.starts += 1
        with (self.folder / "service.log").open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", "from app.cli import main; main()", "serve"),
                cwd=ROOT,
                env={**os.environ, **self._environment()},
                stdout=output,
                stderr=output,
            )

    async def wait_serving(self) -> None:
        """Wait until the address answers."""
        assert self.process is not None
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
            async with asyncio.timeout(START_SECONDS):
                while True:
                    try:
                        await client.get(f"{self.root}/healthz")
                        return
                    except httpx.HTTPError:
                        if self.process.returncode is not None:
                            raise RuntimeError(f"The service ended; see {self.folder / 'service.log'}") from None
                        await asyncio.sleep(0.1)

    async def kill(self) -> None:
        """Kill it outright, and wait until it and its Rasa are gone."""
        assert self.process is not None
        assert self.process.returncode is None, f"The service ended by itself; see {self.folder / 'service.log'}"
        rasas = self.rasas()
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()
        await asyncio.to_thread(psutil.wait_procs, rasas, 20)

    async def stop(self) -> None:
        """Ask it to end, as an operator does."""
        if self.process and self.process.returncode is None:
            self.process.terminate()
            await asyncio.wait_for(self.process.wait(), 60)

    def rasas(self) -> list[psutil.Process]:
        """Return the Rasa processes of this service."""
        assert self.process is not None
        try:
            children = psutil.Process(self.process.pid).children(recursive=True)
            return [child for child in children if "dialogue.serve" in child.cmdline()]
        except psutil.NoSuchProcess:
            return []

    def _environment(self) -> dict[str, str]:
        given = {
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUBLIC_URL": self.root,
            "STATE_FOLDER": str(self.folder),
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": KEY,
            "LOG_JSON": "true",
            "RASA_PORT": "0",
            "TELEGRAM_BOT_TOKEN": "12345:secret-token",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "TELEGRAM_API_ROOT": f"{self.channels_url}/telegram",
            "ZALO_APP_ID": APP_ID,
            "ZALO_APP_SECRET": APP_SECRET,
            "ZALO_OA_SECRET_KEY": OA_SECRET,
            "ZALO_ACCESS_TOKEN": "access-1",
            "ZALO_REFRESH_TOKEN": "refresh-1",
            "ZALO_API_ROOT": f"{self.channels_url}/zalo",
            "ZALO_OAUTH_ROOT": f"{self.channels_url}/zalo",
            "PYTHONPATH": str(ROOT),
            "OMP_NUM_THREADS": "1",
            "ANSINH_STAND_IN_HEARD": str(self.heard),
        }
        given["RASA_PYTHON"] = str(self.rasa_python or STAND_IN)
        return given | self.more
