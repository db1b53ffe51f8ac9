"""The bot's words beside the masked facts: covered with them, uncovered by the same noted look; the citizen's stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from actions.interview import Interview
from actions.phrasebook import Phrasebook
from actions.telling import FactTeller
from app.casefile import CaseFile
from app.console import LoggedViews
from bot.conversation.ledger import Ledger
from bot.handover.facts import MaskedFacts
from bot.handover.holding import Staff
from bot.messages import Author, Reply
from bot.tables import CONVERSATION
from tests.console.conftest import Browse
from tests.console.desk import Client, ConsoleUnderTest
from tests.console.staff.test_inbox import ID, arrived

SENSITIVE = "khuyết tật nặng"
HEARD = "Mình gửi kèm những gì đã nghe: bố anh/chị 78 tuổi, khuyết tật nặng; Nghệ An."
COVERED = "Mình gửi kèm những gì đã nghe: bố anh/chị 78 tuổi, ••••; Nghệ An."
STORY = "Bố tôi bị khuyết tật nặng, gặp cán bộ"


class OneInterview:
    """Keeps what one citizen told."""

    def load(self, conversation: str) -> Interview:
        return Interview(conversation, people={"father": {"age_years": 78, "disability_degree": "severe"}})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ConsoleUnderTest]:
    desk = ConsoleUnderTest(tmp_path)
    phrases, rules = Phrasebook.load(), desk.deps.rules
    vocabulary, places = rules.service.vocabulary, desk.parts.rules.places
    source = CaseFile(OneInterview(), vocabulary, phrases, FactTeller(phrases, vocabulary, places), places.names())  # type: ignore[arg-type]
    facts = MaskedFacts(
        desk.messages.storage, desk.clock, desk.messages.signals, source=source, views=LoggedViews(desk.audit)
    )
    desk.__dict__["deps"] = dataclasses.replace(
        desk.deps, handover=dataclasses.replace(desk.messages.handover, facts=facts)
    )
    yield desk
    desk.close()


def handed_over(desk: ConsoleUnderTest, client: Client) -> None:
    """Let a citizen tell of her father and want a person; the bot repeats what it heard. Thu has the talk."""
    arrived(desk, client)
    lines = [(Author.CITIZEN, Reply(STORY), desk.clock.now()), (Author.BOT, Reply(HEARD), desk.clock.now())]
    with desk.database.engine.begin() as connection:
        Ledger(desk.vault, desk.clock).say(connection, ID, lines, seq=None)
    assert client.submit(f"/inbox/{ID}/claim", {"version": _version(desk)}).status_code == 303


def _version(desk: ConsoleUnderTest) -> int:
    with desk.database.engine.connect() as connection:
        return int(connection.execute(sa.select(CONVERSATION.c.version)).scalar_one())


def test_the_bot_repeats_nothing_that_the_panel_masks(desk: ConsoleUnderTest) -> None:
    """Until somebody says why she looks: then both are shown, and the look stands in the log."""
    client = desk.signed_in("staff", name="thu")
    handed_over(desk, client)

    page = client.see(f"/inbox/{ID}").text
    uncovered = client.submit(f"/inbox/{ID}/facts", {"reason": "hỏi mức"}).text

    assert COVERED in page
    assert STORY in page
    assert HEARD not in page
    assert HEARD in uncovered
    assert ("facts.view", {"reason": "hỏi mức"}) in [(e.action, e.details) for e in desk.audited()]


def test_a_correction_of_the_bot_repeats_nothing_either(desk: ConsoleUnderTest) -> None:
    """It goes to editors, who have no business with the facts of a citizen."""
    client = desk.signed_in("staff", name="thu")
    handed_over(desk, client)
    lines = client.portal.call(desk.messages.transcript.since, ID)
    seq = next(line.seq for line in lines if line.text == HEARD)

    page = client.see(f"/corrections/new?conversation={ID}&line={seq}").text

    assert COVERED in page
    assert HEARD not in page


@pytest.mark.browser
def test_covering_and_uncovering_goes_for_panel_and_chat_at_once(desk: ConsoleUnderTest, browse: Browse) -> None:
    """Without reloading the page, and back again."""
    client = desk.signed_in("staff", name="thu")
    page = browse("staff", path="/inbox")
    handed_over(desk, client)
    client.portal.call(desk.messages.handover.holding.transfer, ID, Staff("thu", "Thu"), Staff("staff1", "Staff1"))
    page.goto(f"{page.url}/{ID}")
    line = page.locator(".line.from-bot p").filter(has_text="Mình gửi kèm")
    expect(line).to_have_text(COVERED)

    page.get_by_text("Hiện thông tin nhạy cảm").click()
    page.get_by_label("Lý do xem").fill("hỏi mức")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(line).to_have_text(HEARD)
    expect(page.locator("#talk-facts")).to_contain_text(SENSITIVE)

    page.get_by_role("button", name="Che lại").click()
    expect(line).to_have_text(COVERED)
    expect(page.locator("#talk-facts")).not_to_contain_text(SENSITIVE)


COUNT_REQUESTS = """() => {
  window.asked = 0;
  document.addEventListener('htmx:beforeRequest', () => { window.asked += 1; });
}"""
HOLD_NEWS = """() => document.querySelector('#talk-facts').dispatchEvent(
  new CustomEvent('htmx:sseBeforeMessage', {bubbles: true, cancelable: true}))"""
OPEN_AND_CLOSE = """() => new Promise((done) => {
  const details = document.querySelector('#talk-facts details');
  details.addEventListener('toggle', () => {
    details.addEventListener('toggle', () => setTimeout(() => done(window.asked)), {once: true});
    details.open = false;
  }, {once: true});
  details.open = true;
})"""


@pytest.mark.browser
def test_what_was_drawn_anew_is_not_asked_for_again(desk: ConsoleUnderTest, browse: Browse) -> None:
    """News that came while one looked is in what is drawn when one covers the facts: nothing more is fetched for it."""
    client = desk.signed_in("staff", name="thu")
    page = browse("staff", path="/inbox")
    handed_over(desk, client)
    client.portal.call(desk.messages.handover.holding.transfer, ID, Staff("thu", "Thu"), Staff("staff1", "Staff1"))
    page.goto(f"{page.url}/{ID}")
    page.get_by_text("Hiện thông tin nhạy cảm").click()
    page.evaluate(HOLD_NEWS)
    page.get_by_label("Lý do xem").fill("hỏi mức")
    page.get_by_role("button", name="Xem", exact=True).click()
    page.get_by_role("button", name="Che lại").click()
    expect(page.locator("#talk-facts")).not_to_contain_text(SENSITIVE)

    page.evaluate(COUNT_REQUESTS)

    assert page.evaluate(OPEN_AND_CLOSE) == 0
