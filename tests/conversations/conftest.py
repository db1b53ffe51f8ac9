"""One Rasa and one application for all conversation tests: starting them is what takes time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from actions.build import Dialogue
from app.bootstrap import Parts
from tests.conversations.harness import RasaServer, actions_app
from tests.conversations.real import real_parts


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    return real_parts(tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="session")
def dialogue(parts: Parts) -> Dialogue:
    return parts.dialogue()


@pytest.fixture(scope="session")
def rasa(dialogue: Dialogue, rasa_process: RasaServer) -> Iterator[RasaServer]:
    with rasa_process.actions.calling(actions_app(dialogue.actions())):
        yield rasa_process
