"""Documents over the sample guides for the pages of documents, and what people do with them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge.archive import DocumentArchive
from knowledge.collection import Collection
from knowledge.index.build import BuiltIndex, IndexStore
from knowledge.ingest.guide import read_guides
from knowledge.ingest.understand import Understanding
from knowledge.jobs import JobKind, Jobs
from knowledge.passages import Hit
from knowledge.retrieval.law import LawSearch
from knowledge.worker import IndexWorker
from tests.console.desk import Client, ConsoleUnderTest
from tests.knowledge.conftest import SAMPLE, SyllableEmbedder
from tests.knowledge.ingest.conftest import DECREE

NUMBER = "999/2026/NĐ-CP"


@dataclass(frozen=True)
class SmallKnowledge:
    """Documents over the sample guides; nothing else of the room is asked for here."""

    collection: Collection
    index_work: IndexWorker


def small_knowledge(desk: ConsoleUnderTest, store: IndexStore) -> SmallKnowledge:
    """Return documents of *desk* over the sample guides, with an index in *store*."""
    words, guides = SyllableEmbedder(), read_guides(SAMPLE).passages
    law = LawSearch(words)

    def search(index: BuiltIndex, question: str, as_of: date, province: str | None) -> list[Hit]:
        return law.search(index, question, as_of=as_of, province=province)

    archive = DocumentArchive(desk.database, desk.clock)
    collection = Collection(archive, Understanding(), store, words, lambda: guides, search)
    collection.refresh()
    return SmallKnowledge(collection, IndexWorker(Jobs(desk.database, desk.clock), lambda: collection, desk.audit))


def upload(client: Client, data: bytes, name: str = "decree.txt") -> Any:
    return client.submit("/documents", files={"document": (name, io.BytesIO(data))})


def taken_in(client: Client, text: str = DECREE) -> str:
    answer = upload(client, text.encode())
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rsplit("/", 1)[1])


def published(work: IndexWorker, by: Client) -> str:
    """Return a decree that *by* took in and another person published: it stands at revision 2."""
    id_ = taken_in(by)
    work.jobs.ask(JobKind.PUBLISH, id_, actor="somebody else", revision=1)
    work.run_waiting()
    return id_


def correction(title: str, revision: int) -> dict[str, str]:
    fields = {"number": NUMBER, "kind": "decree", "title": title, "issuer": "Chính phủ", "revision": str(revision)}
    return fields | {"replaces": "888/2020/NĐ-CP", "issued_on": "2026-03-02", "effective_on": "2026-05-01"}
