"""Two services on one database: neither answers from what it remembers when the other knew better since."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.fernet import Fernet

from actions.interview import Interview
from actions.interviews import SqlInterviews
from actions.keeping import ConsentedInterviews, PassingInterviews
from actions.privacy_log import DELETED, GIVEN, PrivacyDesk, SqlPrivacyLog
from app.service import PassingEraser
from bot.messages import Reply
from bot.switches import SwitchBoard, Switches, SwitchKind
from core.audit import AuditLog
from core.clock import SystemClock
from core.database import Database
from tests.bot.conftest import Bot, database, postgres_url, sqlite_database  # noqa: F401 - fixtures
from tests.bot.fakes import EchoDialogue, message, until

KEY = Fernet.generate_key()
CLOCK = SystemClock()
WHO = "telegram-lan"


class Remembering(EchoDialogue):
    """Remembers an age as the real dialogue does: in memory, or in the database with consent."""

    def __init__(self, database: Database, passing: PassingInterviews) -> None:  # noqa: F811
        super().__init__()
        self.log = SqlPrivacyLog(database)
        self.store = ConsentedInterviews(SqlInterviews(database, Fernet(KEY), CLOCK), passing, self.log)

    async def respond(self, conversation_id: str, text: str, *, metadata: Mapping[str, object]) -> list[Reply]:
        interview = self.store.load(conversation_id) or Interview(conversation_id)
        desk = PrivacyDesk(self.log, CLOCK)
        if text == "xóa":
            self.store.delete(conversation_id)
            desk.note(DELETED, conversation_id)
            return [Reply("đã xóa", erase=True)]
        if text.isdigit():
            interview.learn("mother", "age_years", int(text))
        if text == "đồng ý":
            interview.consent = True
            desk.note(GIVEN, conversation_id)
        self.store.save(interview)
        return [Reply(f"biết {interview.facts_of('mother').get('age_years')}")]


class Service:
    """One service, started and stopped; what its process remembers stays, as if it had only been out of reach."""

    def __init__(self, database: Database) -> None:  # noqa: F811
        self.database, self.passing = database, PassingInterviews(CLOCK)
        self.bot: Bot | None = None

    async def start(self) -> None:
        dialogue = Remembering(self.database, self.passing)
        self.bot = Bot(self.database, CLOCK, dialogue=dialogue, memories=[PassingEraser(self.passing)])
        await self.bot.start()

    async def stop(self) -> None:
        if self.bot:
            await self.bot.stop()
        self.bot = None


class Citizen:
    """Writes to whichever service runs and waits for the answer."""

    def __init__(self, *services: Service) -> None:
        self.services, self.count = services, 0

    async def say(self, words: str) -> str:
        self.count += 1
        running = [service.bot for service in self.services if service.bot]
        before = sum(len(bot.sender.sent) for bot in running)
        await running[self.count % len(running)].inbox.accept(message(words, id=str(self.count)))
        await until(lambda: sum(len(bot.sender.sent) for bot in running) > before, seconds=10)
        return next(bot.sender.sent[-1].text for bot in running if bot.sender.sent and _is_last(bot, running))


def _is_last(bot: Bot, running: list[Bot]) -> bool:
    newest = max(one.sender.sent[-1].id for one in running if one.sender.sent)
    return bot.sender.sent[-1].id == newest


async def test_what_was_told_consented_or_deleted_elsewhere_counts(database: Database) -> None:  # noqa: F811
    one, two = Service(database), Service(database)
    citizen = Citizen(one, two)

    await one.start()
    told = [await citizen.say("76")]
    await two.start()
    told += [await citizen.say(f"câu {n}") for n in range(4)]  # taken in by either, answered by the one that knows
    await one.stop()
    elsewhere = [await citizen.say("câu khác"), await citizen.say("81"), await citizen.say("đồng ý")]
    await two.stop()
    await one.start()
    back = await citizen.say("mẹ mấy tuổi")
    gone = await citizen.say("xóa")
    await one.stop()
    await two.start()
    after = await citizen.say("mẹ mấy tuổi")
    await two.stop()

    assert told == ["biết 76"] * 5
    assert elsewhere == ["biết None", "biết 81", "biết 81"]
    assert (back, gone, after) == ("biết 81", "đã xóa", "biết None")


def test_a_switch_thrown_in_one_process_is_seen_by_the_other(database: Database) -> None:  # noqa: F811
    known = {SwitchKind.CHANNEL: ["telegram"], SwitchKind.BENEFIT: ["elderly-allowance"]}
    here, there = (Switches(database, CLOCK, AuditLog(database, CLOCK), known=known) for _ in range(2))
    board = SwitchBoard(there)
    board.look()

    here.turn_off(SwitchKind.BENEFIT, "elderly-allowance", reason="nghị định mới", actor="lan")

    assert board.look()
    assert board.names_off(SwitchKind.BENEFIT) == {"elderly-allowance"}
