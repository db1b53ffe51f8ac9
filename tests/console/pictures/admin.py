"""The pages of editors, approvers and administrators: over the released rules and a database filled for the purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from console import aside
from console.security.permissions import Role
from knowledge.index.build import IndexStore
from rules.impact import Subject
from tests.console.admin.conftest import LiveRules
from tests.console.admin.documents.library import small_knowledge
from tests.console.desk import PASSWORD, ConsoleUnderTest
from tests.console.filling import fill
from tests.console.filling_law import ARTICLE
from tests.console.filling_law import DECREE as FRAME
from tests.console.pictures.studio import Studio
from tests.journeys.service import Server

PENSION = "social_pension.amount"
NUMBER = "412/2026/NĐ-CP"
RAISE = {
    "value": "600.000",
    "start": "01/01/2027",
    "cites": "412/2026/NĐ-CP, Điều 3",
    "title": "Nâng mức hưu trí xã hội",
}
OLD = {"monthly_pension_vnd": 0, "monthly_social_insurance_benefit_vnd": 0, "household_status": "poor"}
PEOPLE = [{"date_of_birth": str(year), **OLD} for year in (1944, 1947, 1949, 1950, 1954, 1956)]
NAMES = {"lan": ("Nguyễn Thị Lan", "editor"), "minh": ("Lê Quang Minh", "approver"), "ha": ("Vũ Thu Hà", "admin")}


@dataclass
class Town:
    """One console and the studios of its people."""

    desk: ConsoleUnderTest
    studios: Mapping[str, Studio]


@contextmanager
def town_in(folder: Path, browser: Browser, out: Path, *, every: bool) -> Iterator[Town]:
    """Start a console over a database that has been in use for a while."""
    folder.mkdir()
    desk = ConsoleUnderTest(folder)
    fill(desk.database, desk.clock, desk.vault, conversations=2500, releases=3, audit=300, people=6)
    interviewed: Callable[..., Iterator[Subject]] = lambda on: (  # noqa: E731
        Subject(f"web-{n}/self", facts, on) for n, facts in enumerate(PEOPLE, start=1)
    )
    knowledge = small_knowledge(desk, IndexStore(folder / "index"))
    desk.__dict__["deps"] = replace(desk.deps, interviewed=interviewed, knowledge=knowledge)  # type: ignore[arg-type]
    desk.parts.watched = LiveRules(desk)  # type: ignore[assignment]
    server = Server(desk.app)
    server.start()
    tokens = {name: desk.token_for(_added(desk, name, *about)) for name, about in NAMES.items()}
    studios = {name: Studio(browser, server.url, token, out, every) for name, token in tokens.items()}
    yield Town(desk, studios)
    server.stop()
    desk.close()


def _added(desk: ConsoleUnderTest, name: str, shown: str, role: str) -> int:
    accounts = desk.console.state.gate.accounts
    user, _password = accounts.add(name, shown, [Role(role)], by="pictures")
    accounts.set_password(user.id, PASSWORD)
    return int(user.id)


def take(browser: Browser, out: Path, folder: Path, *, every: bool) -> None:
    """Take every picture of these pages."""
    aside._PATIENCE = 60
    with town_in(folder, browser, out, every=every) as town:
        lan, minh, ha = (town.studios[name] for name in NAMES)
        draft = changes(lan)
        cases(lan, draft)
        reading(lan)
        builders(lan)
        documents(lan)
        publishing(lan, minh, draft)
        service(ha)


def shot(studio: Studio, path: str, name: str, *sizes: str, then: Callable[[Page], None] | None = None) -> None:
    """Take a page at the sizes asked for."""
    for size in studio.sizes(*sizes):
        with studio.page(path, size=size) as page:
            if then is not None:
                then(page)
            studio.keep(page, f"{name}{size}")


def changes(lan: Studio) -> str:
    """Raise a level from a day; return the path of the draft."""
    with lan.page(f"/rules/change/add_value?key={PENSION}") as page:
        for name, text in RAISE.items():
            page.locator(f"#f-{name}").fill(text)
        page.get_by_role("button", name="Lưu vào bản soạn").click()
        page.locator(".trial h2", has_text="Thay đổi này làm gì").wait_for()
        draft = page.url.split("/console")[1]
    shot(lan, draft, "draft")
    if lan.every:
        shot(lan, f"/rules/change/add_value?key={PENSION}", "change")
        shot(lan, "/rules/drafts", "drafts")
    return draft


def cases(lan: Studio, draft: str) -> None:
    """A worked case that the draft's rules judge otherwise, and the list."""
    of = f"benefit=social_pension&draft={draft.rsplit('/', 1)[1]}"
    shot(lan, f"/rules/cases/edit?{of}&id=pension-born-29-february", "case", "", "-phone", then=expecting)
    if lan.every:
        shot(lan, f"/rules/cases?{of}", "cases")
        shot(lan, f"/rules/cases/edit?{of}", "case-new")
        shot(lan, "/rules/cases/edit?benefit=health_insurance_card&id=card-hanoi-pensioner", "case-long")


