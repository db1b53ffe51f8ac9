"""A database as it looks after months of work: conversations, hand-overs, daily counts, people, audit.

Beside it ``filling_law`` (releases, drafts, documents) and ``filling_staff`` (what is kept of citizens, staff's work).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.daily import DAILY, MINUTES, SECONDS
from bot.handover.changes import ChangeKind
from bot.handover.tables import CHANGE
from bot.tables import CONVERSATION, TRANSCRIPT, Holder
from bot.vault import Vault
from console.accounts import Accounts
from console.security.permissions import Role
from core.audit import AuditHeadRow, AuditRow
from core.chain import chain_hash, lock_head
from core.clock import Clock
from core.database import Database
from tests.console.filling_law import fill_releases

CHANNELS = ("telegram", "zalo_oa", "web")
TOPICS = ("social_pension", "social_allowance", "health_insurance_card", "loan_poor_household", "loans", "none")
ACTIONS = ("verdict", "answer", "ask", "papers", "not_understood", "handover", "greet", "refuse")
FACTS = ("household_status", "date_of_birth", "disability_degree", "monthly_pension_vnd", "area_lists")
REASONS = ("unknown_answer", "off_topic", "injection")
SAID = ("mẹ tôi 76 tuổi không có lương hưu thì được gì", "đủ điều kiện đề nghị trợ cấp hưu trí xã hội: 540.000 đ/tháng")
# Actions of the audit log with what they are about, and how often each is met.
AUDITED = (
    (("sign_in", "console"), 30),
    (("conversation.open", "conversation"), 40),
    (("facts.view", "conversation"), 12),
    (("conversation.say", "conversation"), 10),
    (("sign_in.refuse", "console"), 4),
    (("correction.write", "correction"), 2),
    (("screening.upload", "screening"), 1),
    (("user.change", "user"), 0.5),
    (("documents.correct", "document"), 0.3),
    (("switch.off", "switch"), 0.02),
)
LINES = 6
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
    sealed = [vault.seal({"text": text, "choices": [], "citations": [], "numeric": False}) for text in SAID]
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
    if releases:
        fill_releases(database, clock, releases)
    _audit(database, clock, chance, audit, people)


def _audit(database: Database, clock: Clock, chance: random.Random, count: int, people: int) -> None:
    """Add *count* entries chained to what is there, as ``AuditLog`` would, spread over a year that ends now."""
    with database.session() as session:
        head, now = lock_head(session, AuditHeadRow), clock.now()
        for start in range(0, count, BATCH):
            rows = []
            for number in range(start, min(start + BATCH, count)):
                at = now - timedelta(minutes=(count - number) * 525_600 / max(count, 1))
                row = _audit_row(chance, number, at, head, people)
                head.seq, head.hash = row["seq"], row["hash"]
                rows.append(row)
            session.connection().execute(insert(AuditRow), rows)


def _audit_row(chance: random.Random, number: int, at: datetime, head: AuditHeadRow, people: int) -> dict[str, Any]:
    kinds, weights = zip(*AUDITED, strict=True)
    action, about = chance.choices(kinds, weights)[0]
    subject = f"{about}/{name_of(number % 5000) if about == 'conversation' else number % 300}"
    details = json.dumps(
        {"address": f"10.0.0.{number % 200}", "reason": "người dân gọi lại"},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    row: dict[str, Any] = {"seq": head.seq + 1, "at": at, "actor": f"person{number % people}", "action": action}
    row |= {"subject": subject, "details": details, "previous": head.hash}
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return {**row, "hash": chain_hash([row["seq"], moment, row["actor"], action, subject, details, head.hash])}


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
            "wanted_at": at if holder is not Holder.BOT else None,
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
            for at, end in enumerate((*map(str, MINUTES), "more")):
                yield {**one, "measure": "wait", "key": end, "count": int(weight * 3 / 2**at)}
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
