"""Keep people apart from what they said: pseudonyms of who wrote, and sealing of what is stored.

One secret key gives two independent ones. Losing it makes stored words unreadable and every citizen a stranger;
changing it does the same.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_KEY = 16


class Vault:
    """Pseudonyms and sealed text, both by *key* (at least 16 characters)."""

    def __init__(self, key: str) -> None:
        if len(key) < SHORTEST_KEY:
            raise ValueError(f"The secret key has {len(key)} characters; give at least {SHORTEST_KEY} (SECRET_KEY).")
        self._pseudonym_key = _derive(key, "pseudonym")
        self._fernet = Fernet(base64.urlsafe_b64encode(_derive(key, "seal")))

    def conversation(self, channel: str, person: str) -> str:
        """Return the pseudonym of *person* on *channel*: stable, and of no use without the key."""
        return f"{channel}-{self._digest('conversation', channel, person)[:24]}"

    def message_key(self, channel: str, message_id: str) -> str:
        """Return the name a message is remembered by, so that a repeat is known after its content is gone."""
        return self._digest("message", channel, message_id)[:32]

    def tombstone(self, conversation_id: str) -> str:
        """Return the name an erased conversation is remembered by; nobody can be found by it."""
        return self._digest("tombstone", conversation_id)

    def seal(self, value: object) -> str:
        """Encrypt anything JSON can hold; no two results are alike."""
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return self._fernet.encrypt(plain).decode("ascii")

    def open(self, sealed: str) -> object:
        """Return what was sealed; raise ``cryptography.fernet.InvalidToken`` under another key."""
        value: object = json.loads(self._fernet.decrypt(sealed.encode("ascii")))
        return value

    def _digest(self, *parts: str) -> str:
        # Length before content: ("ab", "c") and ("a", "bc") must not meet.
        message = "".join(f"{len(part)}:{part}" for part in parts).encode()
        return hmac.new(self._pseudonym_key, message, hashlib.sha256).hexdigest()


def _derive(key: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"ansinh/bot/{purpose}".encode()).derive(key.encode())
