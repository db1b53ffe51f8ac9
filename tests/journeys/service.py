"""The web chat served over HTTP from a thread of its own, with conversations in memory."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from ruamel.yaml import YAML

from bot.channels.web import WebConfig, WebDeps, web_router
from bot.messages import Author, Choice, Entry, InboundMessage, Reply
from tests.bot.web.memory import Conversations

KEY = b"a key for the journeys only"

REPLIES: dict[str, str] = YAML(typ="safe").load(Path(__file__).with_name("replies.yaml").read_text(encoding="utf-8"))


def scripted(message: InboundMessage) -> Sequence[Reply]:
    """Answer the way the dialogue does, for the few words the journeys use."""
    text = message.text.lower()
    if "76" in text:
        return [Reply(REPLIES["verdict"], tuple(Choice(t, "/x") for t in ("Vì sao?", "Giấy tờ cần có", "Gặp cán bộ")))]
    if "72" in text:
        titles = ("Hộ nghèo", "Hộ cận nghèo", "Không", "Không rõ")
        return [Reply(REPLIES["question"], tuple(Choice(title, "/x") for title in titles))]
    if "hồ sơ" in text:
        return [Reply(REPLIES["long"])]
    if "xóa dữ liệu" in text:
        return [Reply("Mình đã xóa.", erase=True)]
    return [Reply(f"Mình đã nhận: {message.text}")]


class Server:
    """Serves an app on 127.0.0.1 from a thread of its own; can be stopped and started again on the same port."""

    def __init__(self, app: FastAPI, tls: tuple[Path, Path] | None = None) -> None:
        self._app, self._tls, self.port = app, tls, free_port()
        self._thread: threading.Thread | None = None
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve from a new thread; return when the address answers."""
        files = {"ssl_certfile": self._tls[0], "ssl_keyfile": self._tls[1]} if self._tls else {}
        settings = uvicorn.Config(
            self._app, host="127.0.0.1", port=self.port, log_level="warning", lifespan="off", **files
        )
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        wait_for(lambda: self._server.started)

    @property
    def is_serving(self) -> bool:
        """Tell whether the address answers."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """Close every connection and the port."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(timeout=10)

    def call(self, act: Callable[[], Any]) -> Any:
        """Do *act* in the thread that serves."""

        async def run() -> Any:
            return act()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(timeout=10)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._server.serve()


class Service:
    """A running web chat. ``url`` is its address; ``conversations`` what it keeps."""

    def __init__(self, *, tls: tuple[Path, Path] | None = None, **config: Any) -> None:
        self.conversations = Conversations(scripted)
        # Every visitor comes from one address here.
        usual: dict[str, Any] = {"stream_beat_seconds": 1.0, "phones": ("1900 561 292",), "address_factor": 1000}
        usual["messages_per_minute"] = 60  # who is slowed down waits a second, not three
        settings = WebConfig(key=KEY, **{**usual, **config})
        app = FastAPI(openapi_url=None)
        app.include_router(web_router(WebDeps(settings, *[self.conversations] * 3)))
        self._server = Server(app, tls)
        self.url, self.call, self.stop = self._server.url, self._server.call, self._server.stop

    def start(self) -> Service:
        """Serve; what was kept before a stop is still there."""
        self._server.start()
        return self

    def renew(self) -> None:
        """Forget everything, and serve again where a test stopped."""
        if not self._server.is_serving:
            self._server.start()
        self.call(self.conversations.forget)

    def say(self, text: str, author: Author = Author.BOT, **extra: Any) -> Entry:
        """Add a line to the only conversation there is."""
        (conversation,) = {m.conversation_id for m in self.conversations.accepted.values()}
        return self.call(lambda: self.conversations.say(conversation, author, text, **extra))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_for(condition: Callable[[], object], *, seconds: float = 15) -> None:
    """Wait until *condition* holds; fail after *seconds*."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.02)
