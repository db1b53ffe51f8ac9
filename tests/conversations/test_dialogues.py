"""Whole conversations through the real Rasa, judged by where they end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.build import Dialogue
from actions.evaluate import evaluate_dialogues
from tests.conversations.harness import RasaServer
from tests.conversations.real import hold

SETS = ("dialogues.yml", "unseen.yml", "unseen_again.yml")
ITEMS = [item for name in SETS for item in yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))]

pytestmark = [pytest.mark.rasa, pytest.mark.xdist_group("rasa")]


@pytest.mark.parametrize("item", ITEMS, ids=[item["id"] for item in ITEMS])
def test_dialogue_ends_as_it_should(rasa: RasaServer, dialogue: Dialogue, item: dict[str, Any]) -> None:
    """Facts told in any order and spelling lead to the verdict the law gives."""
    endings = hold(rasa, dialogue, [item])

    verdict = evaluate_dialogues([item], endings)[0]
    assert verdict.is_right, (verdict.differences, endings[0].replies)


def test_every_message_is_readable_on_a_phone(rasa: RasaServer, dialogue: Dialogue) -> None:
    """No reply of any dialogue grows beyond what one reads at a glance."""
    replies = [reply for ending in hold(rasa, dialogue, ITEMS[:12]) for turn in ending.replies for reply in turn]

    assert max(map(len, replies)) <= 900
