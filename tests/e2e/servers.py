"""Start the messaging servers of others on free ports of 127.0.0.1, and the service's own message path beside them."""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import json
import os
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response

from app.channels import Channels
from app.desk import Desk
from app.servers import served
from app.settings import ROOT, Settings
from app.supervisor import free_port
from bot.vault import Vault
from core.clock import SystemClock
from core.database import Database
from core.migrations import upgrade
from tests.bot.fakes import EchoDialogue

FOLDER = ROOT / "var" / "e2e"
CRABLINE = FOLDER / "node_modules" / ".bin" / "crabline"
TELEMELYA = FOLDER / "venv" / "bin" / "telemelya-server"
ADMIN, START_SECONDS = "admin-token", 30.0


@dataclass
class Crabline:
    """A server that answers as *provider* does, with a file of every call it had."""

    provider: str
    root: str
    admin_url: str
    recorder: Path

    async def say(self, text: str, **more: Any) -> None:
        """Let a person write *text* to the bot; the server delivers it, again and again if it must."""
        async with httpx.AsyncClient() as client:
            headers = {"X-Crabline-Admin-Token": ADMIN}
            response = await client.post(self.admin_url, json={"text": text, **more}, headers=headers, timeout=20)
            response.raise_for_status()

    def calls(self, method: str) -> list[dict[str, Any]]:
        """Return what the bot gave with each call of *method* so far."""
        lines = self.recorder.read_text(encoding="utf-8").splitlines() if self.recorder.exists() else []
        records = [json.loads(line) for line in lines if line.strip()]
        return [one for one in records if method.lower() in json.dumps(one.get("path", one)).lower()]


@contextlib.contextmanager
def crabline(provider: str, token: str, folder: Path) -> Iterator[Crabline]:
    """Run crabline as *provider*."""
    ready, recorder = folder / f"{provider}.json", folder / f"{provider}.jsonl"
    words = [str(CRABLINE), "--json", "serve", provider, "--port", "0"]
    words += ["--recorder", str(recorder), "--ready-file", str(ready)]
    with _running(words, {"CRABLINE_BOT_TOKEN": token, "CRABLINE_ADMIN_TOKEN": ADMIN}, folder / "crabline.log"):
        _wait(ready.exists)
        said = json.loads(ready.read_text(encoding="utf-8"))
        yield Crabline(provider, said["endpoints"]["apiRoot"], said["endpoints"]["adminInboundUrl"], recorder)


@contextlib.contextmanager
def telemelya(folder: Path) -> Iterator[str]:
    """Run telemelya over a Redis server of its own; its pictures go to a store that swallows everything."""
    redis, port = free_port(), free_port()
    quiet = ["redis-server", "--port", str(redis), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with _running(quiet, {}, folder / "redis.log"), _swallowing() as store:
        settings = {
            "MOCK_SERVER_HOST": "127.0.0.1",
            "MOCK_SERVER_PORT": str(port),
            "REDIS_URL": f"redis://127.0.0.1:{redis}/0",
            "MINIO_ENDPOINT": store,
            "AUTH_KEYS": ADMIN,
        }
        with _running([str(TELEMELYA)], settings, folder / "telemelya.log"):
            root = f"http://127.0.0.1:{port}"
            _wait(lambda: _answers(root))
            yield root


@contextlib.asynccontextmanager
async def service(folder: Path, **settings: Any) -> AsyncIterator[tuple[Desk, EchoDialogue, str]]:
    """Run channels, inbox, outbox and delivery as the service does, over a dialogue of a few lines."""
    port = free_port()
    given = {"state_folder": folder, "secret_key": "a key for the tests only", "public_url": f"http://127.0.0.1:{port}"}
    chosen = Settings(**{**given, **settings})
    database, dialogue, app = Database(chosen.database), EchoDialogue(), FastAPI()
    upgrade(database)
    desk = Desk(database, Vault(chosen.key), SystemClock())
    async with Channels.opened(chosen, desk) as channels:
        for router in channels.routers:
            app.include_router(router)
        async with desk.at_work(dialogue, channels.lines), served(app, port=port), channels.receiving():
            yield desk, dialogue, f"http://127.0.0.1:{port}"
    database.dispose()


@contextlib.asynccontextmanager
async def relay(headers: dict[str, str]) -> AsyncIterator[tuple[str, list[str]]]:
    """Stand in front of a webhook as a proxy does and add *headers*; append its address to the list that is given."""
    app, targets = FastAPI(), list[str]()

    @app.post("/{path:path}")
    async def forward(path: str, request: Request) -> Response:
        async with httpx.AsyncClient() as client:
            kept = {"Content-Type": request.headers.get("content-type", "")} | headers
            answer = await client.post(f"{targets[0]}/{path}", content=await request.body(), headers=kept)
        return Response(answer.content, answer.status_code)

    port = free_port()
    async with served(app, port=port):
        yield f"http://127.0.0.1:{port}", targets


@contextlib.contextmanager
def _running(words: list[str], settings: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as file:
        process = subprocess.Popen(words, env={**os.environ, **settings}, stdout=file, stderr=file)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


class _Swallow(http.server.BaseHTTPRequestHandler):
    def _take(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET = do_PUT = do_POST = _take

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def _swallowing() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Swallow)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def _answers(root: str) -> bool:
    try:
        return httpx.get(f"{root}/openapi.json", timeout=1).status_code < 500
    except httpx.HTTPError:
        return False


def _wait(condition: Any) -> None:
    end = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("the server did not start")
        time.sleep(0.1)


async def until(condition: Any, *, seconds: float = 20.0) -> None:
    """Wait until *condition()* is true; fail loudly when it never is."""
    end = asyncio.get_running_loop().time() + seconds
    while not condition():
        if asyncio.get_running_loop().time() > end:
            raise AssertionError("waited in vain")
        await asyncio.sleep(0.05)
