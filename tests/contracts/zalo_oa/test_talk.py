"""A citizen talks over Zalo: signed webhook in, gateway, outbox, consultation messages out, over real HTTP."""

from __future__ import annotations

import asyncio

import pytest

from bot.messages import Choice
from tests.bot.fakes import until
from tests.contracts.zalo_oa.fake import APP_ID, OA_ID, USER, now_ms
from tests.contracts.zalo_oa.service import Service


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
