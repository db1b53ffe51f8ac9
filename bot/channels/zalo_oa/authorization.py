"""Authorise the app for an Official Account: OAuth's code flow with PKCE.

The account's administrator opens ``permission_url``, allows the app, and is sent back with a code of ten minutes. Only
who holds the verifier (it never leaves this side) can turn the code into tokens.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from bot.channels.zalo_oa.config import ZaloConfig
from bot.channels.zalo_oa.oauth import TokenPair, ask_for_tokens
from bot.errors import BotError

RETURN_PATH = "/channels/zalo/authorized"


class NotAuthorised(BotError):
    """The address the administrator was sent back to does not prove that she allowed this request."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__(f"Not authorised: {cause}. Begin again with: ansinh zalo authorize")


@dataclass(frozen=True, slots=True)
class Authorization:
    """One attempt: the secret it is bound to, and the mark by which its answer is known."""

    verifier: str = field(repr=False)
    state: str

    @classmethod
    def begin(cls) -> Authorization:
        """Return a new attempt."""
        return cls(secrets.token_urlsafe(48), secrets.token_urlsafe(24))

    def permission_url(self, config: ZaloConfig, return_url: str) -> str:
        """Return the address where the administrator allows the app; *return_url* must be registered with Zalo."""
        asked = {
            "app_id": config.app_id,
            "redirect_uri": return_url,
            "code_challenge": challenge_of(self.verifier),
            "state": self.state,
        }
        return f"{config.oauth_root}/v4/oa/permission?{urlencode(asked)}"

    async def tokens(self, config: ZaloConfig, client: httpx.AsyncClient, sent_back_to: str) -> TokenPair:
        """Return the tokens for the code in *sent_back_to*.

        Raise ``NotAuthorised``, ``TokensRefused`` or ``RetryLater``.
        """
        answer = parse_qs(urlsplit(sent_back_to.strip()).query)
        code, state = answer.get("code", [""])[0], answer.get("state", [""])[0]
        if not hmac.compare_digest(state.encode(), self.state.encode()):
            raise NotAuthorised("the address belongs to another attempt (its state differs)")
        if not code:
            raise NotAuthorised(f"the address holds no code ({answer.get('error', ['refused'])[0][:60]})")
        return await ask_for_tokens(
            config, client, grant_type="authorization_code", code=code, code_verifier=self.verifier
        )


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of *verifier* (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
