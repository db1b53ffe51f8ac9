"""The whole service with its console, over real HTTP, for a story: people of the console and a citizen on Telegram.

Only Telegram's server is a fake. Rasa is the one that all tests share; its calls are handed on to this service.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pyotp
from sqlalchemy import func, or_, select

from app.bootstrap import Parts
from app.console import accounts_of
from app.rasa import Rasa
from app.service import run_service
from app.settings import Settings
from app.supervisor import ProcessPlan, free_port
from bot.tables import CONVERSATION
from console.security.permissions import Role
from rules.store.drafts import DraftStore
from rules.store.records import Draft
from rules.store.releases import ReleaseStore
from tests.console.desk import PASSWORD, MovableClock, token_in
from tests.contracts.server import serving
from tests.contracts.telegram.fake import FakeTelegram
from tests.conversations.harness import RasaServer, forwarding_app

SECONDS = 60.0
SECRET = re.compile(r'<code class="secret">([^<]+)</code>')


@dataclass
class SharedRasa:
    """Stands in for ``app.rasa.Rasa``: the process is there already and only has to call this service's actions."""

    server: RasaServer
    scope: contextlib.ExitStack

    @property
    def urls(self) -> tuple[str, ...]:
        return (self.server.url,)

    def model(self) -> Path:
        return self.server.model

    def plans(self, model: Path, *, actions_url: str, actions_token: str) -> list[ProcessPlan]:
        self.scope.enter_context(self.server.actions.calling(forwarding_app(actions_url, actions_token)))
        idle = [sys.executable, "-c", "import time; time.sleep(3600)"]
        is_ready = partial(Rasa.is_ready, self.server.url)
        return [ProcessPlan("rasa", idle, self.server.log.parent, {}, self.server.log.with_stem("idle"), is_ready)]


@dataclass
class Town:
    """The service and what is around it."""

    url: str
    parts: Parts
    telegram: FakeTelegram
    clock: MovableClock

    def is_quiet(self) -> bool:
        """Tell whether nothing waits to be answered or sent."""
        busy = or_(CONVERSATION.c.inbox_due_at.is_not(None), CONVERSATION.c.outbox_due_at.is_not(None))
        with self.parts.database.session() as session:
            return session.scalar(select(func.count()).select_from(CONVERSATION).where(busy)) == 0

    async def uses(self, release: int) -> None:
        """Wait until the service judges by *release*: it looks every few seconds and reads it first."""
        await until(lambda: (now := self.parts.rule_set().release) is not None and now.seq == release)

    @property
    def drafts(self) -> DraftStore:
        return DraftStore(ReleaseStore(self.parts.database, self.clock), lambda _documents: [])

    @contextlib.asynccontextmanager
    async def person(self, name: str, role: Role) -> AsyncIterator[Person]:
        """Give a browser whose new owner has signed in as everybody does for the first time."""
        accounts = accounts_of(self.parts)
        _, once = await asyncio.to_thread(accounts.add, name, name.title(), [role], by="test")
        headers = {"Origin": self.url, "Sec-Fetch-Site": "same-origin"}
        async with httpx.AsyncClient(base_url=f"{self.url}/console", headers=headers, timeout=SECONDS) as client:
            person = Person(name, client, self.clock)
            await person.sign_in_first(once)
            yield person


