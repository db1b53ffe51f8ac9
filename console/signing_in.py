"""Signing in, step by step: name and password, the second factor, a new password, a new second factor; signing out.

Each step gives the browser a new token. Nothing here tells whether a name exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.accounts import User
from console.doorway import Doorway
from console.errors import Refused
from console.forms import Filled, Form, secret, words
from console.gate import Gate
from console.routing import ConsoleRouter
from console.security import second_factor
from console.security.passwords import problem_with
from console.security.sessions import SignedIn, Stage
from core.audit import Detail

NEXT: Final = "next"
_SECRET: Final = "totp_secret"  # noqa: S105 - a key of what a session carries
_PATHS: Final = {
    Stage.CODE: "/sign-in/code",
    Stage.PASSWORD: "/sign-in/password",
    Stage.ENROL: "/sign-in/enrol",
    Stage.COMPLETE: "/",
}
_WHO: Final = Form(words("name", longest=80), secret("password"))
_CODE: Final = Form(words("code", longest=40))
_NEW: Final = Form(secret("password"), secret("again"))


@dataclass(frozen=True)
class SigningIn:
    """The pages of signing in. Every route is open to those who are not signed in yet."""

    gate: Gate

    @property
    def _doorway(self) -> Doorway:
        return Doorway(self.gate)

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter()
        for method, path, endpoint in (
            ("GET", "/sign-in", self.ask_who),
            ("POST", "/sign-in", self.take_who),
            ("GET", "/sign-in/code", self.ask_code),
            ("POST", "/sign-in/code", self.take_code),
            ("GET", "/sign-in/password", self.ask_password),
            ("POST", "/sign-in/password", self.take_password),
            ("GET", "/sign-in/enrol", self.ask_enrol),
            ("POST", "/sign-in/enrol", self.take_enrol),
            ("POST", "/sign-out", self.sign_out),
        ):
            router.open(method, path)(endpoint)
        return router

    async def ask_who(self, request: Request) -> Response:
        """Ask for name and password."""
        self.gate.require_safe_transport(request)
        found = await run_in_threadpool(self.gate.identify, request)
        if found is not None and found[1].stage is Stage.COMPLETE:
            return RedirectResponse(self.gate.url("/"), status_code=303)
        return await self._who(request, _WHO.start(), request.query_params.get(NEXT, ""))

    async def take_who(self, request: Request) -> Response:
        """Check name and password; a wrong pair and a locked one are answered alike."""
        self.gate.require_safe_transport(request)
        data = await self.gate.checked_form(request, self._doorway.expected(request))
        filled, onward = _WHO.read(data), str(data.get(NEXT, ""))
        if filled.errors:
            return await self._who(request, filled, onward, status=422)
        name, address = filled["name"].casefold(), _address(request)
        wait = await run_in_threadpool(self.gate.lockout.seconds_left, name, address)
        user = None if wait else await run_in_threadpool(self.gate.accounts.with_password, name, filled["password"])
        if user is None:
            return await run_in_threadpool(self._failed, request, name, filled, onward, wait)
        return await run_in_threadpool(self._go_on, request, user, _local(onward))

    async def ask_code(self, request: Request) -> Response:
        """Ask for the code of the second factor."""
        user, session = await self._at(request, Stage.CODE)
        return await self._step(session, "account/code.html", form=_CODE.start(), user=user)

    async def take_code(self, request: Request) -> Response:
        """Check the code; failures count against the account as wrong passwords do."""
        user, session = await self._at(request, Stage.CODE)
        filled = _CODE.read(await self.gate.checked_form(request, session.csrf))
        wait = await run_in_threadpool(self.gate.lockout.seconds_left, user.name, _address(request))
        if not filled.errors and not wait:
            by = await run_in_threadpool(self.gate.accounts.proves, user.id, filled["code"])
            if by is not None:
                if by == "recovery":
                    await run_in_threadpool(self._record, user, "sign_in.recovery_code", request)
                return await run_in_threadpool(self._after_code, request, user, session)
            await run_in_threadpool(self.gate.lockout.failed, user.name, _address(request))
            await run_in_threadpool(self._record, user, "sign_in.refuse_code", request)
            filled.refuse("code", "code_wrong")
        elif wait:
            filled.refuse("code", "wait", seconds=wait)
        return await self._step(session, "account/code.html", status=422, form=filled, user=user)

    async def ask_password(self, request: Request) -> Response:
        """Ask for a new password in place of the one-time one."""
        user, session = await self._at(request, Stage.PASSWORD)
        return await self._step(session, "account/new_password.html", form=_NEW.start(), user=user)

    async def take_password(self, request: Request) -> Response:
        """Take the new password."""
        user, session = await self._at(request, Stage.PASSWORD)
        filled = _NEW.read(await self.gate.checked_form(request, session.csrf))
        await run_in_threadpool(refuse_password, filled, user, self.gate)
        if filled.errors:
            return await self._step(session, "account/new_password.html", status=422, form=filled, user=user)
        await run_in_threadpool(self.gate.accounts.set_password, user.id, filled["password"])
        await run_in_threadpool(self._record, user, "password.change", request)
        return await run_in_threadpool(self._enrol_or_enter, request, user, session)

    async def ask_enrol(self, request: Request) -> Response:
        """Show the secret of a second factor to be set up."""
        user, session = await self._at(request, Stage.ENROL)
        return await self._enrolment(user, session, _CODE.start())

    async def take_enrol(self, request: Request) -> Response:
        """Check the first code of the new second factor, then show the recovery codes once."""
        user, session = await self._at(request, Stage.ENROL)
        filled = _CODE.read(await self.gate.checked_form(request, session.csrf))
        held = session.carried.get(_SECRET)
        shared = str(self.gate.deps.vault.open(str(held))) if held else ""
        step = second_factor.accepted_step(shared, filled["code"] or "", self.gate.deps.clock.now(), after=0)
        if not shared or step is None:
            filled.refuse("code", "code_wrong")
            return await self._enrolment(user, session, filled, status=422)
        codes = await run_in_threadpool(self.gate.accounts.set_second_factor, user.id, shared, step)
        await run_in_threadpool(self._record, user, "second_factor.set", request)
        token = await run_in_threadpool(self._rotated, request, user, Stage.COMPLETE, session)
        await run_in_threadpool(self._entered, user, request)
        response = HTMLResponse(
            self.gate.pages.draw("account/recovery_codes.html", visit=None, codes=codes, onward=self._onward(session))
        )
        self.gate.remember(request, response, token)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        found = await run_in_threadpool(self.gate.identify, request)
        if found is None:
            return RedirectResponse(self.gate.url("/sign-in"), status_code=303)
        user, session = found
        await self.gate.checked_form(request, session.csrf)
        await run_in_threadpool(self.gate.sessions.end, session.digest)
        await run_in_threadpool(self._record, user, "sign_out", request)
        response = RedirectResponse(self.gate.url("/sign-in?out=1"), status_code=303)
        self.gate.forget(request, response)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    async def _who(self, request: Request, form: Filled, onward: str, status: int = 200) -> Response:
        return self._drawn_who(request, form, onward, status)

    def _drawn_who(self, request: Request, form: Filled, onward: str, status: int) -> Response:
        number = self._doorway.number(request)
        body = self.gate.pages.draw(
            "account/sign_in.html",
            visit=None,
            form=form,
            onward=_local(onward),
            token=self._doorway.token(number),
            out=request.query_params.get("out") == "1",
        )
        response = HTMLResponse(body, status_code=status)
        self._doorway.remember(request, response, number)
        return response

    def _failed(self, request: Request, name: str, filled: Filled, onward: str, wait: int) -> Response:
        if not wait:
            self.gate.lockout.failed(name, _address(request))
            wait = self.gate.lockout.seconds_left(name, _address(request))
        who = name if len(name) <= 40 and name.isascii() else "?"
        details: dict[str, Detail] = {"address": _address(request), "wait": wait}
        self.gate.deps.audit.write(actor=who, action="sign_in.refuse", subject="console", details=details)
        filled.raw["name"] = filled["name"]
        filled.refuse("password", "sign_in_wait" if wait else "sign_in_wrong", seconds=wait)
        response = self._drawn_who(request, filled, onward, 429 if wait else 422)
        if wait:
            response.headers["Retry-After"] = str(wait)
        return response

    def _go_on(self, request: Request, user: User, onward: str) -> Response:
        stage = Stage.CODE if user.has_second_factor else self._stage_after_code(user)
        return self._moved(request, user, stage, None, {NEXT: onward} if onward else {})

    def _after_code(self, request: Request, user: User, session: SignedIn) -> Response:
        return self._moved(request, user, self._stage_after_code(user), session, session.carried)

    def _enrol_or_enter(self, request: Request, user: User, session: SignedIn) -> Response:
        stage = Stage.ENROL if self._must_enrol(user) else Stage.COMPLETE
        return self._moved(request, user, stage, session, session.carried)

    def _stage_after_code(self, user: User) -> Stage:
        if user.must_change_password:
            return Stage.PASSWORD
        return Stage.ENROL if self._must_enrol(user) else Stage.COMPLETE

    def _must_enrol(self, user: User) -> bool:
        asked = set(self.gate.deps.settings.second_factor_roles)
        return not user.has_second_factor and bool(asked & set(user.roles))

    def _moved(
        self, request: Request, user: User, stage: Stage, session: SignedIn | None, carried: Mapping[str, Any]
    ) -> Response:
        token = self._rotated(request, user, stage, session)
        opened = self.gate.sessions.find(token)
        if opened is not None and carried and stage is not Stage.COMPLETE:
            self.gate.sessions.carry(opened.digest, carried)
        path = _PATHS[stage]
        if stage is Stage.COMPLETE:
            self._entered(user, request)
            path = str(carried.get(NEXT) or "/")
        response = RedirectResponse(self.gate.url(path), status_code=303)
        self.gate.remember(request, response, token)
        return response

    def _rotated(self, request: Request, user: User, stage: Stage, session: SignedIn | None) -> str:
        before = request.cookies.get(self.gate.cookie(request), "") if session is not None else ""
        agent = request.headers.get("user-agent", "")
        return self.gate.sessions.open(user.id, stage, address=_address(request), agent=agent, instead_of=before)

    def _entered(self, user: User, request: Request) -> None:
        self.gate.lockout.succeeded(user.name, _address(request))
        self.gate.accounts.signed_in(user.id)
        self._record(user, "sign_in", request)

    async def _at(self, request: Request, stage: Stage) -> tuple[User, SignedIn]:
        """Return who is at *stage*; whoever is not is led to where she is."""
        self.gate.require_safe_transport(request)
        found = await run_in_threadpool(self.gate.identify, request)
        if found is None or found[1].stage is not stage:
            raise Refused(401, "sign_in")
        return found

    async def _step(self, session: SignedIn, template: str, status: int = 200, **context: Any) -> Response:
        body = self.gate.pages.draw(template, visit=None, token=session.csrf, **context)
        return HTMLResponse(body, status_code=status)

    async def _enrolment(self, user: User, session: SignedIn, form: Filled, status: int = 200) -> Response:
        held = session.carried.get(_SECRET)
        shared = str(self.gate.deps.vault.open(str(held))) if held else second_factor.new_secret()
        if not held:
            carried = {**session.carried, _SECRET: self.gate.deps.vault.seal(shared)}
            await run_in_threadpool(self.gate.sessions.carry, session.digest, carried)
        qr = second_factor.qr_code(second_factor.address_of(shared, user.name))
        return await self._step(session, "account/enrol.html", status, form=form, user=user, qr=qr, shared=shared)

    def _onward(self, session: SignedIn) -> str:
        return str(session.carried.get(NEXT) or "/")

    def _record(self, user: User, what: str, request: Request) -> None:
        details = {"address": _address(request)}
        self.gate.deps.audit.write(actor=user.name, action=what, subject=f"user/{user.name}", details=details)


def refuse_password(filled: Filled, user: User, gate: Gate) -> None:
    """Add what is wrong with a new password and its repetition."""
    if filled.errors:
        return
    if filled["password"] != filled["again"]:
        filled.refuse("again", "passwords_differ")
    elif problem := problem_with(filled["password"], name=user.name):
        filled.refuse("password", problem)
    elif gate.accounts.with_password(user.name, filled["password"]) is not None:
        filled.refuse("password", "password_same")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _local(onward: str) -> str:
    """Return *onward* where it is a path of the console, else nothing: no one is led to another host."""
    is_path = onward.startswith("/") and not onward.startswith(("//", "/\\"))
    return onward if is_path and onward.isprintable() and "\\" not in onward and len(onward) < 500 else ""
