"""Talk to Rasa over its REST channel on loopback.

Rasa answers with a list of messages: ``text`` with ``buttons``, or ``custom`` (the action's ``json_message``), which
comes by itself after the text it belongs to and is joined to it here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import httpx

from bot.errors import DialogueFailed, DialogueUnavailable
from bot.messages import Choice, Reply

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 30.0
READY_SECONDS = 2.0
TOKEN_HEADER = "x-ansinh-actions"  # noqa: S105 - the name of a header


class RasaClient:
    """Fills ``Dialogue``. *url* is Rasa's root, for instance ``http://127.0.0.1:5005``."""

    def __init__(self, url: str, *, token: str = "", answer_seconds: float = ANSWER_SECONDS) -> None:
        self._url, self._token = url.rstrip("/"), token
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=15)
        timeout = httpx.Timeout(answer_seconds, connect=CONNECT_SECONDS)
        self._client = httpx.AsyncClient(timeout=timeout, limits=limits, trust_env=False)

    async def respond(self, conversation_id: str, text: str, *, metadata: Mapping[str, object]) -> list[Reply]:
        """Answer *text*.

        Raise ``DialogueUnavailable`` when Rasa never had the message, ``DialogueFailed`` when it may have had it.
        """
        body = {"sender": conversation_id, "message": text, "metadata": dict(metadata)}
        try:
            response = await self._client.post(f"{self._url}/webhooks/rest/webhook", json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise DialogueUnavailable(self._url, type(error).__name__) from error
        except httpx.HTTPError as error:
            raise DialogueFailed(conversation_id, type(error).__name__) from error
        if response.status_code == httpx.codes.CONFLICT:  # no model is loaded yet
            raise DialogueUnavailable(self._url, "no model loaded")
        if response.status_code != httpx.codes.OK:
            raise DialogueFailed(conversation_id, f"HTTP {response.status_code}")
        return _replies(conversation_id, response)

    async def ready(self) -> bool:
        """Tell whether Rasa has a model and answers."""
        try:
            response = await self._client.get(f"{self._url}/webhooks/rest/", timeout=READY_SECONDS)
        except httpx.HTTPError:
            return False
        return response.status_code == httpx.codes.OK

    async def erase(self, conversation_id: str) -> None:
        """Make Rasa forget the conversation; a Rasa that is not there has nothing in memory."""
        with contextlib.suppress(httpx.ConnectError, httpx.ConnectTimeout):
            response = await self._client.delete(self._forgetting(conversation_id), headers={TOKEN_HEADER: self._token})
            response.raise_for_status()

    async def count(self, conversation_id: str) -> int:
        """Return 1 where Rasa remembers the conversation."""
        try:
            response = await self._client.get(self._forgetting(conversation_id), headers={TOKEN_HEADER: self._token})
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return 0
        response.raise_for_status()
        return int(response.json()["kept"])

    def _forgetting(self, conversation_id: str) -> str:
        return f"{self._url}/webhooks/forgetting/{quote(conversation_id, safe='')}"

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()


def _replies(conversation_id: str, response: httpx.Response) -> list[Reply]:
    try:
        messages = response.json()
    except ValueError as error:
        raise DialogueFailed(conversation_id, "not JSON") from error
    if not isinstance(messages, list):
        raise DialogueFailed(conversation_id, "not a list of messages")
    return parse_replies(messages)


def parse_replies(messages: Sequence[object]) -> list[Reply]:
    """Return Rasa's messages as replies; what is not understood is left out."""
    replies: list[Reply] = []
    for message in messages:
        if not isinstance(message, dict):
            continue
        if text := message.get("text"):
            replies.append(Reply(str(text), _choices(message.get("buttons"))))
        if isinstance(custom := message.get("custom"), dict):
            carrier = replies.pop() if replies else Reply("")
            replies.append(_with_custom(carrier, custom))
    return replies


def _choices(buttons: object) -> tuple[Choice, ...]:
    if not isinstance(buttons, list):
        return ()
    pairs = ((b.get("title"), b.get("payload")) for b in buttons if isinstance(b, dict))
    return tuple(Choice(str(title), str(payload or title)) for title, payload in pairs if title)


def _with_custom(reply: Reply, custom: dict[str, Any]) -> Reply:
    """Join what the action said beside the words: see ``Reply`` for the keys with a meaning."""
    citations = custom.get("citations")
    return replace(
        reply,
        citations=tuple(map(str, citations)) if isinstance(citations, list) else reply.citations,
        numeric_answer=bool(custom.get("numeric_answer", reply.numeric_answer)),
        handover=str(custom["handover"]) if custom.get("handover") else reply.handover,
        erase=bool(custom.get("erase", reply.erase)),
        data={**reply.data, **custom},
    )
