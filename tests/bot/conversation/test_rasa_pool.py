"""Several Rasas: a conversation stays with one, and goes on with another where that one is away."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.conversation.rasa_client import RasaClient
from bot.conversation.rasa_pool import RasaPool
from bot.errors import DialogueFailed, DialogueUnavailable
from bot.messages import Reply


class OneRasa(RasaClient):
    def __init__(self, name: str) -> None:
        self.name, self.error = name, None  # type: ignore[var-annotated]

    async def respond(self, conversation_id: str, text: str, *, metadata: Mapping[str, object]) -> list[Reply]:
        if self.error:
            raise self.error
        return [Reply(self.name)]

    async def ready(self) -> bool:
        return self.error is None


@pytest.fixture
def rasas() -> list[OneRasa]:
    return [OneRasa("one"), OneRasa("two")]


async def _who(pool: RasaPool, conversation: str) -> str:
    return (await pool.respond(conversation, "chào", metadata={}))[0].text


async def test_conversations_are_spread_and_each_stays(rasas: list[OneRasa]) -> None:
    pool = RasaPool(rasas)
    first = [await _who(pool, f"telegram-{number}") for number in range(200)]

    assert first == [await _who(pool, f"telegram-{number}") for number in range(200)]
    assert 60 < first.count("one") < 140


async def test_the_other_takes_over_only_what_the_first_never_had(rasas: list[OneRasa]) -> None:
    """A message that a Rasa may have had must not be worked on by a second one as well."""
    pool = RasaPool(rasas)
    rasas[0].error = DialogueUnavailable("one", "down")
    assert {await _who(pool, f"telegram-{number}") for number in range(20)} == {"two"}
    assert await pool.ready()

    rasas[0].error = rasas[1].error = DialogueFailed("telegram-1", "broken off")
    with pytest.raises(DialogueFailed):
        await _who(pool, "telegram-1")


async def test_nobody_there_is_said(rasas: list[OneRasa]) -> None:
    pool = RasaPool(rasas)
    for rasa in rasas:
        rasa.error = DialogueUnavailable(rasa.name, "down")

    with pytest.raises(DialogueUnavailable):
        await _who(pool, "telegram-1")
    assert not await pool.ready()
