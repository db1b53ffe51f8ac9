"""The people who may sign in: who they are, what they may do, how they prove it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import Update, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from console.errors import BadUserName, LastAdmin, NameTaken, Stale, UnknownUser
from console.security import second_factor
from console.security.passwords import Passwords, one_time_password
from console.security.permissions import Permission, Role, permissions_of
from console.tables import RecoveryCodeRow, SessionRow, UserRow
from core.clock import Clock
from core.database import Database
from core.vietnamese.text import nfc

_NAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,39}")


class Seal(Protocol):
    """Encrypts what is kept readable only for this service; the ``Vault`` does."""

    def seal(self, value: object) -> str: ...
    def open(self, sealed: str) -> object: ...


@dataclass(frozen=True, slots=True)
class User:
    """A person as the console knows her; without secrets."""

    id: int
    name: str
    display_name: str
    roles: frozenset[Role]
    must_change_password: bool
    has_second_factor: bool
    disabled_at: datetime | None
    created_at: datetime
    created_by: str
    signed_in_at: datetime | None
    version: int

    def may(self, permission: Permission) -> bool:
        """Tell whether any role of hers carries *permission*."""
        return self.disabled_at is None and permission in permissions_of(self.roles)


class Accounts:
    """Adds, changes and proves people. Passwords leave here once, when they are made."""

    def __init__(self, database: Database, clock: Clock, seal: Seal, passwords: Passwords | None = None) -> None:
        self._database, self._clock, self._seal = database, clock, seal
        self._passwords = passwords or Passwords()

    def add(self, name: str, display_name: str, roles: Collection[Role], *, by: str) -> tuple[User, str]:
        """Add a person; return her and a one-time password. Raise ``NameTaken``, ``BadUserName``."""
        plain, password = _checked(name), one_time_password()
        try:
            return self._added(plain, display_name, roles, by, password), password
        except IntegrityError as error:
            raise NameTaken(plain) from error

    def _added(self, plain: str, display_name: str, roles: Collection[Role], by: str, password: str) -> User:
        with self._database.session() as session:
            row = UserRow(
                name=plain,
                display_name=nfc(display_name).strip() or plain,
                roles=_joined(roles),
                password_hash=self._passwords.hash(password),
                must_change_password=True,
                totp_last_step=0,
                created_at=self._clock.now(),
                created_by=by,
                version=1,
            )
            session.add(row)
            session.flush()
            return _user(row)

    def named(self, name: str) -> User:
        """Return the person called *name*; raise ``UnknownUser``."""
        with self._database.session() as session:
            return _user(_row(session, name))

    def by_id(self, user_id: int) -> User | None:
        """Return a person by number."""
        with self._database.session() as session:
            row = session.get(UserRow, user_id)
            return _user(row) if row is not None else None

    def all(self, *, words: str = "", offset: int = 0, limit: int = 1000) -> tuple[Sequence[User], int]:
        """Return the people whose name holds *words*, by name, and how many there are."""
        like = f"%{words.casefold()}%"
        wanted = or_(UserRow.name.like(like), func.lower(UserRow.display_name).like(like))
        with self._database.session() as session:
            count = session.scalar(select(func.count()).select_from(UserRow).where(wanted)) or 0
            rows = session.scalars(select(UserRow).where(wanted).order_by(UserRow.name).offset(offset).limit(limit))
            return [_user(row) for row in rows], count

    def change(self, name: str, *, display_name: str, roles: Collection[Role], version: int) -> User:
        """Change name and roles; raise ``Stale`` when somebody else did meanwhile, ``LastAdmin``.

        Every session of hers ends, so that a role taken away is gone at once.
        """
        with self._database.session() as session:
            row = _row(session, name)
            if row.version != version:
                raise Stale
            if Role.ADMIN not in roles:
                _keep_an_admin(session, row)
            row.display_name, row.roles = nfc(display_name).strip() or row.name, _joined(roles)
            _touch(session, row)
            return _user(row)

    def disable(self, name: str) -> User:
        """Close an account and end its sessions; raise ``LastAdmin``."""
        with self._database.session() as session:
            row = _row(session, name)
            _keep_an_admin(session, row)
            row.disabled_at = row.disabled_at or self._clock.now()
            _touch(session, row)
            return _user(row)

    def enable(self, name: str) -> User:
        """Open a closed account again."""
        with self._database.session() as session:
            row = _row(session, name)
            row.disabled_at = None
            _touch(session, row)
            return _user(row)

    def reset(self, name: str) -> tuple[User, str]:
        """Give a new one-time password, drop the second factor, and end every session."""
        password = one_time_password()
        with self._database.session() as session:
            row = _row(session, name)
            row.password_hash, row.must_change_password = self._passwords.hash(password), True
            row.totp_secret = None
            session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == row.id))
            _touch(session, row)
            return _user(row), password

    def with_password(self, name: str, password: str) -> User | None:
        """Return the person whose name and password these are, or ``None``; either answer takes as long."""
        with self._database.session() as session:
            row = session.scalar(select(UserRow).where(UserRow.name == name.strip().casefold()))
            stored = row.password_hash if row is not None and row.disabled_at is None else None
        if not self._passwords.matches(stored, password) or row is None:
            return None
        if stored is not None and self._passwords.is_outdated(stored):
            with self._database.session() as session:
                again = self._passwords.hash(password)
                session.execute(update(UserRow).where(UserRow.id == row.id).values(password_hash=again))
        return _user(row)

    def set_password(self, user_id: int, password: str) -> None:
        """Store a password the person chose herself."""
        hashed = self._passwords.hash(password)
        with self._database.session() as session:
            changes = {"password_hash": hashed, "must_change_password": False, "version": UserRow.version + 1}
            session.execute(update(UserRow).where(UserRow.id == user_id).values(**changes))

    def signed_in(self, user_id: int) -> None:
        """Remember when a person signed in last."""
        with self._database.session() as session:
            session.execute(update(UserRow).where(UserRow.id == user_id).values(signed_in_at=self._clock.now()))

    def set_second_factor(self, user_id: int, secret: str, step: int) -> tuple[str, ...]:
        """Ask for codes of *secret* from now on; return new recovery codes, which are not kept readable."""
        codes = second_factor.recovery_codes()
        with self._database.session() as session:
            values = {"totp_secret": self._seal.seal(secret), "totp_last_step": step, "version": UserRow.version + 1}
            session.execute(update(UserRow).where(UserRow.id == user_id).values(**values))
            session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))
            digests = (second_factor.recovery_digest(code, user_id=user_id) for code in codes)
            session.add_all(RecoveryCodeRow(digest=digest, user_id=user_id) for digest in digests)
        return codes

    def proves(self, user_id: int, code: str) -> str | None:
        """Return by what *code* proves the person: ``totp`` or ``recovery``; ``None``: by nothing. Each counts once."""
        with self._database.session() as session:
            row = session.get(UserRow, user_id)
            if row is None or row.totp_secret is None:
                return None
            secret = str(self._seal.open(row.totp_secret))
            step = second_factor.accepted_step(secret, code, self._clock.now(), after=row.totp_last_step)
            if step is not None:
                taken = update(UserRow).where(UserRow.id == user_id, UserRow.totp_last_step < step)
                return "totp" if _rows(session, taken.values(totp_last_step=step)) else None
            digest = second_factor.recovery_digest(code, user_id=user_id)
            unused = update(RecoveryCodeRow).where(RecoveryCodeRow.digest == digest, RecoveryCodeRow.used_at.is_(None))
            return "recovery" if _rows(session, unused.values(used_at=self._clock.now())) else None

    def recovery_codes_left(self, user_id: int) -> int:
        """Return how many recovery codes are unused."""
        unused = select(func.count()).where(RecoveryCodeRow.user_id == user_id, RecoveryCodeRow.used_at.is_(None))
        with self._database.session() as session:
            return session.scalar(unused) or 0


def _user(row: UserRow) -> User:
    return User(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        roles=frozenset(Role(role) for role in row.roles.split()),
        must_change_password=row.must_change_password,
        has_second_factor=row.totp_secret is not None,
        disabled_at=row.disabled_at,
        created_at=row.created_at,
        created_by=row.created_by,
        signed_in_at=row.signed_in_at,
        version=row.version,
    )


def _row(session: Session, name: str) -> UserRow:
    row = session.scalar(select(UserRow).where(UserRow.name == name.strip().casefold()).with_for_update())
    if row is None:
        raise UnknownUser(name)
    return row


def _touch(session: Session, row: UserRow) -> None:
    row.version += 1
    session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))


def _keep_an_admin(session: Session, row: UserRow) -> None:
    if Role.ADMIN not in row.roles.split() or row.disabled_at is not None:
        return
    others = session.scalars(select(UserRow.roles).where(UserRow.id != row.id, UserRow.disabled_at.is_(None)))
    if not any(Role.ADMIN in roles.split() for roles in others):
        raise LastAdmin(row.name)


def _rows(session: Session, statement: Update) -> int:
    return int(getattr(session.execute(statement), "rowcount", 0))


def _joined(roles: Iterable[Role]) -> str:
    return " ".join(sorted(set(roles)))


def _checked(name: str) -> str:
    plain = name.strip().casefold()
    if not _NAME.fullmatch(plain):
        raise BadUserName(name)
    return plain
