"""The second factor: time-based codes (RFC 6238), the QR code that hands over the secret, recovery codes."""

from __future__ import annotations

import hashlib
import io
import secrets
from datetime import datetime
from typing import Final

import pyotp
import segno

STEP_SECONDS: Final = 30
RECOVERY_CODES: Final = 10
_DRIFT_STEPS: Final = 1  # the telephone's clock may be half a minute off
_ISSUER: Final = "An Sinh"


def new_secret() -> str:
    """Return a secret to share with an authenticator app (160 bits, base32)."""
    return pyotp.random_base32()


def accepted_step(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """Return the time step whose code was given, or ``None``; a step up to *after* was used before and is refused."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return None
    totp, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_SECONDS
    for step in range(now - _DRIFT_STEPS, now + _DRIFT_STEPS + 1):
        if step > after and secrets.compare_digest(totp.at(step * STEP_SECONDS), digits):
            return step
    return None


def address_of(secret: str, name: str) -> str:
    """Return the ``otpauth://`` address an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER)


def qr_code(address: str) -> str:
    """Return *address* as an SVG drawing without styles or scripts, black on white in dark mode too."""
    drawing = io.BytesIO()
    segno.make(address, error="m").save(
        drawing, kind="svg", scale=5, border=3, dark="#000", light="#fff", xmldecl=False, svgns=False, nl=False
    )
    return drawing.getvalue().decode("ascii")


def recovery_codes() -> tuple[str, ...]:
    """Return new recovery codes, each of 48 bits: useless to guess at, given the lock-out."""
    return tuple(f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(RECOVERY_CODES))


def recovery_digest(code: str, *, user_id: int) -> str:
    """Return what is kept of a recovery code, however it was typed."""
    bare = "".join(ch for ch in code.casefold() if ch.isalnum())
    return hashlib.sha256(f"{user_id}:{bare}".encode()).hexdigest()
