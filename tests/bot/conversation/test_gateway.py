"""The gateway: words in, replies out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.direct import BriefMemory, DirectTalk
from bot.conversation.gateway import STAFF_SILENCE, Gateway
from bot.conversation.memory import Recollection
from bot.conversation.phrases import Phrases
from bot.conversation.words import LONGEST_ASKED, harmless, tidy
from bot.messages import Choice, MessageKind
from bot.tables import Holder
from tests.bot.fakes import EchoDialogue, EmptyMemory, HandClock, message

OFFERED = (Choice("Hộ nghèo", "/poor", "1.0.0"), Choice("Hộ cận nghèo", "/near", "1.0.1"))


def gateway(dialogue: EchoDialogue, known: Recollection | None = None, clock: HandClock | None = None) -> Gateway:
    return Gateway(dialogue, EmptyMemory(known), Phrases.load(), clock or HandClock())


@pytest.mark.parametrize(
    "text",
    [
        '/check{"age":"81"}',
        '//check{"age":"81"}',
        ' \u200b/check{"age":"81"}',
        '\uff0fcheck{"age":"81"}',
        '\\/check{"age":"81"}',
    ],
)
async def test_typed_intent_reaches_the_dialogue_as_words(text: str) -> None:
    """Rasa would take it for an intent and set the age directly."""
    dialogue = EchoDialogue()

    await gateway(dialogue).handle(message(text))

    assert dialogue.heard[0][1] == 'check{"age":"81"}'


@given(st.text())
def test_no_text_can_be_a_command_of_the_dialogue(text: str) -> None:
    assert not harmless(tidy(text)).startswith("/")


async def test_text_is_composed_and_squeezed() -> None:
    dialogue = EchoDialogue()

    await gateway(dialogue).handle(message("  me\u0323  76\n\n tuo\u0302\u0309i \x00"))

    assert dialogue.heard[0][1] == "mẹ 76 tuổi"


async def test_long_text_is_cut_and_says_so() -> None:
    dialogue = EchoDialogue()

    replies = await gateway(dialogue).handle(message("tuổi " * 2500))

    assert len(dialogue.heard[0][1]) <= LONGEST_ASKED
    assert replies[-1].text == Phrases.load()["too_long"]


async def test_only_what_the_dialogue_may_know_goes_with_the_words() -> None:
    dialogue = EchoDialogue()

    await gateway(dialogue).handle(message(metadata={"as_of": "2026-11-21", "province": "79", "phone": "0912345678"}))

    assert dialogue.metadata[0] == {
        "channel": "telegram",
        "is_group": False,
        "message": "1",
        "as_of": "2026-11-21",
        "province": "79",
    }


@pytest.mark.parametrize("text", ["2", " 2. ", "2)", "hộ cận nghèo", "Ho can ngheo"])
async def test_offered_choice_is_named_by_number_or_words(text: str) -> None:
    dialogue = EchoDialogue()

    turn = await gateway(dialogue, Recollection(offered=OFFERED)).turn(message(text))

    assert dialogue.heard[0][1] == "/near"
    assert turn.said == "Hộ cận nghèo"


@pytest.mark.parametrize("text", ["3", "0", "²", "76", "2 con"])
async def test_other_numbers_are_words(text: str) -> None:
    dialogue = EchoDialogue()

    await gateway(dialogue, Recollection(offered=OFFERED)).handle(message(text))

    assert dialogue.heard[0][1] == text


async def test_number_answers_a_question_for_a_number() -> None:
    """'2' to 'mấy con?' is two children."""
    dialogue = EchoDialogue()

    await gateway(dialogue, Recollection(offered=OFFERED, numeric_answer=True)).handle(message("2"))

    assert dialogue.heard[0][1] == "2"


async def test_person_in_charge_hears_and_the_bot_is_silent() -> None:
    dialogue, clock = EchoDialogue(), HandClock()
    known = Recollection(holder=Holder.HUMAN, last_staff_at=clock.now())

    for kind in (MessageKind.TEXT, MessageKind.PHOTO, MessageKind.STARTED):
        turn = await gateway(dialogue, known, clock).turn(message("alo", kind=kind))
        assert turn.replies == ()
        assert turn.said is not None

    assert not dialogue.heard


async def test_silent_person_gives_the_conversation_back() -> None:
    """Nobody must wait for an answer from a desk that closed hours ago."""
    dialogue, clock = EchoDialogue(), HandClock()
    known = Recollection(holder=Holder.HUMAN, last_staff_at=clock.now())
    clock.advance(seconds=(STAFF_SILENCE + timedelta(minutes=1)).total_seconds())

    turn = await gateway(dialogue, known, clock).turn(message("alo"))

    assert turn.holder is Holder.BOT
    assert dialogue.heard


async def test_wish_for_a_person_is_noted_and_the_bot_stays() -> None:
    turn = await gateway(EchoDialogue()).turn(message("gặp cán bộ"))

    assert (turn.holder, turn.reason) == (Holder.WAITING, "asked")
    assert turn.replies[0].text == "Đợi chút nhé."


async def test_silence_of_the_dialogue_is_not_passed_on() -> None:
    replies = await gateway(EchoDialogue()).handle(message("im lặng"))

    assert replies[0].text == Phrases.load()["no_answer"]


async def test_identity_number_is_blanked_and_said_so() -> None:
    dialogue = EchoDialogue()

    replies = await gateway(dialogue).handle(message("cccd 079081012345, mẹ 76 tuổi"))

    assert dialogue.heard[0][1] == "cccd [id], mẹ 76 tuổi"
    assert replies[-1].text == Phrases.load()["blanked"]


@pytest.mark.parametrize("text", ["", "///", "\u200b", "/"])
async def test_nothing_said_is_answered_without_the_dialogue(text: str) -> None:
    dialogue = EchoDialogue()

    replies = await gateway(dialogue).handle(message(text))

    assert replies[0].text == Phrases.load()["empty"]
    assert not dialogue.heard


async def test_conversation_without_channel_understands_numbers_too() -> None:
    dialogue, memory, clock = EchoDialogue(), BriefMemory(), HandClock()
    talk = DirectTalk(Gateway(dialogue, memory, Phrases.load(), clock), memory, clock, conversation_id="terminal-1")

    await talk.say("hỏi")
    await talk.say("2")
    await talk.say("mấy con")
    await talk.say("1")

    assert [text for _, text in dialogue.heard] == ["hỏi", '/inform{"h":"near_poor"}', "mấy con", "1"]


def test_every_kind_without_words_has_a_sentence() -> None:
    phrases = Phrases.load()
    spoken = set(MessageKind) - {
        *(MessageKind.TEXT, MessageKind.COMMAND, MessageKind.CHOICE, MessageKind.STARTED),
        *(MessageKind.STAFF, MessageKind.WITHDRAWN, MessageKind.BLOCKED),
    }

    assert all(phrases[kind] for kind in spoken)


async def test_her_rights_are_answered_beside_a_person() -> None:
    """'Delete my data' does not wait for staff to read it, and the person keeps the conversation."""
    dialogue = EchoDialogue()
    with_person = Recollection(holder=Holder.HUMAN)
    door = Gateway(
        dialogue, EmptyMemory(with_person), Phrases.load(), HandClock(), must_answer=lambda text: "xóa" in text
    )

    talk = await door.turn(message("tôi gửi thêm giấy sau nhé"))
    deletion = await door.turn(message("xóa dữ liệu của tôi"))

    assert talk.replies == ()
    assert len(deletion.replies) == 1
    assert deletion.holder is None
