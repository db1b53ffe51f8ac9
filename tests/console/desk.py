"""A console for tests: real stores over SQLite, rules and knowledge loaded only where a test asks for them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from app.bootstrap import Parts
from app.console import RulesOfParts, console_settings
from app.desk import Desk
from app.settings import Settings
from bot.vault import Vault
from console.app import console_app
from console.deps import ConsoleDeps
from console.public import PATH, public_app
from console.security.permissions import Role
from console.security.sessions import Stage
from core.audit import AuditEntry, AuditLog
from core.clock import Clock, SystemClock
from core.database import Base, Database
from rules.store.releases import ReleaseStore

KEY = "a key for the console's tests only"
ORIGIN = "http://localhost"
PASSWORD = "sông đà chảy ngược"


@dataclass
class MovableClock:
    """The machine's clock, which a test can move on."""

    ahead: Any = field(default=None)

    def now(self) -> Any:
        now = SystemClock().now()
        return now + self.ahead if self.ahead else now

    def today(self) -> Any:
        return self.now().date()


class Client(TestClient):
    """A browser that is signed in: posts carry the session's form token."""

    csrf: str = ""

    def submit(self, path: str, data: dict[str, Any] | None = None, **extra: Any) -> Response:
        """Send a form of the console, as its page would."""
        return self.post(f"/console{path}", data={"csrf": self.csrf, **(data or {})}, **extra)

    def see(self, path: str, **extra: Any) -> Response:
        """Open a page of the console."""
        return self.get(f"/console{path}", **extra)


class ConsoleUnderTest:
    """The console, mounted as the service mounts it."""

    def __init__(self, folder: Path, *, clock: Clock | None = None, database: Database | None = None) -> None:
        self.clock = clock or MovableClock()
        self.database = database or Database(f"sqlite:///{folder / 'console.sqlite'}")
        Base.metadata.create_all(self.database.engine)
        self.vault = Vault(KEY)
        self.audit = AuditLog(self.database, self.clock)
        self.settings = Settings(_env_file=None, state_folder=folder, secret_key=KEY)  # type: ignore[call-arg]
        self.parts = Parts(self.settings, self.clock)
        self.parts.__dict__["database"] = self.database
        self.messages = Desk(self.database, self.vault, self.clock)
        self._clients: list[TestClient] = []

    @cached_property
    def deps(self) -> ConsoleDeps:
        """What the console is given; change it with ``dataclasses.replace`` before ``app`` is first used."""
        return ConsoleDeps(
            settings=console_settings(self.settings),
            database=self.database,
            clock=self.clock,
            vault=self.vault,
            audit=self.audit,
            rules=RulesOfParts(self.parts),
            releases=ReleaseStore(self.database, self.clock, self.audit),
            knowledge=self.parts.library,
            storage=self.messages.storage,
            signals=self.messages.signals,
            inbox=self.messages.inbox,
            transcript=self.messages.transcript,
            handover=self.messages.handover,
            tally=self.messages.tally,
            switches=self.parts.switches,
            channels=("web", "telegram"),
            key=b"a key for the console",
        )

    @cached_property
    def console(self) -> FastAPI:
        """The console's own application."""
        return console_app(self.deps)

    @cached_property
    def app(self) -> FastAPI:
        """The application that a browser talks to."""
        app = FastAPI(openapi_url=None)
        app.mount("/console", self.console)
        app.mount(PATH, public_app(self.deps.settings, self.deps.rules, self.clock))
        return app

    def client(self, *, strict: bool = True) -> Client:
        """Return a browser that nobody signed in with; not *strict*: a failure is an error page."""
        headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
        options: dict[str, Any] = {"headers": headers, "follow_redirects": False, "raise_server_exceptions": strict}
        client = Client(self.app, base_url=ORIGIN, **options)
        client.__enter__()
        self._clients.append(client)
        return client

    def add_user(self, name: str, *roles: str, password: str = PASSWORD) -> int:
        """Add a person whose password is her own already; return her number."""
        accounts = self.console.state.gate.accounts
        user, _ = accounts.add(name, name.title(), [Role(role) for role in roles], by="test")
        accounts.set_password(user.id, password)
        return int(user.id)

    def signed_in(self, *roles: str, name: str = "") -> Client:
        """Return a browser signed in as a new person with *roles*."""
        client = self.client()
        name = name or "-".join(roles)
        token = self.token_for(self.add_user(name, *roles))
        client.cookies.set("ansinh-console", token)
        client.csrf = self.console.state.gate.sessions.find(token).csrf
        return client

    def token_for(self, user_id: int) -> str:
        """Open a complete session and return the cookie's value."""
        sessions = self.console.state.gate.sessions
        return str(sessions.open(user_id, Stage.COMPLETE, address="127.0.0.1", agent="test"))

    def audited(self) -> list[AuditEntry]:
        """Return what the audit log holds, newest first."""
        return self.audit.search()

    def close(self) -> None:
        """Close what was opened."""
        for client in self._clients:
            client.__exit__(None, None, None)
        self.messages.storage.close()
        self.database.dispose()


def token_in(page: str) -> str:
    """Return the form token that a page carries."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found[1]
