"""Zalo end to end over real HTTP: signed webhook in, gateway, outbox, consultation messages out."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.whereabouts import Whereabouts
from bot.channels.zalo_oa import (
    ZaloConfig,
    ZaloReceiver,
    ZaloSender,
    ZaloTokens,
    verification_meta,
    zalo_router,
    zalo_verification_router,
)
from bot.channels.zalo_oa.events import EventReader, Ignored
from bot.channels.zalo_oa.oauth import TokenPair
from bot.errors import RetryLater, StorageUnavailable, Undeliverable
from bot.messages import Acceptance, Choice, Delivery, InboundMessage
from bot.spool import SpooledInbox
from bot.vault import Vault
from core.clock import SystemClock
from core.database import Database
from tests.bot.conftest import Bot
from tests.bot.fakes import HandClock, until
from tests.contracts.server import serving
from tests.contracts.zalo_oa.fake import APP_ID, APP_SECRET, OA_ID, OA_SECRET, USER, FakeZalo, mac, now_ms


class StuckInbox:
    """An inbox whose database hangs or is away, as told."""

    def __init__(self, inner: object) -> None:
        self.inner, self.hangs, self.is_away = inner, False, False

    async def accept(self, message: InboundMessage) -> Acceptance:
        if self.hangs:
            await asyncio.sleep(60)
        if self.is_away:
            raise StorageUnavailable(message.channel, "key")
        return await self.inner.accept(message)  # type: ignore[attr-defined, no-any-return]


@dataclass
class Service:
    """The service with its Zalo channel, and the Zalo it talks to."""

    bot: Bot
    zalo: FakeZalo
    config: ZaloConfig
    tokens: ZaloTokens
    sender: ZaloSender
    inbox: StuckInbox
    spool: SpooledInbox
    root: str


@pytest.fixture
async def service(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Service]:
    zalo, app = FakeZalo(), FastAPI()
    async with serving(zalo.app) as api, serving(app) as root, httpx.AsyncClient() as client:
        config = ZaloConfig(
            app_id=APP_ID,
            oa_secret_key=OA_SECRET,
            app_secret=APP_SECRET,
            access_token=zalo.access_token,
            refresh_token=zalo.refresh_token,
            api_root=api,
            oauth_root=api,
            site_verification="AbC123",
        )
        bot = Bot(sqlite_database, SystemClock())
        tokens = ZaloTokens(config, bot.storage, bot.vault, bot.clock, client, owner=bot.worker.id)
        await tokens.store(TokenPair(zalo.access_token, zalo.refresh_token, timedelta(hours=25)))
        sender = ZaloSender(config, tokens, bot.clock, client)
        bot.delivery = type(bot.delivery)(sender, bot.outbox, bot.clock, bot.signals, bot.tally)
        inbox = StuckInbox(bot.inbox)
        spool = SpooledInbox(inbox, tmp_path / "spool" / "zalo.jsonl", bot.vault, patience_seconds=0.3)
        receiver = ZaloReceiver(config, EventReader(bot.vault, Whereabouts.load().near), spool, bot.clock, bot.tally)
        app.include_router(zalo_router(config, receiver))
        app.include_router(zalo_verification_router(config.site_verification))
        zalo.webhook = root + config.path
        await bot.start()
        yield Service(bot, zalo, config, tokens, sender, inbox, spool, root)
        await bot.stop()


async def test_text_is_answered(service: Service) -> None:
    response = await service.zalo.post(service.zalo.text_event("mẹ em 76 tuổi"))

    await until(lambda: service.zalo.sent)

    assert response.status_code == 200
    assert service.zalo.sent == [{"user": USER, "text": "nghe: mẹ em 76 tuổi", "buttons": []}]


async def test_buttons_come_back_as_text_and_numbers_work_too(service: Service) -> None:
    await service.zalo.post(service.zalo.text_event("hỏi"))
    await until(lambda: service.zalo.sent)
    (_, payload) = service.zalo.sent[0]["buttons"][1]

    await service.zalo.post(service.zalo.text_event(payload))
    await until(lambda: len(service.zalo.sent) == 2)
    await service.zalo.post(service.zalo.text_event("hỏi"))
    await service.zalo.post(service.zalo.text_event("1."))
    await until(lambda: len(service.zalo.sent) == 4)

    heard = [text for _, text in service.bot.dialogue.heard]
    assert payload.startswith("#bt:")
    assert heard == ["hỏi", '/inform{"h":"near_poor"}', "hỏi", '/inform{"h":"poor"}']


async def test_more_than_five_choices_become_numbers(service: Service) -> None:
    choices = tuple(Choice(f"Lựa chọn {n}", f"/c{n}") for n in range(7))
    service.bot.dialogue.respond = _answer_with("Chọn:", choices)  # type: ignore[method-assign]

    await service.zalo.post(service.zalo.text_event("gì cũng được"))
    await until(lambda: service.zalo.sent)

    assert "7. Lựa chọn 6" in service.zalo.sent[0]["text"]
    assert service.zalo.sent[0]["buttons"] == []


async def test_long_answer_is_split_at_2000(service: Service) -> None:
    text = "\n\n".join(f"Đoạn {n}. " + "Nội dung dài. " * 20 for n in range(15))
    service.bot.dialogue.respond = _answer_with(text, ())  # type: ignore[method-assign]

    await service.zalo.post(service.zalo.text_event("dài"))
    await until(lambda: len(service.zalo.sent) >= 3)
    await asyncio.sleep(0.1)

    assert not service.zalo.refusals
    assert "".join("".join(sent["text"].split()) for sent in service.zalo.sent) == "".join(text.split())


def _answer_with(text: str, choices: tuple[Choice, ...]) -> object:
    from bot.messages import Reply

    async def respond(conversation_id: str, asked: str, *, metadata: object) -> list[Reply]:
        return [Reply(text, choices)]

    return respond


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
    ("name", "attachment", "key"),
    [
        ("user_send_image", {"type": "image", "payload": {"url": "https://x", "thumbnail": "https://x"}}, "photo"),
        ("user_send_audio", {"type": "audio", "payload": {"url": "https://x.amr"}}, "voice"),
        ("user_send_sticker", {"type": "sticker", "payload": {"id": "1", "url": "https://x"}}, "sticker"),
        ("user_send_file", {"type": "file", "payload": {"name": "a.pdf", "size": "1"}}, "file"),
        (
            "user_send_location",
            {"type": "location", "payload": {"coordinates": {"latitude": "48.85", "longitude": "2.35"}}},
            "location",
        ),
        ("user_send_something_new", {"type": "new"}, "other"),
    ],
)
async def test_what_is_not_text_is_answered_kindly(
    service: Service, name: str, attachment: dict[str, object], key: str
) -> None:
    await service.zalo.post(service.zalo.user_event(name, {"text": "", "attachments": [attachment]}))

    await until(lambda: service.zalo.sent)

    assert service.zalo.sent[0]["text"] == service.bot.phrases[key]


async def test_position_becomes_a_province_to_confirm(service: Service) -> None:
    place = {"type": "location", "payload": {"coordinates": {"latitude": "10.77", "longitude": "106.70"}}}
    await service.zalo.post(service.zalo.user_event("user_send_location", {"text": "", "attachments": [place]}))
    await until(lambda: service.zalo.sent)
    ((title, payload), *_) = service.zalo.sent[0]["buttons"]
    await service.zalo.post(service.zalo.text_event(payload))
    await until(lambda: len(service.zalo.sent) == 2)

    assert title == "Hồ Chí Minh"
    assert [heard for _, heard in service.bot.dialogue.heard] == ["Tôi ở Hồ Chí Minh"]


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


async def test_follow_is_greeted_once(service: Service) -> None:
    """Following and the first click come together; two greetings in a row would look broken."""
    follow = {
        "oa_id": OA_ID,
        "follower": {"id": USER},
        "event_name": "follow",
        "app_id": APP_ID,
        "timestamp": str(now_ms()),
    }
    click = {"app_id": APP_ID, "oa_id": OA_ID, "user_id": USER, "event_name": "user_click_chatnow"}

    await service.zalo.post(follow)
    await until(lambda: service.zalo.sent)
    await service.zalo.post(follow)
    await service.zalo.post(click | {"timestamp": str(now_ms())})
    await until(lambda: service.bot.tally.count("zalo_oa", "answered") == 2)

    assert len(service.zalo.sent) == 1


async def test_own_echo_is_ignored_and_a_person_in_the_app_silences_the_bot(service: Service) -> None:
    service.zalo.echo = True
    await service.zalo.post(service.zalo.text_event("chào"))
    await until(lambda: service.bot.tally.count("zalo_oa", "own_echo") == 1)

    await service.zalo.post(service.zalo.echo_event("Chào bác, tôi là Lan", "staff1", USER, admin="77"))
    await service.zalo.post(service.zalo.text_event("cảm ơn cô"))
    await until(lambda: service.bot.tally.count("zalo_oa", "answered") == 3)

    conversation = service.bot.vault.conversation("zalo_oa", USER)
    assert [author for author, _ in await service.bot.said(conversation)] == ["citizen", "bot", "staff", "citizen"]
    assert len(service.zalo.sent) == 1


async def test_withdrawal_erases(service: Service) -> None:
    await service.zalo.post(service.zalo.text_event("mẹ em khuyết tật"))
    await until(lambda: service.zalo.sent)
    withdraw = {"app_id": APP_ID, "event_name": "user_withdraw", "user_id": USER, "user_id_by_app": "5"}

    await service.zalo.post(withdraw | {"timestamp": str(now_ms())})
    await until(lambda: service.bot.tally.count("zalo_oa", "answered") == 2)

    assert await service.bot.said(service.bot.vault.conversation("zalo_oa", USER)) == []


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


async def test_expired_token_is_renewed_and_the_message_sent(service: Service) -> None:
    service.zalo.access_token = "replaced elsewhere"

    await service.zalo.post(service.zalo.text_event("chào"))
    await until(lambda: service.zalo.sent)

    assert service.zalo.renewals == 1
    assert service.zalo.refusals == [-216]


async def test_many_senders_renew_once(service: Service) -> None:
    """The refresh token works once: a second renewal at the same time would lock the account out."""
    service.zalo.access_token = "replaced elsewhere"
    other = ZaloTokens(
        service.config, service.bot.storage, service.bot.vault, service.bot.clock, httpx.AsyncClient(), owner="other"
    )

    tokens = await asyncio.gather(*(t.renew("access-1") for t in (service.tokens, other) for _ in range(4)))

    assert set(tokens) == {"access-2"}
    assert service.zalo.renewals == 1


async def test_renewal_failing_for_the_moment_does_not_spend_the_account(service: Service) -> None:
    service.zalo.oauth_down = 1

    with pytest.raises(RetryLater):
        await service.tokens.renew("access-1")

    assert (await service.tokens.status()).state == "ok"
    assert await service.tokens.renew("access-1") == "access-2"


async def test_spent_refresh_token_is_shown_and_a_new_pair_in_the_settings_heals_it(service: Service) -> None:
    service.zalo.spent.add("refresh-1")
    with pytest.raises(RetryLater):
        await service.tokens.renew("access-1")
    assert (await service.tokens.status()).state == "needs_authorisation"
    with pytest.raises(RetryLater):
        await service.tokens.access_token()

    service.zalo.access_token, service.zalo.refresh_token = "access-new", "refresh-new"
    config = ZaloConfig(
        APP_ID, OA_SECRET, APP_SECRET, "access-new", "refresh-new", service.config.api_root, service.config.oauth_root
    )
    tokens = ZaloTokens(
        config, service.bot.storage, service.bot.vault, service.bot.clock, httpx.AsyncClient(), owner="x"
    )

    assert await tokens.access_token() in ("access-new", "access-2")
    assert (await tokens.status()).state == "ok"


async def test_token_is_renewed_before_it_runs_out_and_used_until_then(
    sqlite_database: Database, clock: HandClock
) -> None:
    zalo = FakeZalo()
    bot = Bot(sqlite_database, clock)
    async with serving(zalo.app) as api, httpx.AsyncClient() as client:
        config = ZaloConfig(APP_ID, OA_SECRET, APP_SECRET, api_root=api, oauth_root=api)
        tokens = ZaloTokens(config, bot.storage, bot.vault, clock, client, owner="a")
        with pytest.raises(RetryLater):
            await tokens.access_token()
        await tokens.store(TokenPair("access-1", "refresh-1", timedelta(hours=25)))
        clock.advance(hours=20)
        assert await tokens.access_token() == "access-1"

        clock.advance(hours=3.5)
        zalo.oauth_down = 1
        assert await tokens.access_token() == "access-1"
        assert await tokens.access_token() == "access-2"
    bot.storage.close()


async def test_tokens_are_sealed(service: Service) -> None:
    import sqlalchemy as sa

    with service.bot.database.engine.connect() as connection:
        rows = repr(connection.execute(sa.text("SELECT * FROM bot_token")).all())

    assert "access-1" not in rows
    assert "refresh-1" not in rows


@pytest.mark.parametrize(
    ("code", "gone"),
    [*((code, True) for code in (-213, -217, -218, -227, -230, -231, -232, -244)), (-201, False), (-210, False)],
)
async def test_what_zalo_will_never_take_is_given_up(service: Service, code: int, gone: bool) -> None:
    service.zalo.errors = [code]

    with pytest.raises(Undeliverable) as refused:
        await service.sender.send(_delivery(service))

    assert refused.value.gone is gone


@pytest.mark.parametrize("code", [-32, -200, -204, -205, -209, -211, -212, -219, -221, -223, -224, -320, -321])
async def test_what_may_pass_later_is_kept(service: Service, code: int) -> None:
    service.zalo.errors = [code]

    with pytest.raises(RetryLater) as refused:
        await service.sender.send(_delivery(service))

    assert refused.value.after


async def test_closed_window_is_not_even_tried(service: Service) -> None:
    late = _delivery(service, ago=timedelta(days=7, minutes=1))

    with pytest.raises(Undeliverable, match="window_closed"):
        await service.sender.send(late)

    assert not service.zalo.refusals


async def test_silent_citizen_is_reached_within_seven_days_and_not_after(service: Service) -> None:
    """Between 48 hours and 7 days Zalo charges, after that it refuses whatever our own clock says."""
    service.zalo.last_word[USER] = 60 * 3600
    await service.sender.send(_delivery(service))

    service.zalo.last_word[USER] = 8 * 24 * 3600
    with pytest.raises(Undeliverable, match="zalo_-230"):
        await service.sender.send(_delivery(service))


def _delivery(service: Service, *, ago: timedelta = timedelta(0)) -> Delivery:
    return Delivery(1, "zalo_oa", "zalo_oa-x", USER, "chào", last_inbound_at=service.bot.clock.now() - ago)


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
