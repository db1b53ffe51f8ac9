"""A database as it looks after months of work: conversations, hand-overs, daily counts, releases, people, audit."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.daily import DAILY, SECONDS
from bot.handover.changes import ChangeKind
from bot.handover.tables import CHANGE
from bot.tables import CONVERSATION, TRANSCRIPT, Holder
from bot.vault import Vault
from console.accounts import Accounts
from console.security.permissions import Role
from core.audit import AuditLog
from core.clock import Clock
from core.database import Database
from rules.documents import Documents
from rules.store.records import ReleaseKind
from rules.store.releases import NewRelease, ReleaseStore, locked_head
from rules.store.seeding import Seeder

CHANNELS = ("telegram", "zalo_oa", "web")
TOPICS = ("social_pension", "social_allowance", "health_insurance_card", "loan_poor_household", "loans", "none")
ACTIONS = ("verdict", "answer", "ask", "papers", "not_understood", "handover", "greet", "refuse")
FACTS = ("household_status", "age", "disability_level", "monthly_pension_vnd", "region_class")
REASONS = ("unknown_answer", "off_topic", "injection")
SAID = ("mẹ tôi 76 tuổi không có lương hưu thì được gì", "đủ điều kiện đề nghị trợ cấp hưu trí xã hội: 540.000 đ/tháng")
LINES = 4
BATCH = 5000


def fill(
    database: Database,
    clock: Clock,
    vault: Vault,
    *,
    conversations: int,
    releases: int,
    audit: int = 2000,
    people: int = 60,
    seed: int = 7,
) -> None:
    """Fill *database*; the same *seed* gives the same counts."""
    chance = random.Random(seed)
    sealed = [vault.seal({"text": text}) for text in SAID]
    with database.engine.begin() as connection:
        for rows in _batches(_conversations(chance, clock.now(), conversations)):
            connection.execute(insert(CONVERSATION), rows)
        for rows in _batches(_lines(chance, clock.now(), conversations, sealed)):
            connection.execute(insert(TRANSCRIPT), rows)
        for rows in _batches(_changes(chance, clock.now(), conversations)):
            connection.execute(insert(CHANGE), rows)
        for rows in _batches(_daily(chance, clock.today())):
            connection.execute(insert(DAILY), rows)
    _people(Accounts(database, clock, vault), people)
    _releases(database, clock, releases)
    log = AuditLog(database, clock)
    with database.session() as session:
        for number in range(audit):
            log.record(
                session,
                actor=f"person{number % people}",
                action=chance.choice(("sign_in", "facts.view", "user.change", "sign_in.refuse")),
                subject=f"conversation/{chance.choice(CHANNELS)}-{number:024x}",
                details={"address": "10.0.0.7", "reason": "người dân gọi lại"},
            )


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def name_of(number: int) -> str:
    """Return the id of a conversation."""
    return f"{CHANNELS[number % 3]}-{number:024x}"


def _conversations(chance: random.Random, now: datetime, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        holder = Holder.WAITING if number < 40 else Holder.HUMAN if number < 60 else Holder.BOT
        at = now - timedelta(minutes=number * 120_000 / max(count, 1))
        yield {
            "id": name_of(number),
            "channel": CHANNELS[number % 3],
            "address": "sealed",
            "holder": holder,
            "holder_since": at if holder is not Holder.BOT else None,
            "holder_name": f"person{number % 9}" if holder is Holder.HUMAN else None,
            "handover_reason": "asked" if holder is not Holder.BOT else None,
            "created_at": at - timedelta(hours=1),
            "last_inbound_at": at,
        }


def _lines(chance: random.Random, now: datetime, count: int, sealed: list[str]) -> Iterator[dict[str, Any]]:
    for number in range(count - 1, -1, -1):
        at = now - timedelta(minutes=number * 120_000 / max(count, 1))
        for line in range(LINES):
            yield {
                "conversation_id": name_of(number),
                "author": ("citizen", "bot")[line % 2],
                "kind": "text",
                "body": sealed[line % 2],
                "said_at": at + timedelta(seconds=line),
            }


def _changes(chance: random.Random, now: datetime, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count // 20, 0, -1):
        at = now - timedelta(minutes=number * 40)
        one = {"conversation_id": name_of(number), "staff": None}
        yield {**one, "kind": ChangeKind.WANTED, "at": at}
        yield {**one, "kind": ChangeKind.CLAIMED, "staff": "lan", "at": at + timedelta(minutes=chance.uniform(1, 30))}


def _daily(chance: random.Random, today: date) -> Iterator[dict[str, Any]]:
    for back in range(365):
        weight = 3.0 if (today - timedelta(days=back)).weekday() < 5 else 1.0
        for channel in CHANNELS:
            one = {"day": today - timedelta(days=back), "channel": channel, "detail": ""}
            yield {**one, "measure": "message", "key": "text", "count": int(weight * chance.uniform(60, 100))}
            for topic in TOPICS:
                for action in ACTIONS:
                    count = int(weight * chance.uniform(0, 4) * (4 if action in {"verdict", "answer"} else 1))
                    yield {**one, "measure": "turn", "key": topic, "detail": action, "count": count}
            for at, end in enumerate((*map(str, SECONDS), "more")):
                yield {**one, "measure": "seconds", "key": end, "count": int(weight * 80 / 3**at)}
            for measure, keys in (("unknown", FACTS), ("refusal", REASONS), ("handover", ("asked", "crisis", "scam"))):
                for at, key in enumerate(keys):
                    yield {
                        **one,
                        "measure": measure,
                        "key": key,
                        "count": int(weight * chance.uniform(1, 9) / (at + 1)),
                    }


def _people(accounts: Accounts, count: int) -> None:
    roles = list(Role)
    for number in range(count):
        accounts.add(f"person{number}", f"Nguyễn Văn {number}", [roles[number % len(roles)]], by="terminal/root")


def _releases(database: Database, clock: Clock, count: int) -> None:
    store = ReleaseStore(database, clock)
    seed = Seeder(store, "0.1.0").ensure()
    documents = Documents.read()
    path = "benefits/social_pension/rules.yaml"
    assert seed is not None
    for number in range(count - 1):
        text = f"{documents.texts[path]}# {number}\n"
        new = NewRelease(
            ReleaseKind.EDIT,
            documents.changed({path: text}),
            seed.seed_hash,
            f"Nghị định {number + 100}/2026/NĐ-CP: nâng mức chuẩn trợ giúp xã hội",
            "minh",
            "thu",
            "thu",
            clock.now() - timedelta(days=(count - number) / 2),
        )
        with database.session() as session:
            store.append(session, new, head=locked_head(session))
