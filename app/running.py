"""The dialogue at work in this process: the actions on an inner server, Rasa beside it, a client to talk to it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, FastAPI
from rasa_sdk import Action

from actions.build import Dialogue
from actions.endpoint import PATH, actions_router
from app.bootstrap import Parts
from app.servers import LOOPBACK, served
from app.supervisor import Supervisor, free_port
from bot.conversation.rasa_client import RasaClient
from bot.conversation.rasa_pool import RasaPool


@dataclass(frozen=True)
class Running:
    """A dialogue that is starting or answering, on one Rasa or several."""

    dialogue: Dialogue
    client: RasaPool
    supervisors: tuple[Supervisor, ...]
    inner_url: str

    @property
    def supervisor(self) -> Supervisor:
        """Return the first Rasa's supervisor."""
        return self.supervisors[0]

    async def wait_ready(self) -> None:
        """Wait until one Rasa answers."""
        waiting = [asyncio.create_task(supervisor.wait_ready()) for supervisor in self.supervisors]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()


@contextlib.asynccontextmanager
async def running_dialogue(
    parts: Parts,
    dialogue: Dialogue,
    model: Path,
    *,
    actions: Sequence[Action] | None = None,
    inner_routers: Sequence[APIRouter] = (),
) -> AsyncIterator[Running]:
    """Serve *dialogue*'s actions (or *actions*) on loopback and keep Rasa alive until the block is left."""
    port = parts.settings.inner_port or free_port()
    inner = FastAPI(openapi_url=None)
    for router in (actions_router(actions or dialogue.actions(), token=parts.actions_token), *inner_routers):
        inner.include_router(router)
    url = f"http://{LOOPBACK}:{port}"
    plans = parts.rasa.plans(model, actions_url=f"{url}{PATH}", actions_token=parts.actions_token)
    supervisors = tuple(Supervisor(plan) for plan in plans)
    client = RasaPool([RasaClient(url, token=parts.actions_token) for url in parts.rasa.urls])
    async with served(inner, port=port), contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(client.close)
        for supervisor in supervisors:
            await supervisor.start()
            stack.push_async_callback(supervisor.stop)
        yield Running(dialogue, client, supervisors, url)
