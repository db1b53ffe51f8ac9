"""SIGTERM while people write: the door closes, what is being answered is finished, the rest is answered afterwards.

The real service in a process of its own; only Rasa is a stand-in, which takes its time and writes down what it heard.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from app.settings import ROOT
from bot.tables import CONVERSATION, INBOX, OUTBOX, WORKER
from bot.vault import Vault
from tests.bot.fakes import until
from tests.contracts.server import serving
from tests.contracts.zalo_oa.fake import OA_SECRET, mac
from tests.faults.channels import Channels
from tests.faults.judging import judge, judge_words
from tests.faults.people import Person
from tests.faults.service import KEY, Service

PEOPLE, MESSAGES = 12, 5
ANSWER_SECONDS = 1.0
MOST_SECONDS = 30.0  # to end: uvicorn's, the answers', the deliveries' and Rasa's patience together


def people() -> list[Person]:
    return [Person("zalo_oa", str(7_000_000 + at), [f"tin {n}" for n in range(MESSAGES)]) for at in range(PEOPLE)]


async def write(client: httpx.AsyncClient, service: Service, channels: Channels, person: Person) -> None:
    """Write everything, until the door is closed; remember what was acknowledged."""
    for words in person.words:
        event = channels.zalo.text_event(words, user=person.id)
        body = json.dumps(event, ensure_ascii=False).encode()
        signed = {"X-ZEvent-Signature": f"mac={mac(event, body, OA_SECRET)}"}
        try:
            response = await client.post(f"{service.root}/channels/zalo", content=body, headers=signed)
        except httpx.HTTPError:
            return
        assert response.status_code == httpx.codes.OK
        person.message_ids.append(event["message"]["msg_id"])
        person.acknowledged += 1
        await asyncio.sleep(0.3)


def statuses(engine: sa.Engine) -> Counter[str]:
    with engine.connect() as connection:
        return Counter(connection.scalars(sa.select(INBOX.c.status)))


def heard(service: Service) -> list[str]:
    return service.heard.read_text(encoding="utf-8").splitlines() if service.heard.exists() else []


@pytest.mark.slow
async def test_sigterm_finishes_what_is_under_way_and_leaves_the_rest_for_the_next_start(tmp_path: Path) -> None:
    for name in ("index", "model"):
        if (made := ROOT / "var" / name).exists():
            (tmp_path / name).symlink_to(made)
    channels, everybody = Channels.with_chats(set(), random.Random(1)), people()
    channels.mood.calm_down()
    async with serving(channels.app) as url, httpx.AsyncClient(timeout=5, trust_env=False) as client:
        database = f"sqlite:///{tmp_path / 'service.sqlite'}"
        slow = {"ANSINH_STAND_IN_SECONDS": str(ANSWER_SECONDS)}
        service = Service(tmp_path, database, url, more=slow)
        await service.start()
        await service.wait_serving()
        writing = asyncio.gather(*(write(client, service, channels, person) for person in everybody))
        await until(lambda: len(heard(service)) >= PEOPLE, seconds=60)

        begun = time.monotonic()
        assert service.process is not None
        service.process.terminate()
        code = await asyncio.wait_for(service.process.wait(), MOST_SECONDS)
        seconds = time.monotonic() - begun
        await writing

        engine = sa.create_engine(database, poolclass=sa.NullPool)
        left, acknowledged = statuses(engine), sum(person.acknowledged for person in everybody)
        with engine.connect() as connection:
            held = connection.scalar(
                sa.select(sa.func.count()).where(
                    CONVERSATION.c.reader.is_not(None) | CONVERSATION.c.writer.is_not(None)
                )
            )
            workers = connection.scalar(sa.select(sa.func.count()).select_from(WORKER))
        assert code == 0, seconds
        assert (held, workers) == (0, 0)
        assert left.total() == acknowledged
        assert left["waiting"] > 0
        assert left["done"] == len(heard(service))  # nothing was broken off in the middle

        await service.start()
        waiting = sa.select(sa.func.count()).where(OUTBOX.c.status == "waiting")

        def is_settled() -> bool:
            with engine.connect() as connection:
                return not statuses(engine)["waiting"] and not connection.scalar(waiting)

        await until(is_settled, seconds=120)
        await service.stop()
        for person in everybody:
            person.words = person.words[: person.acknowledged]
        findings = judge(everybody, channels.takes, set(), engine, KEY)
        judge_words(everybody, channels.takes, service.heard, findings)

    assert findings.is_clean, findings.details
    assert (findings.unavoidable_repeats, findings.asked_again) == (0, 0)
    assert findings.answered == acknowledged
    assert Vault(KEY).conversation("zalo_oa", everybody[0].id) in "".join(heard(service))
