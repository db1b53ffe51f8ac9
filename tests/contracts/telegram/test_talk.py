"""A citizen talks over Telegram: webhook in, gateway, outbox, Bot API out, over real HTTP."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.bot.fakes import until
from tests.contracts.telegram.service import SECRET, Service

STICKER = {"width": 1, "height": 1, "is_animated": False, "is_video": False}


async def test_text_is_answered(service: Service) -> None:
    await service.telegram.deliver(service.telegram.text_update("mẹ tôi 76 tuổi <b>&"))

    await until(lambda: service.telegram.sent)

    (sent,) = service.telegram.sent
    assert (sent["chat"], sent["text"]) == (501, "nghe: mẹ tôi 76 tuổi <b>&")
    assert service.telegram.webhook["secret_token"] == SECRET
    assert "sendChatAction" in service.telegram.calls


async def test_buttons_go_out_by_id_and_come_back_as_payload(service: Service) -> None:
    await service.telegram.deliver(service.telegram.text_update("hỏi"))
    await until(lambda: service.telegram.sent)
    (_, (title, data)) = service.telegram.sent[0]["buttons"]

    await service.telegram.deliver(service.telegram.press_update(data))
    await until(lambda: len(service.telegram.sent) == 2)

    assert title == "Hộ cận nghèo"
    assert service.bot.dialogue.heard[-1][1] == '/inform{"h":"near_poor"}'
    await until(lambda: "answerCallbackQuery" in service.telegram.calls)


async def test_long_answer_is_split_by_utf16_units(service: Service) -> None:
    """Telegram counts an emoji as two; python's len does not."""
    long = "Được 🙂 ạ. " * 330
    service.bot.dialogue.respond = _answer_with(long)  # type: ignore[method-assign]

    await service.telegram.deliver(service.telegram.text_update("dài"))
    await until(lambda: len(service.telegram.sent) == 1 and not service.telegram.refusals, seconds=10)

    assert service.telegram.sent[0]["text"] == long.strip()


async def test_very_long_answer_keeps_every_word_and_its_marks(service: Service) -> None:
    long = "\n".join(f"**Dòng {n}** 🙂 theo 335/2026/NĐ-CP, Điều 11 khoản 1." for n in range(200))
    service.bot.dialogue.respond = _answer_with(long)  # type: ignore[method-assign]

    await service.telegram.deliver(service.telegram.text_update("dài"))
    await until(lambda: len(service.telegram.sent) == 3, seconds=10)

    joined = "\n".join(sent["text"] for sent in service.telegram.sent)
    assert joined == long.replace("**", "")
    assert not service.telegram.refusals


