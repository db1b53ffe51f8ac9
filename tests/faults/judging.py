"""Judge a fault run: what was lost, out of order or answered twice, by what the channels took and the database holds.

A message handed to a channel is *in doubt* when the channel never told us that it took it, or when the process was
killed before it could note that. No channel can be asked, so what is in doubt is sent again: that repeat is
unavoidable, every other one is a double answer.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path

import sqlalchemy as sa

from bot.tables import INBOX, OUTBOX
from bot.vault import Vault
from tests.faults.channels import Take
from tests.faults.people import Person


@dataclass
class Findings:
    """What a run showed; the first four must be 0."""

    lost: int = 0
    out_of_order: int = 0
    double_answers: int = 0
    set_aside: int = 0
    unavoidable_repeats: int = 0
    asked_again: int = 0  # the dialogue heard a message twice, because a process died while it answered
    answered: int = 0
    details: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.out_of_order or self.double_answers or self.set_aside)

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def noted_ids(engine: sa.Engine) -> set[tuple[str, str]]:
    """Return the channel's ids of all messages the service knows to be sent."""
    query = sa.select(OUTBOX.c.channel, OUTBOX.c.channel_message_id).where(OUTBOX.c.status == "sent")
    with engine.connect() as connection:
        return {(channel, id) for channel, id in connection.execute(query)}


def judge(
    people: Sequence[Person], takes: Sequence[Take], in_doubt: set[tuple[str, str]], engine: sa.Engine, key: str
) -> Findings:
    """Return the findings once everything has calmed down."""
    findings = Findings()
    _judge_storage(people, engine, Vault(key), findings)
    _judge_deliveries(takes, in_doubt, engine, findings)
    return findings


def judge_words(people: Sequence[Person], takes: Sequence[Take], heard: Path, findings: Findings) -> None:
    """Judge word by word, where the dialogue repeats what it heard."""
    by_person: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for take in takes:
        by_person[take.channel, take.person].append(take.text)
    for person in people:
        wanted = [f"nghe: {words}" for words in person.words]
        got = list(dict.fromkeys(by_person[person.channel, person.id]))
        findings.answered += len(set(wanted) & set(got))
        if missing := [words for words in wanted if words not in got]:
            findings.lost += len(missing)
            findings.details.append(f"{person.channel} {person.id}: no answer to {missing}")
        if [words for words in got if words in wanted] != [words for words in wanted if words in got]:
            findings.out_of_order += 1
            findings.details.append(f"{person.channel} {person.id}: answered in the order {got}")
    _judge_hearing(heard, findings)


def _judge_hearing(heard: Path, findings: Findings) -> None:
    by_sender: defaultdict[str, list[str]] = defaultdict(list)
    for line in heard.read_text(encoding="utf-8").splitlines():
        sender, words = json.loads(line)
        by_sender[sender].append(words)
    for sender, words in by_sender.items():
        findings.asked_again += len(words) - len(set(words))
        numbers = [int(one.rsplit(" ", 1)[1]) for one in words]
        if any(later < earlier for earlier, later in pairwise(numbers)):
            findings.out_of_order += 1
            findings.details.append(f"{sender}: the dialogue heard {words}")


def _judge_storage(people: Sequence[Person], engine: sa.Engine, vault: Vault, findings: Findings) -> None:
    with engine.connect() as connection:
        status = {row[0]: row[1] for row in connection.execute(sa.select(INBOX.c.message_key, INBOX.c.status))}
        waiting = connection.scalar(sa.select(sa.func.count()).where(OUTBOX.c.status != "sent")) or 0
    for person in people:
        for id in person.message_ids[: person.acknowledged]:
            found = status.get(vault.message_key(person.channel, id))
            findings.set_aside += found == "set_aside"
            if found not in ("done", "set_aside"):
                findings.lost += 1
                findings.details.append(f"{person.channel} {person.id}: message {id} is {found}")
    if waiting:
        findings.lost += waiting
        findings.details.append(f"{waiting} messages to citizens were never sent")


def _judge_deliveries(
    takes: Iterable[Take], in_doubt: set[tuple[str, str]], engine: sa.Engine, findings: Findings
) -> None:
    query = sa.select(OUTBOX.c.channel, OUTBOX.c.channel_message_id, OUTBOX.c.seq)
    with engine.connect() as connection:
        seq_of = {(channel, id): seq for channel, id, seq in connection.execute(query)}
    last: Counter[tuple[str, str]] = Counter()
    for take in takes:
        if (seq := seq_of.get((take.channel, take.id))) is not None:
            person = (take.channel, take.person)
            if seq < last[person]:
                findings.out_of_order += 1
                findings.details.append(f"{person}: delivery {seq} after {last[person]}")
            last[person] = seq
        elif not take.told or (take.channel, take.id) in in_doubt:
            findings.unavoidable_repeats += 1
        else:
            findings.double_answers += 1
            findings.details.append(f"{take.channel} {take.person}: {take.text!r} was sent again")
