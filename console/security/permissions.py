"""Who may do what: permissions, and the roles that carry them. Deny is the default everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """One thing a person may do. Stored nowhere; a role's permissions change with the code."""

    LOOKUP = "lookup"  # search guides, figures, clauses
    DESK = "desk"  # judge a caller's case, print the checklist
    INBOX_READ = "inbox.read"
    INBOX_ANSWER = "inbox.answer"  # claim, write, hand over, give back
    PERSONAL_VIEW = "personal.view"  # uncover masked facts and words of a citizen; every view is recorded
    CORRECTIONS_WRITE = "corrections.write"
    CORRECTIONS_RESOLVE = "corrections.resolve"
    SCREENING = "screening"
    RULES_READ = "rules.read"
    RULES_EDIT = "rules.edit"
    RULES_APPROVE = "rules.approve"
    DOCUMENTS_READ = "documents.read"
    DOCUMENTS_EDIT = "documents.edit"
    DOCUMENTS_APPROVE = "documents.approve"
    USERS_READ = "users.read"
    USERS_MANAGE = "users.manage"
    SWITCHES_READ = "switches.read"  # switches, channels, retention
    SWITCHES_USE = "switches.use"
    AUDIT_READ = "audit.read"
    AUDIT_EXPORT = "audit.export"
    FIGURES_READ = "figures.read"
    ACCOUNT = "account"  # one's own password, sessions and second factor


class Role(StrEnum):
    """What a person is here; a person may be several. Stored, so names never change."""

    STAFF = "staff"
    EDITOR = "editor"
    APPROVER = "approver"
    ADMIN = "admin"
    AUDITOR = "auditor"


_P = Permission
_EVERYBODY: Final = frozenset({_P.ACCOUNT, _P.LOOKUP, _P.FIGURES_READ})

PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.STAFF: _EVERYBODY
    | {_P.DESK, _P.INBOX_READ, _P.INBOX_ANSWER, _P.PERSONAL_VIEW, _P.CORRECTIONS_WRITE, _P.SCREENING, _P.RULES_READ},
    Role.EDITOR: _EVERYBODY
    | {
        _P.DESK,
        _P.CORRECTIONS_WRITE,
        _P.CORRECTIONS_RESOLVE,
        _P.RULES_READ,
        _P.RULES_EDIT,
        _P.DOCUMENTS_READ,
        _P.DOCUMENTS_EDIT,
    },
    Role.APPROVER: _EVERYBODY | {_P.DESK, _P.RULES_READ, _P.RULES_APPROVE, _P.DOCUMENTS_READ, _P.DOCUMENTS_APPROVE},
    Role.ADMIN: _EVERYBODY
    | {
        _P.RULES_READ,
        _P.DOCUMENTS_READ,
        _P.USERS_READ,
        _P.USERS_MANAGE,
        _P.SWITCHES_READ,
        _P.SWITCHES_USE,
        _P.AUDIT_READ,
    },
    Role.AUDITOR: _EVERYBODY
    | {_P.RULES_READ, _P.DOCUMENTS_READ, _P.USERS_READ, _P.SWITCHES_READ, _P.AUDIT_READ, _P.AUDIT_EXPORT},
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return everything that *roles* together may do."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))
