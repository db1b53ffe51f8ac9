"""The dialogue at work in this process: the actions on an inner server, Rasa beside it, a client to talk to it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from actions.build import Dialogue
from actions.endpoint import PATH, actions_router
from app.bootstrap import Parts
from app.servers import LOOPBACK, served
from app.supervisor import Supervisor, free_port
from bot.conversation.rasa_client import RasaClient


@dataclass(frozen=True)
class Running:
    """A dialogue that is starting or answering."""

    dialogue: Dialogue
    client: RasaClient
    supervisor: Supervisor


@contextlib.asynccontextmanager
async def running_dialogue(parts: Parts, dialogue: Dialogue, model: Path) -> AsyncIterator[Running]:
    """Serve *dialogue*'s actions on loopback and keep Rasa alive with *model* until the block is left."""
    port = free_port()
    inner = FastAPI(openapi_url=None)
    inner.include_router(actions_router(dialogue.actions(), token=parts.actions_token))
    plan = parts.rasa.plan(model, actions_url=f"http://{LOOPBACK}:{port}{PATH}", actions_token=parts.actions_token)
    supervisor, client = Supervisor(plan), RasaClient(parts.rasa.url)
    async with served(inner, port=port):
        await supervisor.start()
        try:
            yield Running(dialogue, client, supervisor)
        finally:
            await supervisor.stop()
            await client.close()
