"""Settings come from the environment, have working defaults and are all documented."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import ROOT, Settings


def settings(tmp_path: Path, **values: object) -> Settings:
    return Settings(_env_file=None, state_folder=tmp_path, **values)


def test_nothing_set_is_a_working_laptop(tmp_path: Path) -> None:
    """`make run` needs no token and no server."""
    plain = settings(tmp_path)

    assert plain.database == f"sqlite:///{tmp_path / 'ansinh.sqlite'}"
    assert (plain.telegram_enabled, plain.zalo_enabled) == (False, False)


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    """Pseudonyms must stay the same after a restart, and nobody else may read the key."""
    first = settings(tmp_path).key

    assert settings(tmp_path).key == first
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("values", [{"port": 0}, {"log_level": "LOUD"}, {"rasa_ready_seconds": -1}])
def test_impossible_values_are_named(tmp_path: Path, values: dict[str, object]) -> None:
    """A wrong setting is named instead of failing later."""
    with pytest.raises(ValidationError, match=next(iter(values))):
        settings(tmp_path, **values)


@pytest.mark.parametrize("document", ["docs/settings.md", ".env.example"])
def test_every_setting_is_documented(document: str) -> None:
    """A setting that nobody can find does not exist."""
    text = (ROOT / document).read_text(encoding="utf-8")

    assert [name for name in Settings.model_fields if name.upper() not in text] == []
