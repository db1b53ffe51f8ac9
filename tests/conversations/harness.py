"""The real Rasa and the real actions endpoint on loopback, for tests that talk to them."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response
from rasa_sdk import Action
from starlette.types import Receive, Scope, Send

from actions.endpoint import PATH, TOKEN_HEADER, actions_router

ROOT = Path(__file__).resolve().parents[2]
INTERPRETER = Path(os.environ.get("RASA_PYTHON") or ROOT / ".venv-rasa" / "bin" / "python")
MODELS = Path(os.environ.get("ANSINH_TEST_MODELS") or ROOT / "var" / "rasa")
READY_SECONDS = 180
TOKEN = "token-of-the-test"


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def trained_model() -> Path:
    """Return the model that fits the dialogue as it is now, trained if it is not there."""
    command = [str(INTERPRETER), "-m", "dialogue.train", "--out", str(MODELS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment())
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return Path(done.stdout.strip().splitlines()[-1])


def actions_app(actions: Sequence[Action]) -> FastAPI:
    """Return the endpoint of *actions*, for Rasa started here."""
    app = FastAPI(openapi_url=None)
    app.include_router(actions_router(actions, token=TOKEN))
    return app


def forwarding_app(url: str, token: str) -> FastAPI:
    """Return an endpoint that hands each call on to the one at *url*, which knows *token*."""
    app = FastAPI(openapi_url=None)

    @app.post(PATH)
    async def forward(request: Request) -> Response:
        headers = {TOKEN_HEADER: token, "content-type": "application/json"}
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            answer = await client.post(url, content=await request.body(), headers=headers)
        return Response(answer.content, answer.status_code, media_type="application/json")

    return app


class ActionsServer:
    """Serves actions from a thread; whose they are may change while Rasa runs on."""

    def __init__(self, actions: Sequence[Action] = ()) -> None:
        self._app = actions_app(actions)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}{PATH}"
        config = uvicorn.Config(
            self._pass_on, host="127.0.0.1", port=self.port, log_level="warning", lifespan="off", interface="asgi3"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @contextmanager
    def calling(self, app: FastAPI) -> Iterator[None]:
        """Let *app* answer Rasa's calls until the block is left."""
        before, self._app = self._app, app
        try:
            yield
        finally:
            self._app = before

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def __enter__(self) -> ActionsServer:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=5)


@dataclass
class RasaServer:
    """Rasa in its own process; what it logs goes to *log*."""

    model: Path
    actions: ActionsServer
    log: Path
    port: int = 0

    def __enter__(self) -> RasaServer:
        self.port = free_port()
        command = [str(INTERPRETER), "-m", "dialogue.serve", "--model", str(self.model), "--port", str(self.port)]
        around = {**environment(), "ANSINH_ACTIONS_URL": self.actions.url, "ANSINH_ACTIONS_TOKEN": TOKEN}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=around, stdout=log, stderr=log)
        self._client = httpx.Client(base_url=self.url, timeout=30)
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._process.terminate()
        self._process.wait(timeout=20)

    @property
    def url(self) -> str:
        """Root of its web server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Process id, for measuring."""
        return self._process.pid

    def say(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Send one message and return what Rasa answers."""
        body = {"sender": conversation, "message": text, "metadata": dict(metadata)}
        answer = self._client.post("/webhooks/rest/webhook", json=body)
        answer.raise_for_status()
        return list(answer.json())

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self.log.read_text()[-2000:]
            try:
                if self._client.get("/").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.3)
        raise AssertionError(f"Rasa is not ready after {READY_SECONDS} s:\n{self.log.read_text()[-2000:]}")


def environment() -> dict[str, str]:
    """Return the environment Rasa's interpreter is run in."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
