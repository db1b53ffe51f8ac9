"""``ansinh telegram``, ``zalo`` and ``zalo-bot`` against servers that refuse what the real ones refuse."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
import typer
from click.testing import Result
from typer.testing import CliRunner

from app.bootstrap import Parts
from app.channels import zalo_config
from app.cli import commands
from app.diagnosis import _zalo, _zalo_bot
from app.findings import Health
from app.settings import Settings
from bot.channels.zalo_oa import ZaloTokens
from bot.errors import RetryLater
from bot.storage import Storage
from tests.contracts.server import serving, serving_beside
from tests.contracts.telegram.fake import FakeTelegram
from tests.contracts.zalo_bot.fake import FakeZaloBot
from tests.contracts.zalo_oa.fake import APP_ID, APP_SECRET, FakeZalo

PUBLIC = "https://ansinh.example.vn"


class Terminal:
    """Runs commands with settings of its own."""

    def __init__(self, folder: Path) -> None:
        self.settings = {"STATE_FOLDER": str(folder), "SECRET_KEY": "a key for the tests only", "PUBLIC_URL": PUBLIC}
        self.application = typer.Typer()
        commands.register(self.application)

    def run(self, *words: str) -> Result:
        try:
            return CliRunner().invoke(self.application, list(words), env=self.settings)
        finally:
            structlog.reset_defaults()  # the command's logs went to a terminal that is closed now

    def parts(self) -> Parts:
        return Parts.of(Settings(**{name.lower(): value for name, value in self.settings.items()}))  # type: ignore[arg-type]

    def read(self, *words: str) -> dict[str, Any]:
        result = self.run(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def telegram(terminal: Terminal) -> Iterator[FakeTelegram]:
    fake = FakeTelegram()
    with serving_beside(fake.app) as root:
        terminal.settings |= {"TELEGRAM_BOT_TOKEN": fake.token, "TELEGRAM_API_ROOT": root}
        yield fake


@pytest.fixture
def zalo_bot(terminal: Terminal) -> Iterator[FakeZaloBot]:
    fake = FakeZaloBot()
    with serving_beside(fake.app) as root:
        terminal.settings |= {"ZALO_BOT_TOKEN": fake.token, "ZALO_BOT_API_ROOT": root}
        yield fake


@pytest.fixture
def zalo(terminal: Terminal) -> Iterator[FakeZalo]:
    fake = FakeZalo()
    with serving_beside(fake.app) as root:
        terminal.settings |= {"ZALO_APP_ID": APP_ID, "ZALO_APP_SECRET": APP_SECRET, "ZALO_OAUTH_ROOT": root}
        yield fake


def test_telegram_webhook_is_set_shown_and_deleted(terminal: Terminal, telegram: FakeTelegram) -> None:
    """The secret goes with it, or anybody could post updates."""
    assert terminal.read("telegram", "set-webhook")["url"] == f"{PUBLIC}/channels/telegram"
    assert len(telegram.webhook["secret_token"]) == 64
    assert terminal.read("telegram", "info")["bot"] == "ansinh_bot"
    assert terminal.read("telegram", "delete")["url"] == ""
    assert terminal.read("telegram", "set-webhook", "--url", "https://b.vn/")["url"] == "https://b.vn/channels/telegram"


def test_telegram_says_what_is_wrong(terminal: Terminal, telegram: FakeTelegram) -> None:
    no_https = terminal.run("telegram", "set-webhook", "--url", "http://b.vn")
    terminal.settings["TELEGRAM_BOT_TOKEN"] = "1:wrong"
    wrong_token = terminal.run("telegram", "info")
    terminal.settings["TELEGRAM_BOT_TOKEN"] = ""
    off = terminal.run("telegram", "info", "--json")

    assert (no_https.exit_code, wrong_token.exit_code, off.exit_code) == (1, 1, 2)
    assert "https" in no_https.stderr
    assert "InvalidToken" in wrong_token.stderr
    assert "TELEGRAM_BOT_TOKEN" in off.stderr
    assert "1:wrong" not in wrong_token.output
    assert off.stdout == ""


def test_zalo_bot_webhook_is_set_shown_and_deleted(terminal: Terminal, zalo_bot: FakeZaloBot) -> None:
    assert terminal.read("zalo-bot", "set-webhook")["url"] == f"{PUBLIC}/channels/zalo-bot"
    assert terminal.read("zalo-bot", "info")["url"] == f"{PUBLIC}/channels/zalo-bot"
    assert terminal.read("zalo-bot", "delete")["url"] == ""


def test_zalo_bot_says_what_is_wrong(terminal: Terminal, zalo_bot: FakeZaloBot) -> None:
    zalo_bot.trial_outcome = "webhook.http.403"
    unreachable = terminal.run("zalo-bot", "set-webhook")
    terminal.settings["ZALO_BOT_TOKEN"] = "1:wrong"
    wrong_token = terminal.run("zalo-bot", "info")

    assert (unreachable.exit_code, wrong_token.exit_code) == (1, 1)
    assert "firewall" in unreachable.stderr
    assert "401" in wrong_token.stderr
    assert "1:wrong" not in wrong_token.output


async def test_doctor_tells_what_is_wrong_with_zalo(terminal: Terminal) -> None:
    """Each step of the set-up that is missing is named with what to do; a refused token is no mystery."""
    fake = FakeZaloBot()
    async with serving(fake.app) as root:
        terminal.settings |= {"ZALO_BOT_TOKEN": fake.token, "ZALO_BOT_API_ROOT": root}
        working = await _zalo_bot(terminal.parts().settings)
        terminal.settings["ZALO_BOT_TOKEN"] = "1:wrong"
        refused = await _zalo_bot(terminal.parts().settings)
    off = await _zalo(terminal.parts())
    terminal.settings["ZALO_APP_ID"] = APP_ID
    before_saving = await _zalo(terminal.parts())
    terminal.settings["ZALO_OA_SECRET_KEY"] = "key"
    before_authorising = await _zalo(terminal.parts())

    assert (working.health, refused.health, off.health) == (Health.OK, Health.FAIL, Health.OFF)
    assert "1:wrong" not in refused.detail
    assert (before_saving.health, before_authorising.health) == (Health.WARN, Health.FAIL)
    assert "ansinh zalo authorize" in before_authorising.advice


def test_zalo_account_is_authorised_with_proof_of_who_asked(terminal: Terminal, zalo: FakeZalo, tmp_path: Path) -> None:
    """Before, the state is shown and counts as an error; the code alone is worth nothing to whoever sees it."""
    before = terminal.run("zalo", "status", "--json")
    permission = terminal.read("zalo", "authorize")["open"]
    sent_back_to = zalo.allow(permission)
    after = terminal.read("zalo", "authorize", "--sent-back-to", sent_back_to)

    assert before.exit_code == 1
    assert json.loads(before.stdout)["state"] == "missing"
    assert after["state"] == terminal.read("zalo", "status")["state"] == "ok"
    stored = (tmp_path / "ansinh.sqlite").read_bytes()
    assert zalo.access_token.encode() not in stored
    assert terminal.run("zalo", "authorize", "--sent-back-to", sent_back_to).exit_code == 2


def test_zalo_says_why_it_is_not_authorised(terminal: Terminal, zalo: FakeZalo) -> None:
    sent_back_to = zalo.allow(terminal.read("zalo", "authorize")["open"])

    other_attempt = terminal.run("zalo", "authorize", "--sent-back-to", sent_back_to.replace("state=", "state=x"))
    refused = terminal.run("zalo", "authorize", "--sent-back-to", sent_back_to.replace("code=code", "code=other"))
    zalo.oauth_down = 1
    away = terminal.run("zalo", "authorize", "--sent-back-to", sent_back_to)

    assert (other_attempt.exit_code, refused.exit_code, away.exit_code) == (1, 1, 1)
    assert "another attempt" in other_attempt.stderr
    assert "Invalid code" in refused.stderr
    assert "try again" in away.stderr
    assert terminal.run("zalo", "status").exit_code == 1


def test_renewal_that_zalo_refused_is_shown(terminal: Terminal, zalo: FakeZalo) -> None:
    """A spent refresh token needs a person; the state must say so until she authorised again."""
    terminal.read("zalo", "authorize", "--sent-back-to", zalo.allow(terminal.read("zalo", "authorize")["open"]))
    zalo.refresh_token = "another"

    asyncio.run(_renew_in_vain(terminal, zalo.access_token))
    shown = terminal.run("zalo", "status", "--json")

    assert shown.exit_code == 1
    state = json.loads(shown.stdout)
    assert (state["state"], state["error"]) == ("needs_authorisation", "Invalid refresh token")


async def _renew_in_vain(terminal: Terminal, token: str) -> None:
    parts = terminal.parts()
    storage = Storage(parts.database)
    async with httpx.AsyncClient() as client:
        tokens = ZaloTokens(zalo_config(parts.settings), storage, parts.vault, parts.clock, client, owner="x")
        with pytest.raises(RetryLater):
            await tokens.renew(token)
    storage.close()