@dataclass
class Person:
    """Somebody at the console, as a browser: pages, forms with their token, a telephone for codes."""

    name: str
    client: httpx.AsyncClient
    clock: MovableClock
    secret: str = ""

    async def sees(self, path: str) -> str:
        answer = await self.client.get(path)
        assert answer.status_code == httpx.codes.OK, (path, answer.status_code, answer.text)
        return answer.text

    async def sends(self, path: str, data: dict[str, str], *, seen: str = "") -> httpx.Response:
        """Send a form of the page *seen* (default: the page at *path*), with its token."""
        token = token_in(await self.sees(seen or path))
        return await self.client.post(path, data={"csrf": token, **data})

    async def sign_in_first(self, password: str) -> None:
        await self.sends("/sign-in", {"name": self.name, "password": password})
        await self.sends("/sign-in/password", {"password": PASSWORD, "again": PASSWORD})
        found = SECRET.search(await self.sees("/sign-in/enrol"))
        assert found
        self.secret = found[1].replace(" ", "")
        entered = await self.sends("/sign-in/enrol", {"code": self._code})
        assert entered.status_code == httpx.codes.OK, entered.text

    async def signs_in(self) -> None:
        self.client.cookies.clear()
        await self.sends("/sign-in", {"name": self.name, "password": PASSWORD})
        entered = await self.sends("/sign-in/code", {"code": self._code})
        assert entered.headers["location"] == "/console/", entered.text

    @property
    def _code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.clock.now())

    async def settled(self, draft: str) -> str:
        """Return what the change does, once that is worked out."""
        async with asyncio.timeout(SECONDS):
            while 'hx-trigger="load' in (page := await self.sees(f"/rules/drafts/{draft}/trial")):
                await asyncio.sleep(0.1)
        return page

    async def takes(self, step: str, draft: Draft, version: int, **more: str) -> None:
        seen = f"/rules/drafts/{draft.id}" + ("/publish" if step == "publish" else "")
        answer = await self.sends(f"/rules/drafts/{draft.id}/{step}", {"version": str(version), **more}, seen=seen)
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text


@dataclass
class Citizen:
    """Somebody who writes on Telegram: her updates reach the webhook with its secret, the answers Telegram's server."""

    town: Town
    chat: int = 501
    heard: list[str] = field(default_factory=list)

    async def writes(self, *lines: str) -> str:
        """Send one message after the other; return all that came back on the last."""
        said = ""
        for words in lines:
            before = len(self.town.telegram.sent)
            update = self.town.telegram.text_update(words, chat=self.chat)
            assert await self.town.telegram.deliver(update) == httpx.codes.OK
            await until(lambda before=before: len(self.town.telegram.sent) > before and self.town.is_quiet())
            said = "\n".join(str(message["text"]) for message in self.town.telegram.sent[before:])
        self.heard.append(said)
        return said


@contextlib.asynccontextmanager
async def town(folder: Path, rasa: RasaServer, *, prepare: Callable[[ReleaseStore], None]) -> AsyncIterator[Town]:
    """Run the whole service; *prepare* fills the store of releases before it starts."""
    telegram, clock, port = FakeTelegram(), MovableClock(), free_port()
    async with serving(telegram.app) as telegram_root:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            state_folder=folder,
            port=port,
            public_url=f"http://127.0.0.1:{port}",
            telegram_bot_token=telegram.token,  # type: ignore[arg-type]
            telegram_api_root=telegram_root,
        )
        parts, stop = Parts.of(settings, clock), asyncio.Event()
        await asyncio.to_thread(prepare, ReleaseStore(parts.database, clock, parts.audit))
        await asyncio.to_thread(parts.library.ensure)
        with contextlib.ExitStack() as scope:
            parts.__dict__["rasa"] = SharedRasa(rasa, scope)
            running = asyncio.create_task(run_service(parts, say=lambda _: None, stop=stop))
            try:
                await _answers(f"{settings.public_url}/readyz", running)
                await until(lambda: telegram.webhook.get("url"))
                yield Town(settings.public_url, parts, telegram, clock)
            finally:
                stop.set()
                await running


async def until(look: Callable[[], object]) -> object:
    async with asyncio.timeout(SECONDS):
        while not (found := look()):
            await asyncio.sleep(0.05)
    return found


async def _answers(url: str, running: asyncio.Task[None]) -> None:
    async with asyncio.timeout(SECONDS), httpx.AsyncClient() as client:
        while not running.done():
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(url)).status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(0.2)
    running.result()
