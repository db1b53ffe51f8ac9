"""What the Zalo Official Account needs to be told once."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ZaloConfig:
    """The app, its secrets and the first pair of tokens.

    ``oa_secret_key`` signs webhooks (it is shown on the webhook page); ``app_secret`` renews tokens: two things.
    """

    app_id: str
    oa_secret_key: str = field(repr=False)
    app_secret: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    api_root: str = "https://openapi.zalo.me"
    oauth_root: str = "https://oauth.zaloapp.com"
    path: str = "/channels/zalo"
    site_verification: str = ""
