"""Web servers that run inside this process: the public one, and an inner one on loopback for Rasa's calls."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"


class PortTaken(RuntimeError):
    """Something else listens where we should."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        super().__init__(
            f"Nothing can listen on {host}:{port}; is the service running already? "
            f"Stop it, or choose another port: PORT={port + 1} make run"
        )


class _Quiet(uvicorn.Server):
    """A server that leaves the signals to its owner."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


@contextlib.asynccontextmanager
async def served(app: ASGIApp, *, host: str = LOOPBACK, port: int, behind_proxy: bool = False) -> AsyncIterator[None]:
    """Serve *app* until the block is left; requests under way may finish for a few seconds."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy,
        timeout_graceful_shutdown=5,
        lifespan="off",
    )
    server = _Quiet(config)
    task = asyncio.create_task(server.serve(), name=f"serve-{port}")
    try:
        while not server.started:
            if task.done():
                raise PortTaken(host, port)
            await asyncio.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        with contextlib.suppress(SystemExit):
            await task
