"""The whole service in one process: the public web server, the message desk, the dialogue and Rasa beside it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import FastAPI

from app.bootstrap import Parts
from app.channels import Channels
from app.desk import Desk
from app.health import health_router
from app.running import Running, running_dialogue
from app.servers import served
from bot.channels.web import WebConfig, WebDeps, web_router

Say = Callable[[str], None]


@dataclass(frozen=True)
class InterviewEraser:
    """Removes the interview of a conversation; the message desk asks for it when a citizen withdraws."""

    running: Running

    async def erase(self, conversation_id: str) -> None:
        """Remove what the dialogue keeps of the conversation."""
        await asyncio.to_thread(self.running.dialogue.store.delete, conversation_id)


async def run_service(parts: Parts, *, say: Say, stop: asyncio.Event | None = None) -> None:
    """Run until a signal to stop (or *stop* is set); then finish what is under way and end everything."""
    stop = stop or asyncio.Event()
    _stop_on_signals(stop)
    settings = parts.settings
    dialogue = parts.dialogue(parts.interviews())
    desk = Desk(parts.database, parts.vault, parts.clock)
    async with contextlib.AsyncExitStack() as stack:
        running = await stack.enter_async_context(running_dialogue(parts, dialogue, parts.rasa.model()))
        channels = await stack.enter_async_context(Channels.opened(settings, desk))
        await stack.enter_async_context(
            desk.at_work(running.client, channels.lines, erasers=(InterviewEraser(running),))
        )
        app = public_app(parts, desk, running, channels)
        await stack.enter_async_context(
            served(app, host=settings.host, port=settings.port, behind_proxy=bool(settings.public_url))
        )
        await stack.enter_async_context(channels.receiving())
        say(
            f"Web: http://{'localhost' if settings.host in ('127.0.0.1', '0.0.0.0') else settings.host}:{settings.port}"
        )  # noqa: S104
        for line in channels.described():
            say(line)
        warm = stack.enter_context(
            _background(
                asyncio.to_thread(parts.library.answerer.answer, "thẻ bảo hiểm y tế", as_of=parts.clock.today())
            )
        )
        say("Rasa is warming up (about half a minute); messages wait meanwhile. Ctrl-C stops everything.")
        ready = stack.enter_context(_background(_announce(running, say)))
        await stop.wait()
        del warm, ready
        say("Stopping …")


def public_app(parts: Parts, desk: Desk, running: Running, channels: Channels) -> FastAPI:
    """Return the web application that faces the public."""
    settings = parts.settings
    app = FastAPI(title="An Sinh", docs_url=None, redoc_url=None, openapi_url=None)
    config = WebConfig(
        key=parts.web_key,
        operator=settings.operator,
        hotline=settings.hotline,
        phones=settings.phones,
        public_url=settings.public_url,
        embed_origins=settings.origins,
    )
    app.include_router(
        web_router(WebDeps(config, desk.inbox, desk.transcript, running.client, parts.clock)),
    )
    app.include_router(health_router(running, desk))
    for router in channels.routers:
        app.include_router(router)
    return app


async def _announce(running: Running, say: Say) -> None:
    await running.supervisor.wait_ready()
    say("Rasa is ready.")


@contextlib.contextmanager
def _background(work):  # type: ignore[no-untyped-def]
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        task.cancel()


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(name, stop.set)
