"""A store of a small rule set of the tests' own, on each kind of database."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from core.audit import AuditLog
from core.database import Database
from rules.authoring.validation import validate
from rules.documents import Documents
from rules.store.drafts import DraftStore
from rules.store.publishing import Publisher
from rules.store.records import Draft, ReleaseRecord
from rules.store.releases import ReleaseStore
from rules.store.seeding import Seeder
from tests.bot.fakes import HandClock
from tests.rules.small import BENEFIT, LEVEL_TEXT

LEVEL = "parameters/test.yaml"
RULES = {
    "benefits/test/rules.yaml": BENEFIT
    + """
requires: {fact: monthly_pension_vnd, less_than: test.level}
results:
  amount_vnd: {unit: vnd, value: test.level}
""",
    LEVEL: LEVEL_TEXT,
}


@dataclass
class Office:
    """Everything an editor and an approver work with."""

    database: Database
    clock: HandClock
    releases: ReleaseStore
    drafts: DraftStore
    publisher: Publisher
    audit: AuditLog

    @classmethod
    def on(cls, database: Database) -> Office:
        clock = HandClock()
        audit = AuditLog(database, clock)
        releases = ReleaseStore(database, clock, audit)
        drafts = DraftStore(releases, validate)
        return cls(database, clock, releases, drafts, Publisher(drafts, validate), audit)

    def seed(self, documents: dict[str, str] | None = None) -> ReleaseRecord:
        release = Seeder(self.releases, "1.0", Documents(documents or RULES)).ensure()
        assert release is not None
        return release

    def approved(self, changes: dict[str, str | None]) -> Draft:
        draft = self.drafts.open(actor="lan", title="Nâng mức", changes=changes)
        draft = self.drafts.submit(draft.id, version=draft.version, actor="lan")
        return self.drafts.approve(draft.id, version=draft.version, actor="minh")

    def published(self, changes: dict[str, str | None]) -> ReleaseRecord:
        draft = self.approved(changes)
        return self.publisher.publish(draft.id, version=draft.version, actor="minh")


def level(value: int, since: str = "2027-01-01") -> dict[str, str]:
    """Return the change that adds a value of the parameter."""
    row = f"      - {{from: {since}, value: {value}, cites: ['2/2026/NĐ-CP, Điều 1']}}\n"
    return {LEVEL: RULES[LEVEL] + row}


@pytest.fixture
def office(each_database: Database) -> Office:
    return Office.on(each_database)
