"""Accounts: list, add, change, close, give a new one-time password; their sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from console.accounts import User
from console.errors import BadUserName, LastAdmin, NameTaken, NotFound, Stale, UnknownUser
from console.forms import Filled, Form, some_of, whole, words
from console.gate import Gate
from console.routing import ConsoleRouter
from console.security.permissions import Permission, Role
from console.visit import CurrentVisit, Visit

_NEW: Final = Form(words("name", longest=40), words("display_name", longest=80), some_of("roles", list(Role)))
_CHANGE: Final = Form(words("display_name", longest=80), some_of("roles", list(Role)), whole("version"))
_CLOSE: Final = Form(words("typed_name", longest=80))


@dataclass(frozen=True)
class Users:
    """The pages of accounts."""

    gate: Gate

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/users")
        router.get("", needs=Permission.USERS_READ)(self.users)
        router.get("/new", needs=Permission.USERS_MANAGE)(self.new)
        router.post("", needs=Permission.USERS_MANAGE)(self.add)
        router.get("/{name}", needs=Permission.USERS_READ)(self.user)
        router.post("/{name}", needs=Permission.USERS_MANAGE)(self.change)
        router.post("/{name}/disable", needs=Permission.USERS_MANAGE)(self.disable)
        router.post("/{name}/enable", needs=Permission.USERS_MANAGE)(self.enable)
        router.post("/{name}/reset", needs=Permission.USERS_MANAGE)(self.reset)
        router.post("/{name}/sessions/{public_id}/end", needs=Permission.USERS_MANAGE)(self.end_session)
        return router

    def users(self, visit: CurrentVisit, q: str = "") -> Response:
        """List the people."""
        paging = visit.paging()
        rows, count = self.gate.accounts.all(words=q[:80], offset=paging.offset, limit=paging.rows)
        return visit.page("people/users.html", users=paging.shown(rows, count), q=q[:80])

    def new(self, visit: CurrentVisit) -> Response:
        """Ask for a new person."""
        return visit.page("people/new.html", form=_NEW.start(roles=["staff"]), roles=list(Role))

    def add(self, visit: CurrentVisit) -> Response:
        """Add a person and show her one-time password once."""
        filled = _NEW.read(visit.data)
        if not filled.errors:
            try:
                roles = [Role(role) for role in filled["roles"]]
                user, password = self.gate.accounts.add(
                    filled["name"], filled["display_name"], roles, by=visit.user.name
                )
            except NameTaken:
                filled.refuse("name", "name_taken")
            except BadUserName:
                filled.refuse("name", "name_bad")
            else:
                visit.record("user.add", f"user/{user.name}", roles=sorted(user.roles))
                return visit.page("people/password.html", user=user, password=password, added=True)
        return visit.page("people/new.html", status=422, form=filled, roles=list(Role))

    def user(self, visit: CurrentVisit, name: str) -> Response:
        """Show one person."""
        return _shown(visit, self.gate, _known(self.gate, name))

    def change(self, visit: CurrentVisit, name: str) -> Response:
        """Change name and roles."""
        before, filled = _known(self.gate, name), _CHANGE.read(visit.data)
        if not filled.errors:
            roles = [Role(role) for role in filled["roles"]]
            try:
                after = self.gate.accounts.change(
                    name, display_name=filled["display_name"], roles=roles, version=filled["version"]
                )
            except Stale:
                filled.refuse("display_name", "stale")
            except LastAdmin:
                filled.refuse("roles", "last_admin")
            else:
                visit.record(
                    "user.change", f"user/{name}", roles=sorted(after.roles), roles_before=sorted(before.roles)
                )
                return visit.redirect(f"/users/{name}", "people.said.changed", name=after.display_name)
        return _shown(visit, self.gate, before, form=filled, status=422)

    def disable(self, visit: CurrentVisit, name: str) -> Response:
        """Close an account; its name must be typed."""
        found, filled = _known(self.gate, name), _CLOSE.read(visit.data)
        if not filled.errors and filled["typed_name"].casefold() != found.name:
            filled.refuse("typed_name", "typed_name_differs")
        if not filled.errors:
            try:
                self.gate.accounts.disable(name)
            except LastAdmin:
                filled.refuse("typed_name", "last_admin")
            else:
                visit.record("user.disable", f"user/{name}")
                return visit.redirect(f"/users/{name}", "people.said.disabled", name=found.display_name)
        return _shown(visit, self.gate, found, closing=filled, status=422)

    def enable(self, visit: CurrentVisit, name: str) -> Response:
        """Open an account again."""
        found = _known(self.gate, name)
        self.gate.accounts.enable(name)
        visit.record("user.enable", f"user/{name}")
        return visit.redirect(f"/users/{name}", "people.said.enabled", name=found.display_name)

    def reset(self, visit: CurrentVisit, name: str) -> Response:
        """Give a new one-time password and show it once."""
        _known(self.gate, name)
        user, password = self.gate.accounts.reset(name)
        visit.record("user.reset", f"user/{name}")
        return visit.page("people/password.html", user=user, password=password, added=False)

    def end_session(self, visit: CurrentVisit, name: str, public_id: str) -> Response:
        """End one session of a person."""
        found = _known(self.gate, name)
        if self.gate.sessions.end_named(public_id, user_id=found.id) is None:
            raise NotFound
        visit.record("session.end", f"user/{name}", session=public_id)
        return visit.redirect(f"/users/{name}", "people.said.session_ended")


def _known(gate: Gate, name: str) -> User:
    try:
        return gate.accounts.named(name)
    except UnknownUser as error:
        raise NotFound from error


def _shown(
    visit: Visit,
    gate: Gate,
    user: User,
    *,
    form: Filled | None = None,
    closing: Filled | None = None,
    status: int = 200,
) -> Response:
    start = _CHANGE.start(display_name=user.display_name, roles=user.roles, version=user.version)
    return visit.page(
        "people/user.html",
        status=status,
        user=user,
        form=form or start,
        closing=closing or _CLOSE.start(),
        roles=list(Role),
        sessions=gate.sessions.of_user(user.id),
        codes_left=gate.accounts.recovery_codes_left(user.id) if user.has_second_factor else 0,
    )