def _answer_with(text: str) -> object:
    from bot.messages import Reply

    async def respond(conversation_id: str, asked: str, *, metadata: object) -> list[Reply]:
        return [Reply(text)]

    return respond


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ({"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}, "photo"),
        ({"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}}, "voice"),
        ({"location": {"latitude": 17.97, "longitude": 102.6}}, "location"),
        ({"sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular"} | STICKER}, "sticker"),
        ({"video": {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1, "duration": 1}}, "video"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "other"),
        ({"contact": {"phone_number": "0912345678", "first_name": "Lan"}}, "contact"),
        ({"document": {"file_id": "a", "file_unique_id": "b"}}, "file"),
    ],
)
async def test_what_is_not_text_is_answered_kindly(service: Service, content: dict[str, object], key: str) -> None:
    await service.telegram.deliver(service.telegram.message_update(**content))

    await until(lambda: service.telegram.sent)

    assert service.telegram.sent[0]["text"] == service.bot.phrases[key]
    assert not service.bot.dialogue.heard


async def test_position_becomes_a_province_to_confirm_and_is_dropped(service: Service) -> None:
    """A position is sensitive: what is kept is at most the name of a province, and it counts only once confirmed."""
    await service.telegram.deliver(
        service.telegram.message_update(location={"latitude": 11.9404, "longitude": 108.4583}),
    )
    await until(lambda: service.telegram.sent)
    (asked,) = service.telegram.sent
    ((title, token), *_) = asked["buttons"]
    await service.telegram.deliver(service.telegram.press_update(token))
    await until(lambda: len(service.telegram.sent) == 2)

    assert title == "Lâm Đồng"
    assert [heard for _, heard in service.bot.dialogue.heard] == ["Tôi ở Lâm Đồng"]
    with service.bot.database.engine.connect() as connection:
        bodies = connection.execute(sa.text("SELECT body FROM bot_inbox")).scalars().all()
    assert not any("11.9" in repr(service.bot.vault.open(body)) for body in bodies if body)


async def test_place_that_is_shared_by_name_counts_like_a_position(service: Service) -> None:
    venue = {"location": {"latitude": 16.047, "longitude": 108.206}, "title": "Chợ Hàn", "address": "Đà Nẵng"}
    await service.telegram.deliver(service.telegram.message_update(venue=venue))
    await until(lambda: service.telegram.sent)

    assert service.telegram.sent[0]["buttons"][0][0] == "Đà Nẵng"


async def test_every_sign_of_html_is_said_as_it_is(service: Service) -> None:
    service.bot.dialogue.respond = _answer_with("Thu nhập < 5 & > 3: <b>không</b> **đậm** &amp;")  # type: ignore[method-assign]

    await service.telegram.deliver(service.telegram.text_update("gì"))
    await until(lambda: service.telegram.sent)

    assert service.telegram.sent[0]["text"] == "Thu nhập < 5 & > 3: <b>không</b> đậm &amp;"
    assert "<b>đậm</b>" in service.telegram.sent[0]["raw"]


async def test_caption_of_a_photo_is_read(service: Service) -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    await service.telegram.deliver(service.telegram.message_update(photo=photo, caption="giấy này là gì"))

    await until(lambda: service.telegram.sent)

    assert service.telegram.sent[0]["text"] == "nghe: giấy này là gì"


async def test_start_and_commands_are_words_for_the_dialogue(service: Service) -> None:
    for text in ("/start abc", "/canbo@ansinh_bot", '/check{"age":"81"}'):
        await service.telegram.deliver(service.telegram.text_update(text))

    await until(lambda: len(service.telegram.sent) == 3)

    assert [heard for _, heard in service.bot.dialogue.heard] == ["xin chào", "gặp cán bộ", 'check{"age":"81"}']


async def test_edited_text_asks_for_a_new_message(service: Service) -> None:
    update = service.telegram.text_update("86 tuổi")
    update["edited_message"] = update.pop("message") | {"edit_date": 1795312490}
    await service.telegram.deliver(update)

    await until(lambda: service.telegram.sent)

    assert service.telegram.sent[0]["text"] == service.bot.phrases["edited"]


async def test_group_talk_is_left_alone_and_each_member_has_a_conversation(service: Service) -> None:
    group = {"id": -9, "type": "supergroup", "title": "Tổ dân phố"}
    service.telegram.chats.add(-9)
    mention = [{"type": "mention", "offset": 0, "length": 11}]
    await until(lambda: service.registration.username)

    talk = service.telegram.text_update("ăn cơm chưa")
    talk["message"]["chat"] = group
    await service.telegram.deliver(talk)
    for person in (501, 502):
        update = service.telegram.message_update(text="@ansinh_bot mẹ 76", entities=mention)
        update["message"] |= {"chat": group, "from": service.telegram.person(person)}
        await service.telegram.deliver(update)
    await until(lambda: len(service.telegram.sent) == 2)

    assert {heard for _, heard in service.bot.dialogue.heard} == {"mẹ 76"}
    assert len({conversation for conversation, _ in service.bot.dialogue.heard}) == 2
    assert all(metadata["is_group"] for metadata in service.bot.dialogue.metadata)
    assert {sent["chat"] for sent in service.telegram.sent} == {-9}
