"""What Zalo sends is answered 200 at once, counted once, and never lost."""

from __future__ import annotations

import json
import time

import httpx
import pytest

from bot.channels.zalo_oa import (
    verification_meta,
)
from bot.channels.zalo_oa.events import EventReader, Ignored
from bot.messages import InboundMessage
from bot.spool import SpooledInbox
from bot.vault import Vault
from tests.bot.fakes import until
from tests.contracts.zalo_oa.fake import APP_ID, OA_SECRET, USER, mac, now_ms
from tests.contracts.zalo_oa.service import Service


async def test_everything_is_answered_200(service: Service) -> None:
    """Zalo probes without a signature, and switches off a webhook that answers anything but 200."""
    zalo = service.zalo
    event = zalo.text_event("chào")
    raw = json.dumps(event).encode()
    deep = b"[" * 100_000
    large = b'{"a":"' + b"x" * (1 << 20) + b'"}'

    responses = [
        await zalo.post(event, secret="wrong"),
        await zalo.post_raw(raw, None),
        await zalo.post_raw(raw, "mac=ký".encode().decode("latin-1").encode("latin-1").decode("ascii", "ignore")),
        await zalo.post_raw(b"", None),
        await zalo.post_raw(b"not json", "mac=1"),
        await zalo.post_raw(b"\xff\xfe{", "mac=1"),
        await zalo.post_raw(deep, "mac=1"),
        await zalo.post_raw(large, "mac=1"),
        await zalo.post_raw(b"[1,2]", "mac=1"),
        await zalo.post_raw(raw, "mac=1", **{"Content-Type": "text/plain"}),
        await zalo.post({"app_id": APP_ID, "event_name": "something_new", "timestamp": str(now_ms())}),
        await zalo.post({"app_id": APP_ID, "event_name": 5, "timestamp": now_ms(), "message": [], "sender": "x"}),
        await zalo.post(zalo.text_event("cũ", timestamp=str(now_ms() - 30 * 3600 * 1000))),
        await zalo.post(zalo.text_event("tương lai", timestamp=str(now_ms() + 3600 * 1000))),
        await zalo.post(zalo.text_event("không giờ", timestamp="x")),
        await zalo.post({**zalo.text_event("app khác"), "app_id": "1"}),
    ]

    assert {response.status_code for response in responses} == {200}
    assert await service.bot.inbox.counts() == {}
    assert service.bot.tally.count("zalo_oa", "unknown_event") == 2
    assert service.bot.tally.count("zalo_oa", "stale") == 3


async def test_repeated_event_is_answered_once(service: Service) -> None:
    event = service.zalo.text_event("một lần")
    for number in range(4):
        await service.zalo.post(event, num_retry=str(number))
    await service.zalo.post(service.zalo.text_event("hai"))

    await until(lambda: len(service.zalo.sent) == 2)

    assert [sent["text"] for sent in service.zalo.sent] == ["nghe: một lần", "nghe: hai"]


@pytest.mark.parametrize(
    "name",
    [
        *("unfollow", "user_received_message", "user_seen_message", "user_reacted_message", "user_submit_info"),
        *("add_user_to_tag", "remove_user_from_tag", "update_user_info", "widget_interaction_accepted"),
        *("user_call_oa", "oa_send_consent", "user_reply_consent"),
    ],
)
def test_events_that_are_no_message_are_only_counted(name: str) -> None:
    """A submitted phone number among them is never kept."""
    event = {"event_name": name, "sender": {"id": USER}, "user_id": USER, "info": {"phone": "84912345678"}}

    assert EventReader(Vault("a key for the tests only")).read(event, b"x") == Ignored("silent_event")


@pytest.mark.parametrize(
    ("event", "kind", "text"),
    [
        ({"event_name": "user_click_button", "message": {"text": "#bt:7.0.1"}}, "choice", "7.0.1"),
        ({"event_name": "user_send_text", "message": {"text": "#bt:7.0.1"}}, "choice", "7.0.1"),
        ({"event_name": "user_send_gif", "message": {"attachments": [{"type": "gif"}]}}, "photo", ""),
        ({"event_name": "user_send_image", "message": {"text": "giấy gì đây"}}, "text", "giấy gì đây"),
        ({"event_name": "user_send_business_card", "message": {}}, "contact", ""),
        ({"event_name": "user_send_video", "message": {}}, "video", ""),
        ({"event_name": "anonymous_send_text", "message": {"text": "chào", "conversation_id": "c9"}}, "text", "chào"),
    ],
)
def test_every_kind_of_message_is_known(event: dict[str, object], kind: str, text: str) -> None:
    read = EventReader(Vault("a key for the tests only")).read(event | {"sender": {"id": USER}}, b"x")

    assert isinstance(read, InboundMessage)
    assert (read.kind, read.text) == (kind, text)


async def test_hanging_database_does_not_delay_the_answer_to_zalo(service: Service) -> None:
    """Zalo does not send again: what cannot be stored now waits in a file, and is answered later, in order."""
    service.inbox.hangs = True
    begin = time.perf_counter()
    response = await service.zalo.post(service.zalo.text_event("một"))
    took = time.perf_counter() - begin
    service.inbox.hangs, service.inbox.is_away = False, True
    await service.zalo.post(service.zalo.text_event("hai"))
    sealed = (service.spool._file).read_text(encoding="ascii")

    service.inbox.is_away = False
    await service.zalo.post(service.zalo.text_event("ba"))
    await until(lambda: len(service.zalo.sent) == 3)

    assert response.status_code == 200
    assert took < 2
    assert "một" not in sealed
    assert USER not in sealed
    assert [sent["text"] for sent in service.zalo.sent] == ["nghe: một", "nghe: hai", "nghe: ba"]
    assert not service.spool.has_waiting


async def test_spool_survives_a_restart_and_a_torn_last_line(service: Service) -> None:
    service.inbox.is_away = True
    await service.zalo.post(service.zalo.text_event("một"))
    with service.spool._file.open("a", encoding="ascii") as file:
        file.write("gAAAA-torn")
    await service.zalo.post(service.zalo.text_event("hai"))
    assert service.spool._going_back.exists()  # as if killed while putting back
    await service.zalo.post(service.zalo.text_event("ba"))
    service.inbox.is_away = False

    again = SpooledInbox(service.inbox, service.spool._file, service.bot.vault)
    await again.start()
    await until(lambda: len(service.zalo.sent) == 3)
    await again.stop()

    assert [sent["text"] for sent in service.zalo.sent] == ["nghe: một", "nghe: hai", "nghe: ba"]


async def test_domain_can_be_verified(service: Service) -> None:
    async with httpx.AsyncClient() as client:
        page = await client.get(f"{service.root}/zalo_verifierAbC123.html")

    assert verification_meta("AbC123") in page.text
    assert verification_meta('"><script>') == (
        '<meta name="zalo-platform-site-verification" content="&quot;&gt;&lt;script&gt;">'
    )


def test_fake_signs_as_the_reference_does() -> None:
    """The fake's own signature is checked against the golden vector too."""
    from tests.contracts.zalo_oa.test_signature import GOLDEN, RAW

    assert mac(json.loads(RAW), RAW, OA_SECRET) == GOLDEN
