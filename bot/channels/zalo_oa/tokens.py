"""The Official Account's tokens: an access token of 25 hours, and a refresh token that can be used once.

Whoever renews holds a lock over all processes, for longer than a call can take; the new pair is stored before it is
used. If the process dies between Zalo's answer and the commit, the refresh token is spent and the account has to be
authorised again: Zalo offers no way to ask for the same pair twice.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import httpx
import structlog
from sqlalchemy import Connection, Row, or_, select, update

from bot.channels.zalo_oa.config import ZaloConfig
from bot.channels.zalo_oa.oauth import TokenPair, TokensRefused, ask_for_tokens
from bot.errors import RetryLater
from bot.storage import Storage
from bot.tables import TOKEN, TokenRow
from bot.vault import Vault
from core.clock import Clock

RENEW_BEFORE = timedelta(hours=2)  # the token runs out
LOCK = timedelta(seconds=60)  # longer than a call to OAuth can take
WAIT_FOR_LOCK_SECONDS = 25.0
LOOK_AGAIN_SECONDS = 0.25
FIRST_LIFE = timedelta(hours=1)  # of a token given in the settings, whose age nobody knows
WAIT_FOR_AUTHORISATION = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class TokenStatus:
    """State of the tokens, for the operator. ``state``: ``ok``, ``needs_authorisation`` or ``missing``."""

    state: str
    expires_at: datetime | None = None
    renewed_at: datetime | None = None
    error: str | None = None


class ZaloTokens:
    """Gives a token that works, renewing it in time."""

    def __init__(
        self, config: ZaloConfig, storage: Storage, vault: Vault, clock: Clock, client: httpx.AsyncClient, *, owner: str
    ) -> None:
        self._config, self._storage, self._vault, self._clock = config, storage, vault, clock
        self._client, self._owner = client, owner
        self._here = asyncio.Lock()  # one at a time in this process; the row's lock keeps others out
        self._log = structlog.get_logger("bot.zalo_oa")

    async def access_token(self) -> str:
        """Return a token; raise ``RetryLater`` while there is none that works."""
        row, now = await self._row(), self._clock.now()
        token = self._pair(row)[0]
        if not row.needs_authorisation and row.expires_at - now > RENEW_BEFORE:
            return token
        try:
            return await self.renew(token)
        except RetryLater:
            if row.expires_at > now and not row.needs_authorisation:
                return token
            raise

    async def renew(self, used: str) -> str:
        """Return another token than *used*; raise ``RetryLater`` when there is none to be had."""
        async with self._here:
            row = await self._lock(used)
            token, refresh_token = self._pair(row)
            if token != used and not row.needs_authorisation:
                return token
            return await self._renew(row, refresh_token)

    async def status(self) -> TokenStatus:
        """Return the state of the tokens."""
        try:
            row = await self._row()
        except RetryLater:
            return TokenStatus("missing")
        state = "needs_authorisation" if row.needs_authorisation else "ok"
        return TokenStatus(state, row.expires_at, row.renewed_at, row.error)

    async def store(self, pair: TokenPair) -> None:
        """Keep a pair obtained by authorisation; it counts before what the settings hold."""
        await self._storage.write(
            lambda c: self._save(c, pair.access_token, pair.refresh_token, pair.life, seed=self._seed())
        )

    async def _row(self) -> Row[Any]:
        row = await self._storage.read(self._find)
        if self._config.refresh_token and (row is None or row.seed != self._seed()):
            # First start, or the operator put a newly authorised pair into the settings.
            first = (self._config.access_token, self._config.refresh_token, FIRST_LIFE)
            await self._storage.write(lambda c: self._save(c, *first, seed=self._seed()))
            row = await self._storage.read(self._find)
        if row is None:
            raise RetryLater("zalo_has_no_token", WAIT_FOR_AUTHORISATION)
        return row

    def _find(self, connection: Connection) -> Row[Any] | None:
        return connection.execute(select(TOKEN).where(TOKEN.c.account == self._config.app_id)).one_or_none()

    def _seed(self) -> str:
        return hashlib.sha256(self._config.refresh_token.encode()).hexdigest()

    def _pair(self, row: Row[Any]) -> tuple[str, str]:
        access_token, refresh_token = cast(list[str], self._vault.open(row.pair))
        return access_token, refresh_token

    def _save(
        self, connection: Connection, access_token: str, refresh_token: str, life: timedelta, *, seed: str
    ) -> None:
        now = self._clock.now()
        values = {
            "pair": self._vault.seal([access_token, refresh_token]),
            "seed": seed,
            "expires_at": now + life,
            "renewed_at": now,
            "needs_authorisation": False,
            "error": None,
            "locked_by": None,
            "locked_until": None,
        }
        insert = self._storage.upsert(TokenRow).values(account=self._config.app_id, **values)
        connection.execute(insert.on_conflict_do_update(index_elements=["account"], set_=values))

    async def _lock(self, used: str) -> Row[Any]:
        """Take the row's lock, or return the row as soon as another process renewed it."""
        deadline = asyncio.get_running_loop().time() + WAIT_FOR_LOCK_SECONDS
        while True:
            row = await self._row()
            if self._pair(row)[0] != used and not row.needs_authorisation:
                return row
            if row.needs_authorisation and row.locked_until and row.locked_until > self._clock.now():
                raise RetryLater("zalo_needs_authorisation", WAIT_FOR_AUTHORISATION)
            if await self._storage.write(self._try_lock):
                return await self._row()
            if asyncio.get_running_loop().time() > deadline:
                raise RetryLater("zalo_token_is_being_renewed")
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    def _try_lock(self, connection: Connection) -> bool:
        now = self._clock.now()
        lock = (
            update(TOKEN)
            .where(
                TOKEN.c.account == self._config.app_id,
                or_(TOKEN.c.locked_by.is_(None), TOKEN.c.locked_by == self._owner, TOKEN.c.locked_until < now),
            )
            .values(locked_by=self._owner, locked_until=now + LOCK)
        )
        return connection.execute(lock).rowcount == 1

    async def _renew(self, row: Row[Any], refresh_token: str) -> str:
        try:
            pair = await ask_for_tokens(
                self._config, self._client, grant_type="refresh_token", refresh_token=refresh_token
            )
        except RetryLater:
            await self._unlock(error="network", needs_authorisation=row.needs_authorisation)
            raise
        except TokensRefused as error:
            self._log.error("needs_authorisation", reason=error.reason[:60])
            await self._unlock(error=error.reason, needs_authorisation=True)
            raise RetryLater("zalo_needs_authorisation", WAIT_FOR_AUTHORISATION) from error
        await self._storage.write(
            lambda c: self._save(c, pair.access_token, pair.refresh_token, pair.life, seed=row.seed)
        )
        self._log.info("token_renewed")
        return pair.access_token

    async def _unlock(self, *, error: str, needs_authorisation: bool) -> None:
        # A refused refresh token stays refused: ask again only now and then, in case the settings were at fault.
        until = self._clock.now() + WAIT_FOR_AUTHORISATION if needs_authorisation else None
        values = {"locked_by": None, "locked_until": until, "error": error, "needs_authorisation": needs_authorisation}
        change = update(TOKEN).where(TOKEN.c.account == self._config.app_id, TOKEN.c.locked_by == self._owner)
        await self._storage.write(lambda connection: connection.execute(change.values(values)))
