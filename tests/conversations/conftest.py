"""One Rasa and one application for all conversation tests: starting them is what takes time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from actions.build import Dialogue
from app.bootstrap import Parts
from tests.conversations.harness import INTERPRETER, ActionsServer, RasaServer, trained_model
from tests.conversations.real import real_parts


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    return real_parts(tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="session")
def dialogue(parts: Parts) -> Dialogue:
    return parts.dialogue()


@pytest.fixture(scope="session")
def rasa(dialogue: Dialogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaServer]:
    if not INTERPRETER.exists():
        pytest.skip(f"Rasa's environment is not there: {INTERPRETER}. Make it with: make setup")
    log = tmp_path_factory.mktemp("rasa") / "rasa.log"
    with ActionsServer(dialogue.actions()) as actions, RasaServer(trained_model(), actions.url, log) as server:
        yield server
