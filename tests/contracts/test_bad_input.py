"""Bad input, channel by channel: answered as the channel needs it, nothing stored, one line in the log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.contracts.test_any_input import DOORS, Door
from tests.contracts.zalo_oa.fake import APP_ID, OA_SECRET, FakeZalo, mac, now_ms

PERSON = {"id": 5, "is_bot": False, "first_name": "Lan"}
BOT_PERSON = {"from": {"id": "6e", "is_bot": False}, "chat": {"id": "6e", "chat_type": "PRIVATE"}}
REFUSED = {"telegram": 403, "zalo_bot": 403, "zalo_oa": 200}
UNREADABLE = {"telegram": 400, "zalo_bot": 400, "zalo_oa": 200}
TOO_LARGE = {"telegram": 413, "zalo_bot": 413, "zalo_oa": 200}
WRONG_TYPE = {"telegram": 415, "zalo_bot": 415, "zalo_oa": 200}


def event(name: str, text: str, *, number: int = 1, **more: Any) -> dict[str, Any]:
    """Return what the channel sends when somebody wrote *text*."""
    if name == "telegram":
        message = {"message_id": number, "date": 1795312487, "chat": {"id": 5, "type": "private"}, "from": PERSON}
        return {"update_id": number, "message": message | {"text": text} | more}
    if name == "zalo_bot":
        message = {"text": text, "message_id": f"{number:020x}", "date": 1750316131602} | BOT_PERSON
        return {"event_name": "message.text.received", "message": message | more}
    return FakeZalo(counter=number).text_event(text, **more)


def headers_of(name: str, body: bytes, values: Mapping[str, Any]) -> dict[str, str]:
    if name != "zalo_oa":
        return DOORS[name].headers
    return DOORS[name].headers | {"X-ZEvent-Signature": f"mac={mac(dict(values), body, OA_SECRET)}"}


async def send(name: str, values: dict[str, Any]) -> tuple[int, Door, list[str]]:
    """Post *values* as the channel does; return the answer, the door and what was logged as a warning."""
    body = json.dumps(values, ensure_ascii=False).encode()
    return await post(name, body, headers_of(name, body, values))


async def post(name: str, body: bytes, headers: dict[str, str]) -> tuple[int, Door, list[str]]:
    known = DOORS[name]
    door = Door(known.path, known.headers, known.router, known.answers)
    with capture_logs() as logs:
        status = await door.post(body, headers)
    return status, door, [line["event"] for line in logs if line["log_level"] in ("warning", "error")]


@pytest.mark.parametrize("name", DOORS)
async def test_unsigned_is_refused(name: str) -> None:
    body = json.dumps(event(name, "chào")).encode()

    status, door, logged = await post(name, body, {"Content-Type": "application/json"})

    assert (status, door.inbox.messages, len(logged)) == (REFUSED[name], [], 1)


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("body", [b"", b'{"update_id": 1, "mess', b"\xff\xfe{", b"[" * 90_000, b"[1]", b"null"])
async def test_truncated_or_no_json_is_refused(name: str, body: bytes) -> None:
    status, door, logged = await post(name, body, DOORS[name].headers)

    assert (status, door.inbox.messages, len(logged)) == (UNREADABLE[name], [], 1)


@pytest.mark.parametrize("name", DOORS)
async def test_oversized_is_refused(name: str) -> None:
    status, door, logged = await post(name, b'"' + b"x" * (1 << 20) + b'"', DOORS[name].headers)

    assert (status, door.inbox.messages, len(logged)) == (TOO_LARGE[name], [], 1)


@pytest.mark.parametrize("name", DOORS)
async def test_wrong_content_type_is_refused_where_the_channel_allows_it(name: str) -> None:
    """Zalo's Official Account must hear 200 whatever it sends; the signature is what counts there."""
    values = event(name, "chào")
    body = json.dumps(values).encode()

    status, door, logged = await post(name, body, headers_of(name, body, values) | {"Content-Type": "text/plain"})

    assert status == WRONG_TYPE[name]
    assert len(door.inbox.messages) == (1 if name == "zalo_oa" else 0)
    assert len(logged) == (0 if name == "zalo_oa" else 1)


@pytest.mark.parametrize("name", DOORS)
async def test_unknown_event_is_acknowledged_and_stored_nowhere(name: str) -> None:
    """Anything but 200 would bring it back, or have the webhook switched off."""
    values = {"update_id": 7, "event_name": "something.new", "app_id": APP_ID, "timestamp": str(now_ms())}

    status, door, _ = await send(name, values)

    assert (status, door.inbox.messages) == (200, [])


@pytest.mark.parametrize("name", DOORS)
async def test_ten_thousand_characters_are_taken(name: str) -> None:
    """What is kept is cut to a length; the citizen hears that only the beginning was read."""
    status, door, logged = await send(name, event(name, "mẹ em 76 tuổi. " * 700))

    (message,) = door.inbox.messages
    assert (status, logged) == (200, [])
    assert len(message.text) <= 4096


@pytest.mark.parametrize(
    ("name", "late_by_hours", "taken"),
    [("zalo_oa", -1.0, False), ("zalo_oa", 2.0, True), ("zalo_oa", 25.0, True), ("zalo_oa", 30.0, False)],
)
async def test_recorded_calls_are_not_played_back_and_late_ones_are_taken(
    name: str, late_by_hours: float, taken: bool
) -> None:
    """A signature stays valid for ever; Zalo sends again for a day. Repeats within it are known by their id."""
    stamp = str(int(now_ms() - late_by_hours * 3_600_000))

    status, door, logged = await send(name, event(name, "chào", timestamp=stamp))

    assert status == 200
    assert len(door.inbox.messages) == taken
    assert len(logged) == (0 if taken else 1)


@pytest.mark.parametrize("name", ["telegram", "zalo_bot"])
async def test_clock_that_is_wrong_loses_no_message(name: str) -> None:
    """A secret header says who sends; the time is theirs to get wrong."""
    status, door, _ = await send(name, event(name, "chào", date=0))

    assert (status, len(door.inbox.messages)) == (200, 1)
