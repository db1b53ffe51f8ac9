"""Check that a webhook call comes from Zalo.

``X-ZEvent-Signature: mac=<hex>`` with ``mac = SHA-256(app_id + body + timestamp + OA secret key)`` over the exact bytes
received: a body that was decoded and encoded again does not match.
"""

from __future__ import annotations

import hashlib
import hmac

HEADER = "X-ZEvent-Signature"
_PREFIX = "mac="


def sign(app_id: str, body: bytes, timestamp: str, secret_key: str) -> str:
    """Return the mac, 64 lower-case hex digits."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret_key.encode()).hexdigest()


def is_signed(header: str, *, app_id: str, body: bytes, timestamp: str, secret_key: str) -> bool:
    """Tell whether *header* signs *body*; never true without a secret key."""
    given = header.strip().removeprefix(_PREFIX).lower().encode("utf-8")
    expected = sign(app_id, body, timestamp, secret_key).encode()
    return hmac.compare_digest(given, expected) and bool(secret_key)
