"""Channels: which are on, when somebody wrote last, what waits, how long the tokens live."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from starlette.responses import Response

from console.gate import Gate
from console.recent import Recent
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.service.health import ChannelHealth
from console.visit import CurrentVisit

_AGE: Final = timedelta(seconds=20)


class ChannelPages:
    """The page of the channels."""

    def __init__(self, gate: Gate) -> None:
        deps = gate.deps
        health = ChannelHealth(deps.database, deps.clock, deps.channels)
        self._health = Recent(health.look, deps.clock, age=_AGE)

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/channels")
        router.get("", needs=Permission.SWITCHES_READ)(self.channels)
        return router

    def channels(self, visit: CurrentVisit) -> Response:
        """Show every channel that is on or was ever used."""
        return visit.page("service/channels.html", health=self._health.get())