def expecting(page: Page) -> None:
    page.locator("#e_0_figures").click()
    page.locator("#e_0_r_amount_vnd_per_month").fill("540.000")
    expect(page.locator("#e-e_0_r_amount_vnd_per_month")).to_contain_text("Luật của bản soạn ra")
    page.evaluate("window.scrollTo(0, 0)")


def reading(lan: Studio) -> None:
    """The law, read."""
    shot(lan, "/rules", "rules")
    shot(lan, "/rules/benefits/social_pension", "benefit")
    if lan.every:
        shot(lan, "/rules/figures", "law-figures")
        shot(lan, f"/rules/figures/{PENSION}", "law-figure")
        shot(lan, "/rules/releases", "releases")
        shot(lan, "/rules/yaml?path=parameters/social_pension.yaml", "yaml")


def builders(lan: Studio) -> None:
    """Conditions by fields, and a new group."""
    group = "benefit=social_pension&group=social_pension/poor_or_near_poor_70"
    with lan.page("/rules/change/set_conditions?benefit=social_pension") as page:
        options = page.locator("#f-template option")
        group = f"benefit=social_pension&group={options.nth(2).get_attribute('value')}"
    shot(lan, f"/rules/change/set_conditions?{group}", "builder", "", "-phone", then=to_builder)
    if lan.every:
        shot(lan, "/rules/change/add_group?benefit=social_allowance&after=social_allowance/poor_single_parent", "group")


def to_builder(page: Page) -> None:
    page.locator("#f-condition").evaluate("section => window.scrollTo(0, section.offsetTop - 80)")


def documents(lan: Studio) -> None:
    """A decree that was taken in."""
    articles = "".join(ARTICLE.format(n=n, number=NUMBER) for n in range(1, 4))
    text = FRAME.format(number=NUMBER, year=2026, at=2, articles=articles, last=4, replaced="")
    with lan.page("/documents/new") as page:
        sent = {"name": "nghi-dinh-412.txt", "mimeType": "text/plain", "buffer": text.encode()}
        page.set_input_files("#f-document", sent)  # type: ignore[arg-type]
        page.locator("main form button[type=submit]").click()
        page.wait_for_url("**/documents/*")
        document = page.url.split("/console")[1]
    shot(lan, document, "document")
    if lan.every:
        shot(lan, "/documents", "documents")


def publishing(lan: Studio, minh: Studio, draft: str) -> None:
    """Sent by one person, approved by another, about to be published."""
    with lan.page(draft) as page:
        page.locator("#c-submit").fill("Theo Nghị định 412/2026/NĐ-CP")
        page.get_by_role("button", name="Gửi người thứ hai duyệt").click()
        page.get_by_text("Đã gửi duyệt").wait_for()
    with minh.page(draft) as page:
        page.get_by_role("button", name="Duyệt đúng bản này").click()
        page.get_by_text("Đã duyệt:").wait_for()
    with minh.page(f"{draft}/publish", dark=True) as page:
        minh.keep(page, "publish-dark")
    if minh.every:
        shot(minh, f"{draft}/publish", "publish")


def service(ha: Studio) -> None:
    """Switches and figures of the service."""
    shot(ha, "/switches", "switches", "-phone")
    shot(ha, "/figures", "figures")
    if ha.every:
        for name in ("users", "channels", "retention", "audit"):
            shot(ha, f"/{name}", name)
