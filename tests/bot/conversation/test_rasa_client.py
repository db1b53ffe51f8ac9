"""The client of Rasa's REST channel, against a small server that answers as Rasa does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.rasa_client import RasaClient, parse_replies
from bot.errors import DialogueFailed, DialogueUnavailable
from bot.messages import Choice
from tests.contracts.server import serving


def rasa(answer: Any, *, status: int = 200, delay: float = 0.0) -> FastAPI:
    app = FastAPI()
    app.state.asked = []

    @app.get("/webhooks/rest/")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/webhooks/rest/webhook")
    async def webhook(request: Request) -> Response:
        app.state.asked.append(await request.json())
        await asyncio.sleep(delay)
        return Response(answer, 200) if isinstance(answer, bytes) else JSONResponse(answer, status)

    return app


async def test_text_buttons_and_custom_are_one_reply() -> None:
    """Rasa sends an action's json_message after its text, as a message of its own."""
    app = rasa(
        [
            {"recipient_id": "c", "text": "Hộ nào?", "buttons": [{"title": "Nghèo", "payload": "/poor"}]},
            {"recipient_id": "c", "custom": {"citations": ["335/2026/NĐ-CP, Điều 11"], "numeric_answer": True}},
            {"recipient_id": "c", "text": "Đợi nhé."},
            {"recipient_id": "c", "custom": {"handover": "asked", "erase": True}},
        ]
    )
    async with serving(app) as url:
        client = RasaClient(url)
        first, second = await client.respond("c", "chào", metadata={"channel": "web"})
        assert await client.ready()
        await client.close()

    assert app.state.asked == [{"sender": "c", "message": "chào", "metadata": {"channel": "web"}}]
    assert (first.text, first.choices) == ("Hộ nào?", (Choice("Nghèo", "/poor"),))
    assert first.citations == ("335/2026/NĐ-CP, Điều 11",)
    assert first.numeric_answer
    assert (second.handover, second.erase) == ("asked", True)


async def test_nobody_listening_is_unavailable() -> None:
    """Nothing was processed, so the message can simply be sent again."""
    client = RasaClient("http://127.0.0.1:9")

    assert not await client.ready()
    with pytest.raises(DialogueUnavailable):
        await client.respond("c", "chào", metadata={})


@pytest.mark.parametrize(
    ("answer", "status", "delay"),
    [([], 500, 0.0), (b"no json", 200, 0.0), ({"a": 1}, 200, 0.0), ([], 200, 1.0)],
)
async def test_unusable_answers_are_failures(answer: Any, status: int, delay: float) -> None:
    async with serving(rasa(answer, status=status, delay=delay)) as url:
        client = RasaClient(url, answer_seconds=0.3)
        with pytest.raises(DialogueFailed):
            await client.respond("c", "chào", metadata={})
        await client.close()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "buttons", "custom", "title", "payload", "citations"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=4))
def test_any_answer_can_be_read(messages: list[object]) -> None:
    parse_replies(messages)
