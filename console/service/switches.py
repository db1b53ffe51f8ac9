"""Kill switches: a channel or a benefit that is not answered for now, why, and who switched it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from bot.switches import LONGEST_REASON, Off, SwitchKind, UnknownSwitch
from console.errors import NotFound
from console.forms import Filled, Form, words
from console.gate import Gate
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit, Visit
from core.vietnamese.text import fold

_SHORTEST_REASON: Final = 10
_OFF: Final = Form(words("reason", shortest=_SHORTEST_REASON, longest=LONGEST_REASON))


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch as the page shows it; ``off`` says who switched it off and why, ``None``: it is on."""

    kind: SwitchKind
    name: str
    title: str
    off: Off | None


class SwitchPages:
    """The pages of the switches."""

    def __init__(self, gate: Gate) -> None:
        self._gate, self._deps = gate, gate.deps

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/switches")
        router.get("", needs=Permission.SWITCHES_READ)(self.switches)
        router.get("/{kind}/{name}", needs=Permission.SWITCHES_USE)(self.ask)
        router.post("/{kind}/{name}/off", needs=Permission.SWITCHES_USE)(self.turn_off)
        router.post("/{kind}/{name}/on", needs=Permission.SWITCHES_USE)(self.turn_on)
        return router

    def switches(self, visit: CurrentVisit) -> Response:
        """Show every switch, those that are off first."""
        switches = self._all()
        return visit.page(
            "service/switches.html",
            off=[one for one in switches if one.off is not None],
            groups={kind.value: [one for one in switches if one.kind is kind] for kind in SwitchKind},
        )

    def ask(self, visit: CurrentVisit, kind: SwitchKind, name: str) -> Response:
        """Ask for the reason, or whether to switch on again."""
        return self._shown(visit, self._one(kind, name), _OFF.start())

    def turn_off(self, visit: CurrentVisit, kind: SwitchKind, name: str) -> Response:
        """Switch off, with a reason; the store writes the audit entry itself."""
        switch, filled = self._one(kind, name), _OFF.read(visit.data)
        if filled.errors:
            return self._shown(visit, switch, filled, status=422)
        self._deps.switches.turn_off(kind, name, reason=filled["reason"], actor=visit.user.name)
        return visit.redirect("/switches", "service.switches.said_off", name=switch.title)

    def turn_on(self, visit: CurrentVisit, kind: SwitchKind, name: str) -> Response:
        """Switch on again."""
        switch = self._one(kind, name)
        self._deps.switches.turn_on(kind, name, actor=visit.user.name)
        return visit.redirect("/switches", "service.switches.said_on", name=switch.title)

    def _shown(self, visit: Visit, switch: Switch, form: Filled, **extra: Any) -> Response:
        return visit.page("service/switch.html", switch=switch, form=form, **extra)

    def _all(self) -> Sequence[Switch]:
        off = {(one.kind, one.name): one for one in self._deps.switches.off()}
        titles = {card.id: card.name_vi for card in self._deps.rules.catalogue.cards(self._deps.clock.today())}
        found = [
            Switch(kind, name, self._title(kind, name, titles.get(name)), off.get((kind, name)))
            for kind, names in self._deps.switches.known.items()
            for name in names
        ]
        return sorted(found, key=lambda one: (one.off is None, fold(one.title)))

    def _one(self, kind: SwitchKind, name: str) -> Switch:
        found = next((one for one in self._all() if (one.kind, one.name) == (kind, name)), None)
        if found is None:
            raise NotFound from UnknownSwitch(kind, name, self._deps.switches.known[kind])
        return found

    def _title(self, kind: SwitchKind, name: str, known: str | None) -> str:
        key = f"service.channels.names.{name}"
        texts = self._gate.pages.texts
        return texts(key) if kind is SwitchKind.CHANNEL and texts.has(key) else known or name
