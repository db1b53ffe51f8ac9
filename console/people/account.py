"""One's own account: password, second factor, sessions."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from console.errors import NotFound
from console.forms import Filled, Form, secret, words
from console.gate import Gate
from console.routing import ConsoleRouter
from console.security import second_factor
from console.security.permissions import Permission
from console.signing_in import refuse_password
from console.visit import CurrentVisit, Visit

_PASSWORD: Final = Form(secret("current"), secret("password"), secret("again"))
_CODE: Final = Form(secret("current"), words("code", longest=40))
_SECRET: Final = "totp_secret"  # noqa: S105 - a key of what a session carries


def account_router(gate: Gate) -> ConsoleRouter:
    """Return the routes of one's own account."""
    router = ConsoleRouter("/account")

    @router.get("", needs=Permission.ACCOUNT)
    def account(visit: CurrentVisit) -> Response:
        return _shown(visit, gate)

    @router.post("/password", needs=Permission.ACCOUNT)
    def password(visit: CurrentVisit) -> Response:
        filled = _PASSWORD.read(visit.data)
        _check_current(visit, gate, filled)
        refuse_password(filled, visit.user, gate)
        if filled.errors:
            return _shown(visit, gate, form=filled, status=422)
        gate.accounts.set_password(visit.user.id, filled["password"])
        ended = gate.sessions.end_all(visit.user.id, but=visit.session.digest)
        visit.record("password.change", f"user/{visit.user.name}", sessions_ended=ended)
        return visit.redirect("/account", "people.said.password_changed")

    @router.get("/second-factor", needs=Permission.ACCOUNT)
    def ask_second_factor(visit: CurrentVisit) -> Response:
        return _enrolment(visit, gate, _CODE.start())

    @router.post("/second-factor", needs=Permission.ACCOUNT)
    def take_second_factor(visit: CurrentVisit) -> Response:
        filled, held = _CODE.read(visit.data), visit.session.carried.get(_SECRET)
        _check_current(visit, gate, filled)
        shared = str(gate.deps.vault.open(str(held))) if held else ""
        step = second_factor.accepted_step(shared, filled["code"] or "", gate.deps.clock.now(), after=0)
        if not filled.errors and (not shared or step is None):
            filled.refuse("code", "code_wrong")
        if filled.errors or step is None:
            return _enrolment(visit, gate, filled, status=422)
        codes = gate.accounts.set_second_factor(visit.user.id, shared, step)
        gate.sessions.carry(visit.session.digest, {})
        visit.record("second_factor.set", f"user/{visit.user.name}")
        return visit.page("account/recovery_codes.html", codes=codes, onward="/account")

    @router.post("/sessions/{public_id}/end", needs=Permission.ACCOUNT)
    def end(visit: CurrentVisit, public_id: str) -> Response:
        if gate.sessions.end_named(public_id, user_id=visit.user.id) is None:
            raise NotFound
        visit.record("session.end", f"user/{visit.user.name}", session=public_id)
        return visit.redirect("/account", "people.said.session_ended")

    return router


def _check_current(visit: Visit, gate: Gate, filled: Filled) -> None:
    """Refuse a wrong present password; guesses at it are slowed down as they are when signing in."""
    given, name = filled.values.get("current"), visit.user.name
    address = visit.request.client.host if visit.request.client else ""
    if not given:
        return
    if wait := gate.lockout.seconds_left(name, address):
        filled.refuse("current", "wait", seconds=wait)
    elif gate.accounts.with_password(name, given) is None:
        gate.lockout.failed(name, address)
        visit.record("password.refuse", f"user/{name}")
        filled.refuse("current", "password_wrong")


def _shown(visit: Visit, gate: Gate, *, form: Filled | None = None, status: int = 200) -> Response:
    return visit.page(
        "people/account.html",
        status=status,
        form=form or _PASSWORD.start(),
        sessions=gate.sessions.of_user(visit.user.id),
        codes_left=gate.accounts.recovery_codes_left(visit.user.id) if visit.user.has_second_factor else 0,
    )


def _enrolment(visit: Visit, gate: Gate, form: Filled, *, status: int = 200) -> Response:
    held = visit.session.carried.get(_SECRET)
    shared = str(gate.deps.vault.open(str(held))) if held else second_factor.new_secret()
    if not held:
        gate.sessions.carry(visit.session.digest, {_SECRET: gate.deps.vault.seal(shared)})
    qr = second_factor.qr_code(second_factor.address_of(shared, visit.user.name))
    return visit.page("people/second_factor.html", status=status, form=form, qr=qr, shared=shared)
