"""``ansinh user``: who may sign in to the console. A new password is printed once and must be changed at once."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.bootstrap import Parts
from app.cli.output import console, emit, fail
from app.console import accounts_of
from app.logs import configure
from app.settings import Settings
from console.accounts import Accounts, User
from console.errors import BadUserName, LastAdmin, NameTaken, UnknownUser
from console.security.permissions import Role

user = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="People who may sign in to the console.")

Name = Annotated[str, typer.Argument(help="user name: a-z, 0-9, dot, hyphen, underscore")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object a person")]
Roles = Annotated[list[Role], typer.Option("--role", help="repeatable")]


@user.command()
def add(
    name: Name,
    role: Roles,
    display_name: Annotated[str, typer.Option(help="name shown to colleagues and citizens")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a person and print a one-time password."""
    parts = _parts()
    try:
        added, password = accounts_of(parts).add(name, display_name or name, role, by=_operator())
    except (NameTaken, BadUserName) as error:
        fail(error)
    _record(parts, "user.add", added, roles=sorted(added.roles))
    _show_password(added, password, as_json)


@user.command(name="list")
def list_(as_json: AsJson = False) -> None:
    """Show everybody who may sign in."""
    people, _ = accounts_of(_parts()).all(limit=10_000)
    if as_json:
        for one in people:
            emit(_plain(one))
        return
    table = Table("name", "shown as", "roles", "second factor", "last signed in", "state")
    for one in people:
        last = f"{one.signed_in_at:%Y-%m-%d %H:%M}" if one.signed_in_at else "never"
        state = "disabled" if one.disabled_at else "one-time password" if one.must_change_password else "open"
        factor = "yes" if one.has_second_factor else "no"
        table.add_row(*map(escape, (one.name, one.display_name, ", ".join(sorted(one.roles)), factor, last, state)))
    console.print(table)


@user.command()
def disable(name: Name) -> None:
    """Close an account and end its sessions."""
    parts = _parts()
    _record(parts, "user.disable", _changed(accounts_of(parts), name))
    console.print(f"{escape(name)} can no longer sign in; open sessions are over.")


@user.command()
def reset(name: Name, as_json: AsJson = False) -> None:
    """Drop password and second factor, open the account again, and print a new one-time password."""
    parts = _parts()
    accounts = accounts_of(parts)
    try:
        accounts.enable(name)
        changed, password = accounts.reset(name)
    except UnknownUser as error:
        fail(error)
    _record(parts, "user.reset", changed)
    _show_password(changed, password, as_json)


def _parts() -> Parts:
    configure("ERROR")
    return Parts.of(Settings())


def _changed(accounts: Accounts, name: str) -> User:
    try:
        return accounts.disable(name)
    except (UnknownUser, LastAdmin) as error:
        return fail(error)


def _record(parts: Parts, action: str, subject: User, **details: list[str]) -> None:
    parts.audit.write(actor=_operator(), action=action, subject=f"user/{subject.name}", details=details)


def _operator() -> str:
    """Return who sits at the terminal, for the audit log."""
    try:
        return f"terminal/{getpass.getuser()}"[:40]
    except (KeyError, OSError):
        return "terminal"


def _show_password(who: User, password: str, as_json: bool) -> None:
    if as_json:
        emit({**_plain(who), "password": password})
        return
    console.print(f"{escape(who.name)} ({', '.join(sorted(who.roles))})")
    console.print(f"One-time password, shown only now: [bold]{password}[/]")


def _plain(who: User) -> dict[str, object]:
    return {
        "name": who.name,
        "display_name": who.display_name,
        "roles": sorted(who.roles),
        "second_factor": who.has_second_factor,
        "disabled": who.disabled_at is not None,
        "must_change_password": who.must_change_password,
        "signed_in_at": who.signed_in_at.isoformat() if who.signed_in_at else None,
    }
