"""Passwords: hashing by argon2id, the rules for a new one, and one-time passwords for new people."""

from __future__ import annotations

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 12
LONGEST: Final = 200  # argon2 would hash a megabyte just as gladly
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"  # nothing that is read wrongly over the telephone
_COMMON: Final = ("password", "matkhau", "ansinh", "123456", "abcdef", "qwerty", "111111", "000000")


class Passwords:
    """Hashes and verifies; verifying against no account costs the same as against one."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """Return the hash to store."""
        return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Tell whether *password* belongs to *stored*; ``None`` (no such account) takes as long and is false."""
        try:
            self._hasher.verify(stored or self._nobody, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Tell whether *stored* was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def problem_with(password: str, *, name: str) -> str | None:
    """Return the key of what is wrong with a new password, or ``None``."""
    plain = password.casefold().replace(" ", "")
    if len(password) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    if name.casefold() in plain or len(set(plain)) < 5:
        return "password_guessable"
    rest = plain
    for word in _COMMON:
        rest = rest.replace(word, "")
    return "password_guessable" if len(rest) < 6 else None


def one_time_password() -> str:
    """Return a password to be read out once and changed at the first sign-in (80 bits)."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
