"""Ask Zalo's OAuth for a pair of tokens: by a code after authorisation, or by the last refresh token.

Zalo answers some refusals with HTTP 200; only an answer with both tokens in it is one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from bot.channels.zalo_oa.config import ZaloConfig
from bot.errors import BotError, RetryLater

TIMEOUT_SECONDS = 20.0
USUAL_LIFE_SECONDS = 90_000  # 25 hours


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An access token, how long it lives, and the refresh token (single use) that follows it."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    life: timedelta


class TokensRefused(BotError):
    """Zalo gave no tokens and will not for the same request."""

    def __init__(self, reason: str) -> None:
        self.reason = reason[:120]
        super().__init__(f"Zalo gave no tokens: {self.reason}. Authorise the account: ansinh zalo authorize")


async def ask_for_tokens(config: ZaloConfig, client: httpx.AsyncClient, **request: str) -> TokenPair:
    """Return the pair that *request* (its grant type and what goes with it) brings.

    Raise ``RetryLater`` when Zalo could not answer, ``TokensRefused`` when it would not.
    """
    try:
        response = await client.post(
            f"{config.oauth_root}/v4/oa/access_token",
            data={"app_id": config.app_id, **request},
            headers={"secret_key": config.app_secret},
            timeout=TIMEOUT_SECONDS,
        )
        answer = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise RetryLater(f"zalo_oauth_{type(error).__name__}") from error
    if response.is_server_error or not isinstance(answer, dict):
        raise RetryLater(f"zalo_oauth_{response.status_code}")
    return _pair(answer)


def _pair(answer: dict[str, Any]) -> TokenPair:
    access_token, refresh_token = answer.get("access_token"), answer.get("refresh_token")
    if not (isinstance(access_token, str) and access_token and isinstance(refresh_token, str) and refresh_token):
        raise TokensRefused(str(answer.get("error_name") or answer.get("error") or "no token in the answer"))
    return TokenPair(access_token, refresh_token, timedelta(seconds=_seconds(answer.get("expires_in"))))


def _seconds(given: object) -> int:
    """Return a life in seconds; Zalo writes it as text."""
    text = str(given)
    is_usual = text.isascii() and text.isdigit() and len(text) < 7
    return int(text) if is_usual else USUAL_LIFE_SECONDS
