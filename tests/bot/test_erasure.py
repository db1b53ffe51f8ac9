"""Deletion goes everywhere and can be proved, on each kind of database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from cryptography.fernet import Fernet

import app.tables  # noqa: F401 - every table is looked at
from actions.interview import Interview
from actions.interviews import SqlInterviews
from app.privacy import RawFacts, SpoolFiles
from bot.erasure import TOMBSTONE, Erasures, Left
from bot.errors import StorageUnavailable
from bot.export import Export
from bot.handover.desk import HandoverDesk
from bot.handover.tables import NOTE
from bot.messages import Acceptance, InboundMessage, MessageKind
from bot.retention import Retention
from bot.spool import SpooledInbox
from core.database import Base
from tests.bot.conftest import Bot
from tests.bot.fakes import HandClock, message
from tests.bot.handover.conftest import LAN, desk_of


class NoInbox:
    async def accept(self, message: InboundMessage) -> Acceptance:
        raise StorageUnavailable("telegram", "k")


@dataclass
class Kept:
    """One citizen with something in every store."""

    bot: Bot
    desk: HandoverDesk
    interviews: SqlInterviews
    erasures: Erasures


async def keep(bot: Bot, spool: Path) -> Kept:
    desk = desk_of(bot)
    interviews = SqlInterviews(bot.database, Fernet(Fernet.generate_key()), bot.clock)
    interviews.save(Interview("telegram-lan", people={"mother": {"age_years": 76}}))
    for number, words in enumerate(("mẹ tôi 76 tuổi", "gặp cán bộ")):
        await bot.inbox.accept(message(words, id=str(number)))
    await work(bot)
    await desk.holding.claim("telegram-lan", LAN)
    await desk.notes.add("telegram-lan", LAN, "gọi lại")
    await desk.notes.tag("telegram-lan", LAN, ["bhyt"])
    erasures = Erasures(bot.storage, bot.vault, Base.metadata, [SpoolFiles(spool, bot.vault)])
    return Kept(bot, desk, interviews, erasures)


async def work(bot: Bot) -> None:
    task = await bot.inbox.claim()
    while task is not None:
        turn = await bot.gateway.turn(task.message, task.known)
        task = await bot.inbox.finish(task, turn, [])


async def test_nothing_is_left_anywhere_and_that_can_be_shown(idle: Bot, clock: HandClock, tmp_path: Path) -> None:
    kept = await keep(idle, tmp_path / "spool")
    before = {one.store: one.count for one in (await kept.erasures.prove("telegram-lan")).left}

    await idle.inbox.accept(message("", id="9", kind=MessageKind.WITHDRAWN))
    kept.interviews.delete("telegram-lan")  # as the service's eraser does
    await work(idle)
    proof, sweep = await kept.erasures.prove("telegram-lan"), await kept.erasures.sweep()

    stores = ("bot_conversation", "bot_desk_change", "bot_inbox", "bot_note", "bot_tag", "bot_transcript", "interviews")
    assert [store for store in stores if not before[store]] == []
    assert proof.is_gone
    assert proof.erased_at == clock.now()
    assert (sweep.tombstones, sweep.returned, sweep.is_clean) == (1, 0, True)


async def test_the_proof_fails_where_something_is_left(idle: Bot, clock: HandClock, tmp_path: Path) -> None:
    """A proof that cannot fail proves nothing."""
    kept = await keep(idle, tmp_path / "spool")
    await idle.inbox.accept(message("", id="9", kind=MessageKind.WITHDRAWN))
    await work(idle)
    spool = SpooledInbox(NoInbox(), tmp_path / "spool" / "zalo.sealed", idle.vault)
    await spool.accept(message("chưa vào kho", id="10"))

    proof = await kept.erasures.prove("telegram-lan")

    assert [one for one in proof.left if one.count] == [Left("interviews", 1), Left("spool files", 1)]


async def test_who_writes_again_is_not_taken_for_left_over(idle: Bot, clock: HandClock, tmp_path: Path) -> None:
    kept = await keep(idle, tmp_path / "spool")
    kept.interviews.delete("telegram-lan")
    await idle.inbox.accept(message("", id="9", kind=MessageKind.WITHDRAWN))
    await work(idle)
    clock.advance(minutes=5)
    await idle.inbox.accept(replaced(message("chào lại", id="11"), clock))
    await work(idle)

    clean = await kept.erasures.sweep()
    await idle.storage.write(
        lambda c: c.execute(
            sa.insert(NOTE).values(
                conversation_id="telegram-lan", staff="lan", body="x", at=clock.now().replace(year=2025)
            )
        )
    )
    leaking = await kept.erasures.sweep()

    assert (clean.returned, clean.is_clean) == (1, True)
    assert [one for one in leaking.left if one.count] == [Left("bot_note", 1)]


async def test_the_last_word_on_a_page_goes_after_a_day(idle: Bot, clock: HandClock) -> None:
    """A page fetches the reply that everything is deleted; then that goes too."""
    await idle.inbox.accept(message("xóa dữ liệu của tôi", id="1", channel="web"))
    await work(idle)
    said = [entry.text for entry in await idle.transcript.since("web-lan")]
    clock.advance(days=1, minutes=1)

    await Retention(idle.storage, clock).run()

    assert said == ["Đã xóa."]
    assert await idle.storage.read(lambda c: c.scalar(sa.text("SELECT count(*) FROM bot_conversation"))) == 0
    assert await idle.storage.read(lambda c: c.scalar(sa.select(sa.func.count()).select_from(TOMBSTONE))) == 1


async def test_everything_kept_can_be_handed_out(idle: Bot, tmp_path: Path) -> None:
    kept = await keep(idle, tmp_path)
    export = Export(idle.storage, idle.transcript, kept.desk.notes, RawFacts(kept.interviews))

    given = await export.of("telegram-lan")

    assert given is not None
    assert [line["text"] for line in given["transcript"]][:2] == ["mẹ tôi 76 tuổi", "nghe: mẹ tôi 76 tuổi"]
    assert given["facts"]["facts"] == {"mother": {"age_years": 76}}
    assert [note["text"] for note in given["notes_of_staff"]] == ["gọi lại"]
    assert await export.of("telegram-nobody") is None


def replaced(message: InboundMessage, clock: HandClock) -> InboundMessage:
    from dataclasses import replace

    return replace(message, received_at=clock.now())
