"""Settings: the only place that reads the environment (and ``.env``).

Everything has a default that works on a laptop; a token switches its channel on. ``docs/settings.md`` lists them all.
"""

from __future__ import annotations

import os
import secrets
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What can be set from outside, by the upper-case name of each field."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", env_file_encoding="utf-8", extra="ignore")

    host: str = Field("127.0.0.1", description="Address the web server listens on")
    port: int = Field(8080, ge=1, le=65535, description="Port of the web server")
    public_url: str = Field("", description="https address people and channels reach this service by")
    embed_origins: str = Field("", description="Sites allowed to embed the web chat, separated by spaces")

    operator: str = Field("", description="Authority that runs the service, as citizens know it")
    hotline: str = Field("", description="Phone number of a person to talk to")
    phones: tuple[str, ...] = Field(
        ("111", "113", "115", "1022", "1900 561 292"), description="Numbers shown as links to call, as a JSON list"
    )
    help_lines: tuple[str, ...] = Field(
        (
            "113: công an",
            "115: cấp cứu",
            "111: bảo vệ trẻ em",
            "1900 561 292: công tác xã hội, hỗ trợ khủng hoảng",
        ),
        description="Lines named in a crisis, as a JSON list; compare with the authority's own list",
    )

    office_hours: str = Field(
        "Mon-Fri 07:30-11:30 13:30-17:00",
        description="When staff answer, as Mon-Fri 07:30-11:30 13:30-17:00; Sat 08:00-11:00, or always",
    )
    office_hours_shown: str = Field(
        "7:30–11:30 và 13:30–17:00, thứ Hai đến thứ Sáu", description="The same as citizens read it"
    )
    days_off: tuple[date, ...] = Field((), description="Days on which no staff answer, as a JSON list of 2027-02-05")
    answer_minutes: int = Field(30, ge=1, description="Working time within which staff mean to answer")

    inner_port: int = Field(
        0, ge=0, le=65535, description="Loopback port of /metrics and of Rasa's calls; 0: any free one"
    )
    console_port: int = Field(
        0, ge=0, le=65535, description="Port of the staff console; 0: under /console of the web server"
    )
    console_host: str = Field("127.0.0.1", description="Address the console listens on where it has its own port")
    console_idle_minutes: int = Field(30, ge=5, le=480, description="Minutes of disuse that end a console session")
    console_session_hours: int = Field(10, ge=1, le=24, description="Hours that end a console session in any case")
    console_second_factor_roles: tuple[str, ...] = Field(
        ("admin", "editor", "approver"), description="Roles that need a second factor, as a JSON list"
    )

    state_folder: Path = Field(ROOT / "var", description="Folder of everything that is made or stored")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in the state folder")
    secret_key: SecretStr = Field(
        SecretStr(""), description="Key of pseudonyms and stored facts; empty: made once in the state folder"
    )

    rasa_python: str = Field("", description="Python of the Rasa environment; empty: .venv-rasa/bin/python")
    rasa_port: int = Field(0, ge=0, le=65535, description="Loopback port of Rasa; 0: any free one")
    rasa_processes: int = Field(1, ge=1, le=16, description="How many Rasa processes share the conversations")
    redis_url: SecretStr = Field(
        SecretStr(""), description="Redis that keeps Rasa's locks (redis://host:6379/0); empty: locks in memory"
    )
    rasa_ready_seconds: float = Field(180, gt=0, description="How long Rasa may take to be ready")

    telegram_bot_token: SecretStr = Field(SecretStr(""), description="Token from BotFather; empty: no Telegram")
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""), description="Secret header Telegram sends; empty: derived from the secret key"
    )
    telegram_api_root: str = Field("https://api.telegram.org", description="Root of the Bot API")

    zalo_app_id: str = Field("", description="App id of the Zalo app; empty: no Zalo Official Account")
    zalo_app_secret: SecretStr = Field(SecretStr(""), description="Secret of the Zalo app (token refresh)")
    zalo_oa_secret_key: SecretStr = Field(SecretStr(""), description="OA secret key that signs webhooks")
    zalo_access_token: SecretStr = Field(SecretStr(""), description="First access token of the Official Account")
    zalo_refresh_token: SecretStr = Field(SecretStr(""), description="First refresh token (single use)")
    zalo_site_verification: str = Field("", description="Code of Zalo's domain verification file")
    zalo_api_root: str = Field("https://openapi.zalo.me", description="Root of the Zalo OA API")
    zalo_oauth_root: str = Field("https://oauth.zaloapp.com", description="Root of Zalo's OAuth")

    zalo_bot_token: SecretStr = Field(SecretStr(""), description="Token from Zalo Bot Creator; empty: no Zalo Bot")
    zalo_bot_webhook_secret: SecretStr = Field(
        SecretStr(""), description="Secret header the Zalo Bot Platform sends; empty: derived from the secret key"
    )
    zalo_bot_api_root: str = Field("https://bot-api.zaloplatforms.com", description="Root of the Zalo Bot API")

    reminders: Literal["off", "list", "send"] = Field(
        "off", description="off; list: offered in chat, sent by `ansinh reminders send`; send: sent every day as well"
    )
    reminders_days_ahead: int = Field(7, ge=0, le=365, description="Days before a change at which it is told")
    reminders_hour: int = Field(9, ge=7, le=21, description="Hour of the day (Vietnam) at which reminders are sent")

    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_json: bool = Field(False, description="Logs as one JSON object a line")

    @field_validator("public_url", "telegram_api_root", "zalo_api_root", "zalo_oauth_root", "zalo_bot_api_root")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        level = value.upper()
        if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError(f"LOG_LEVEL is {value!r}; use DEBUG, INFO, WARNING or ERROR")
        return level

    @property
    def origins(self) -> tuple[str, ...]:
        """Sites that may embed the web chat."""
        return tuple(self.embed_origins.split())

    @property
    def database(self) -> str:
        """The database to use."""
        return self.database_url or f"sqlite:///{self.state_folder / 'ansinh.sqlite'}"

    @property
    def rasa_interpreter(self) -> Path:
        """The Python that runs Rasa."""
        return Path(self.rasa_python) if self.rasa_python else ROOT / ".venv-rasa" / "bin" / "python"

    @property
    def telegram_enabled(self) -> bool:
        """Tell whether Telegram is switched on."""
        return bool(self.telegram_bot_token.get_secret_value())

    @property
    def zalo_enabled(self) -> bool:
        """Tell whether the Zalo Official Account is switched on."""
        # Zalo shows the OA secret key only after the webhook's address was saved and answered 200.
        return bool(self.zalo_app_id)

    @property
    def zalo_bot_enabled(self) -> bool:
        """Tell whether the Zalo Bot is switched on."""
        return bool(self.zalo_bot_token.get_secret_value())

    @cached_property
    def key(self) -> str:
        """The secret key; made once, readable by this user only, where none is set."""
        if given := self.secret_key.get_secret_value():
            return given
        path = self.state_folder / "secret.key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
        return path.read_text(encoding="utf-8").strip()
