"""Work on the index in the background: one piece after the other, seen by everybody, finished in spite of crashes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.audit import AuditLog
from core.database import Database
from knowledge.archive import DocumentArchive
from knowledge.collection import Collection
from knowledge.embedder import EmbeddingCache, Vectors
from knowledge.errors import AlreadyAskedError, StaleDocumentError
from knowledge.index.build import BuiltIndex, IndexStore
from knowledge.ingest.guide import read_guides
from knowledge.ingest.understand import Understanding
from knowledge.jobs import TIME_TO_LIVE, JobKind, Jobs, JobState
from knowledge.passages import Hit
from knowledge.tables import Status
from knowledge.worker import IndexWorker
from tests.knowledge.conftest import SAMPLE, SyllableEmbedder
from tests.knowledge.ingest.conftest import DECREE
from tests.knowledge.test_collection import OLD


class SteppedClock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, 8, tzinfo=UTC)

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)  # no two moments are the same
        return self.at

    def today(self) -> object:
        return self.at.date()


class WatchedEmbedder(SyllableEmbedder):
    """Lets a test look, or break something, while passages are embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile = lambda: None

    def passages(self, texts: list[str]) -> Vectors:  # type: ignore[override]
        self.meanwhile()
        return super().passages(texts)


class Room:
    """Documents, their index, and workers on it: each like a process of its own."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.clock, self.words, self.folder = SteppedClock(), WatchedEmbedder(), folder
        self.jobs = Jobs(database, self.clock)  # type: ignore[arg-type]
        self.audit = AuditLog(database, self.clock)  # type: ignore[arg-type]
        self.archive = DocumentArchive(database, self.clock)  # type: ignore[arg-type]
        self.index = IndexStore(folder / "index")
        self.collection = self._collection()
        self.collection.refresh()

    def _collection(self) -> Collection:
        guides = read_guides(SAMPLE).passages
        cache = EmbeddingCache(self.words, self.folder / "vectors.sqlite", batch_size=2)
        return Collection(self.archive, Understanding(), self.index, cache, lambda: guides, _no_search)

    def worker(self) -> IndexWorker:
        return IndexWorker(self.jobs, self._collection, self.audit)

    def add(self, text: str = DECREE, name: str = "decree.txt") -> str:
        preview = self.collection.add(text.encode(), name)
        assert preview.known is not None
        return preview.known.id

    def ask(self, document: str, kind: JobKind = JobKind.PUBLISH) -> int:
        revision = self.collection.document(document).revision
        return self.jobs.ask(kind, document, actor="thu", revision=revision).id


def _no_search(*_: object) -> list[Hit]:
    return []


@pytest.fixture
def room(each_database: Database, tmp_path: Path) -> Room:
    return Room(each_database, tmp_path)


def served(index: BuiltIndex) -> set[str]:
    return {passage.source for passage in index.law.passages} if index.law else set()


def test_the_old_index_serves_until_the_new_one_is_ready(room: Room) -> None:
    """While it is built, every answer comes from what was there, and everybody sees how far it is."""
    before, id_ = room.index.active_name(), room.add()
    number = room.ask(id_)
    seen = []
    room.words.meanwhile = lambda: seen.append((room.index.active_name(), room.jobs.one(number).state))

    assert room.worker().run_waiting() == 1

    assert set(seen) == {(before, JobState.RUNNING)}
    assert served(room.index.current()) == {"999-2026-nd-cp"}
    assert room.collection.document(id_).status is Status.PUBLISHED
    assert room.jobs.one(number).state is JobState.DONE
    entry = room.audit.search()[0]
    assert (entry.actor, entry.action, entry.details["job"]) == ("thu", "documents.publish", number)


def test_two_publications_at_once_queue(room: Room) -> None:
    """The second says how many are before it; the index holds both in the end."""
    first, second = room.ask(room.add()), room.ask(room.add(OLD, "old.txt"))

    assert [job.ahead for job in room.jobs.open()] == [0, 1]
    assert room.jobs.one(second).ahead == 1
    assert room.worker().run_waiting() == 2
    assert served(room.index.current()) == {"999-2026-nd-cp", "888-2020-nd-cp"}
    assert [room.jobs.one(one).state for one in (first, second)] == [JobState.DONE] * 2


def test_nothing_is_worked_on_twice(room: Room) -> None:
    """Two processes share one queue: the second waits even where there is more to do."""
    room.ask(room.add())
    room.ask(room.add(OLD, "old.txt"))
    taken = room.jobs.take("one")

    assert taken is not None
    assert room.jobs.take("other") is None
    room.jobs.end(taken, "one")
    assert room.jobs.take("other") is not None


def test_two_who_press_at_once_ask_once(room: Room) -> None:
    id_ = room.add()
    room.ask(id_)

    with pytest.raises(AlreadyAskedError):
        room.ask(id_)
    room.worker().run_waiting()
    assert room.ask(id_, JobKind.RETIRE) > 0


def test_work_of_a_killed_process_is_taken_over(room: Room) -> None:
    """Its sign of life runs out; what it writes afterwards counts no more."""
    number = room.ask(room.add())
    dead = room.jobs.take("killed")
    assert dead is not None
    assert room.worker().run_waiting() == 0
    room.clock.at += TIME_TO_LIVE + timedelta(seconds=1)

    assert room.worker().run_waiting() == 1

    assert room.jobs.one(number).state is JobState.DONE
    assert room.jobs.beat(dead, "killed", 1, 2) is False


def test_what_was_written_down_before_the_kill_is_only_switched_to(room: Room) -> None:
    """Killed between the document and the pointer: the second try finds it published and finishes."""
    id_ = room.add()
    number = room.ask(id_)
    room.jobs.take("killed")
    room.archive.publish({id_: 1})
    assert served(room.index.current()) == set()
    room.clock.at += TIME_TO_LIVE + timedelta(seconds=1)

    room.worker().run_waiting()

    assert room.jobs.one(number).state is JobState.DONE
    assert served(room.index.current()) == {"999-2026-nd-cp"}


def test_a_process_that_ends_gives_its_work_back(room: Room) -> None:
    """Stopped in the middle, the work waits; the next process computes only what is missing."""
    number = room.ask(room.add())
    ending = room.worker()
    room.words.meanwhile = ending._stopping.set
    room.words.embedded.clear()
    ending.run_waiting()
    kept = list(room.words.embedded)
    assert room.jobs.one(number).state is JobState.WAITING
    room.words.meanwhile = lambda: None
    room.words.embedded.clear()

    room.worker().run_waiting()

    assert room.jobs.one(number).state is JobState.DONE
    assert kept
    assert not set(kept) & set(room.words.embedded)


@pytest.mark.parametrize(("error", "problem"), [(OSError(28, "No space"), "no_space"), (ValueError("x"), "failed")])
def test_what_went_wrong_is_told_and_nothing_changes(room: Room, error: Exception, problem: str) -> None:
    """The reason stands in the database and the log; the document stays a draft; asked again, it works."""
    id_ = room.add()
    number, before = room.ask(id_), room.index.active_name()

    def broken() -> None:
        raise error

    room.words.meanwhile = broken
    room.worker().run_waiting()
    told = room.jobs.one(number)

    assert (told.state, told.problem, room.index.active_name()) == (JobState.FAILED, problem, before)
    assert room.collection.document(id_).status is Status.DRAFT
    assert room.audit.search()[0].action == "documents.publish_failed"
    room.words.meanwhile = lambda: None
    room.ask(id_)
    room.worker().run_waiting()
    assert room.collection.document(id_).status is Status.PUBLISHED


def test_what_was_changed_after_the_approval_is_not_published(room: Room) -> None:
    """Somebody corrects while the work waits: the approval was of other words."""
    id_ = room.add()
    number = room.ask(id_)
    room.collection.correct(id_, {"title": "Tên khác"}, revision=1, by="ha")

    room.worker().run_waiting()

    assert room.jobs.one(number).problem == "stale"
    assert room.collection.document(id_).status is Status.DRAFT


def test_a_trial_switches_nothing(room: Room) -> None:
    """The index with a draft is there to be asked, and nobody is answered from it."""
    id_, before = room.add(), room.index.active_name()
    assert not room.collection.is_built(id_)
    room.ask(id_, JobKind.TRIAL)

    room.worker().run_waiting()

    assert room.collection.is_built(id_)
    assert room.index.active_name() == before
    assert room.audit.search() == []


def test_a_worker_hears_at_once_that_it_was_asked(room: Room) -> None:
    """Nobody waits for the next look at the table."""
    done = threading.Event()
    room.words.meanwhile = done.set
    worker = room.worker()

    with worker.at_work():
        room.ask(room.add())
        worker.wake()
        assert done.wait(20)


def test_of_two_who_publish_a_correction_at_once_one_does(room: Room) -> None:
    """No double publish, and no lost update: who comes second, with a correction of her own too, is told to look."""
    id_ = room.add()
    room.archive.publish({id_: 1})
    seen = room.collection.correct(id_, {"title": "Tên khác"}, revision=2, by="ha").revision

    def publish(by: str) -> str:
        try:
            return str(room.archive.publish({id_: seen}, by=by)[0].metadata.title)
        except StaleDocumentError:
            return "stale"

    def correct(by: str) -> str:
        try:
            proposal = room.collection.correct(id_, {"title": "Tên khác nữa"}, revision=seen, by=by).proposal
            return str(proposal and proposal.metadata.title)
        except StaleDocumentError:
            return "stale"

    with ThreadPoolExecutor(3) as together:
        waiting = [together.submit(publish, "minh"), together.submit(publish, "tam"), together.submit(correct, "lan")]
        came = sorted(one.result(timeout=60) for one in waiting)

    assert came.count("stale") == 2
    entry = room.collection.document(id_)
    assert entry.revision == seen + 1
    assert (entry.metadata.title == "Tên khác") is (entry.proposal is None)
