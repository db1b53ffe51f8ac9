"""What is kept of citizens beside their words, and what staff wrote: interviews, proofs, reminders, corrections."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, insert

from actions.interview import Interview
from actions.interviews import Cipher, InterviewRow
from actions.privacy_log import PrivacyEventRow
from bot.erasure import TOMBSTONE
from bot.handover.tables import NOTE, TAG
from bot.reminders.tables import AGREEMENT, REMINDED
from bot.tables import INBOX, OUTBOX, InboxStatus, OutboxStatus
from bot.vault import Vault
from console.staff.corrections import CORRECTION
from console.staff.screenings import SCREENING, Stage
from core.clock import Clock
from core.database import Database
from tests.console.filling import BATCH, name_of

INTERVIEWS = cast(Table, InterviewRow.__table__)
PROOFS = cast(Table, PrivacyEventRow.__table__)
STATUSES = ("poor", "near_poor", "normal")
REPORT = {"judged": 900, "left_out": 3, "repeated": 1, "rows": 904, "benefits": [], "problems": []}


def fill_staff(
    database: Database, clock: Clock, vault: Vault, cipher: Cipher, *, conversations: int, owner: str = "everything"
) -> None:
    """Fill in what belongs to *conversations* conversations of ``filling.fill``; *owner* has the screened lists."""
    now, chance = clock.now(), random.Random(11)
    tables: list[tuple[Table, Iterator[dict[str, Any]]]] = [
        (INTERVIEWS, _interviews(chance, now, cipher, conversations * 2 // 5)),
        (PROOFS, _proofs(now, conversations * 2 // 5)),
        (INBOX, _inbox(now, conversations)),
        (OUTBOX, _outbox(now, vault, conversations // 2)),
        (NOTE, _notes(now, vault, conversations // 50)),
        (TAG, _tags(now, conversations // 20)),
        (AGREEMENT, _agreements(now, vault, conversations // 10)),
        (REMINDED, _reminded(now, conversations // 30)),
        (TOMBSTONE, _tombstones(now, vault, conversations // 100)),
        (CORRECTION, _corrections(now, vault, max(conversations // 50, 3))),
        (SCREENING, _screenings(now, owner, 60)),
    ]
    with database.engine.begin() as connection:
        for table, rows in tables:
            batch = list(rows)
            for start in range(0, len(batch), BATCH):
                connection.execute(insert(table), batch[start : start + BATCH])


def _interviews(chance: random.Random, now: datetime, cipher: Cipher, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        people: dict[str, dict[str, Any]] = {
            "mother": {
                "date_of_birth": str(1940 + number % 30),
                "monthly_pension_vnd": chance.choice((0, 0, 400_000, 2_000_000)),
                "household_status": chance.choice(STATUSES),
            }
        }
        interview = Interview(name_of(number), people, {}, None, subjects=["mother"], consent=True)
        state = cipher.encrypt(json.dumps(interview.to_json(), ensure_ascii=False).encode())
        yield {"conversation": interview.conversation, "state": state, "touched_at": now - timedelta(minutes=number)}


def _proofs(now: datetime, count: int) -> Iterator[dict[str, Any]]:
    fixed = {"act": "given", "purpose": "store", "channel": "telegram", "notice": "1:0", "message": "", "counts": {}}
    for number in range(count):
        at = now - timedelta(minutes=number * 20)
        yield {**fixed, "conversation": name_of(number), "at": at, "receipt": f"20261122-{number:08X}"}


def _inbox(now: datetime, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        at = now - timedelta(minutes=number / 2)
        status = InboxStatus.WAITING if number < 5 else InboxStatus.DONE
        row = {"message_key": f"{number:032x}", "channel": "telegram", "conversation_id": name_of(number)}
        yield {**row, "kind": "text", "body": "", "received_at": at, "due_at": at, "status": status, "done_at": at}


def _outbox(now: datetime, vault: Vault, count: int) -> Iterator[dict[str, Any]]:
    body = vault.seal({"text": "540.000 đ/tháng"})
    for number in range(count):
        at = now - timedelta(minutes=number / 2)
        status = OutboxStatus.WAITING if number < 5 else OutboxStatus.FAILED if number % 500 == 7 else OutboxStatus.SENT
        row = {"key": f"out-{number}", "channel": "telegram", "conversation_id": name_of(number), "body": body}
        yield {**row, "status": status, "created_at": at, "due_at": at, "sent_at": at}


def _notes(now: datetime, vault: Vault, count: int) -> Iterator[dict[str, Any]]:
    body = vault.seal("Đã gọi lại, hẹn thứ Năm")
    for number in range(count):
        at = now - timedelta(hours=number)
        yield {"conversation_id": name_of(number), "staff": "person3", "body": body, "at": at}


def _tags(now: datetime, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {"conversation_id": name_of(number), "tag": f"nhom-{number % 12}", "staff": "person3", "at": now}


def _agreements(now: datetime, vault: Vault, count: int) -> Iterator[dict[str, Any]]:
    case = vault.seal({"people": {"mother": {"date_of_birth": "1952"}}})
    for number in range(count):
        at = now - timedelta(hours=number)
        row = {"conversation_id": name_of(number), "agreed": number % 4 != 0, "answered_at": at, "notice": "0" * 64}
        yield {**row, "told_on": at.date(), "case": case if number % 4 else ""}


def _reminded(now: datetime, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {"conversation_id": name_of(number), "change": "x" * 32, "at": now - timedelta(hours=number)}


def _tombstones(now: datetime, vault: Vault, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        at = now - timedelta(hours=number * 6)
        row = {"conversation_hash": vault.tombstone(f"gone-{number}"), "channel": "web", "wished_at": at}
        yield {**row, "erased_at": at, "removed": '{"transcript": 6}'}


def _corrections(now: datetime, vault: Vault, count: int) -> Iterator[dict[str, Any]]:
    body = {
        "question": "mẹ tôi 76 tuổi không lương hưu được gì",
        "wrong_answer": "Bà được 500.000 đ mỗi tháng.",
        "right_answer": "Bà được 540.000 đ mỗi tháng.",
        "must_contain": ["540.000"],
        "cites": ["335/2026/NĐ-CP, Điều 31"],
    }
    states = ("open", "taken", "done", "done", "refused")
    for number in range(count):
        at = now - timedelta(hours=count - number)
        row = {"state": states[number % 5], "body": vault.seal(body), "written_by": f"person{number % 9}"}
        yield {**row, "written_at": at, "changed_at": at, "taken_by": "person1", "version": 1}


def _screenings(now: datetime, owner: str, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        at = now + timedelta(days=30, minutes=-number)  # not forgotten while the clock is moved on
        row = {"id": f"{number:032x}", "owner": owner, "kind": "csv", "shown_name": f"xa-{number}.csv"}
        row |= {"state": Stage.DONE, "rows_done": 904, "rows_total": 904, "created_at": at, "ended_at": at}
        yield {**row, "report": json.dumps(REPORT)}
