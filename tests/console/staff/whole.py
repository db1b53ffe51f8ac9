"""The whole service in a thread of this process, with Rasa beside it, for tests in front of it with a browser."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import threading
import time
from datetime import timedelta
from pathlib import Path

import httpx

from app.bootstrap import Parts
from app.service import run_service
from app.settings import ROOT, Settings
from app.supervisor import free_port
from console.accounts import Accounts
from console.security.permissions import Role
from console.security.sessions import Sessions, Stage
from tests.conversations.harness import INTERPRETER, trained_model

READY_SECONDS = 180.0


class WholeService:
    """Started as ``make run`` starts it; ``url`` is its address, ``parts`` what it is made of."""

    def __init__(self, folder: Path, **settings: object) -> None:
        port = free_port()
        (folder / "rasa").mkdir()
        model = trained_model()
        shutil.copy(model, folder / "rasa" / model.name)
        built = ROOT / "var" / "index"
        if built.exists():
            shutil.copytree(built, folder / "index")
        given = {"state_folder": folder, "port": port, "secret_key": "a key for the tests only"}
        given |= {"rasa_python": str(INTERPRETER), **settings}
        self.parts = Parts.of(Settings(_env_file=None, **given))  # type: ignore[arg-type]
        self.url = f"http://127.0.0.1:{port}"
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def start(self) -> WholeService:
        """Begin to serve; Rasa goes on starting behind it."""
        self.parts.library.ensure()
        self._thread.start()
        self._wait_for("/healthz", {httpx.codes.OK})
        return self

    def wait_ready(self) -> None:
        """Wait until the dialogue answers too."""
        self._wait_for("/readyz", {httpx.codes.OK})

    def stop(self) -> None:
        """End it as a signal would."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=30)

    def token_for(self, name: str, shown: str, *roles: str) -> str:
        """Add a person with *roles* and return the cookie's value of a complete session."""
        parts = self.parts
        accounts = Accounts(parts.database, parts.clock, parts.vault)
        user, _ = accounts.add(name, shown, [Role(role) for role in roles], by="test")
        accounts.set_password(user.id, "sông đà chảy ngược")
        sessions = Sessions(parts.database, parts.clock, idle=timedelta(hours=1), absolute=timedelta(hours=2))
        return str(sessions.open(user.id, Stage.COMPLETE, address="127.0.0.1", agent="test"))

    def _wait_for(self, path: str, wanted: set[int]) -> None:
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and self._thread.is_alive():
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}{path}").status_code in wanted:
                    return
            time.sleep(0.2)
        raise AssertionError(f"the service did not answer {path} in time")

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        await run_service(self.parts, say=lambda _: None, stop=self._stop)
