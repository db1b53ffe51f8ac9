"""Works on the index in a thread of its own: builds, writes down, switches; the index that was there serves meanwhile.

A process that ends gives its piece back; one that is killed loses it half a minute later. Vectors that were computed
are kept, so the next one goes on where it was.
"""

from __future__ import annotations

import contextlib
import errno
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Final

import structlog

from core.audit import AuditLog
from knowledge.collection import Collection
from knowledge.entry import Entry
from knowledge.errors import SecondPersonNeededError, StaleDocumentError, UnknownDocumentError
from knowledge.jobs import Job, JobKind, Jobs, JobState
from knowledge.tables import Status

LOOK_SECONDS: Final = 2.0  # another process may have asked
BEAT_SECONDS: Final = 1.0
_ENDS_AS: Final = {JobKind.PUBLISH: Status.PUBLISHED, JobKind.RETIRE: Status.RETIRED}

log = structlog.get_logger(__name__)


class Interrupted(Exception):
    """The process ends, or another one took the work over."""


class IndexWorker:
    """Takes pieces of work and does them. ``start`` … ``stop``, or ``run_waiting`` for a single time."""

    def __init__(self, jobs: Jobs, collection: Callable[[], Collection], audit: AuditLog) -> None:
        self.jobs, self._collection, self._audit = jobs, collection, audit
        self._name = uuid.uuid4().hex
        self._asked, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Work until the block is left."""
        self.start()
        try:
            yield
        finally:
            self.stop()

    def start(self) -> None:
        """Begin to look for work."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="index-worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; what is under way is given back at its next step."""
        self._stopping.set()
        self._asked.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def wake(self) -> None:
        """Look for work now."""
        self._asked.set()

    def run_waiting(self) -> int:
        """Do everything that waits; return how many pieces that were."""
        count = 0
        while not self._stopping.is_set() and (job := self.jobs.take(self._name)) is not None:
            self._do(job)
            count += 1
        return count

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.run_waiting()
            except Exception as error:  # the database may be away: the work waits there
                log.warning("index_work_not_taken", error=type(error).__name__)
            self._asked.wait(LOOK_SECONDS)
            self._asked.clear()

    def _do(self, job: Job) -> None:
        heard = Heard(self.jobs, job, self._name, self._stopping)
        with heard.beating():
            try:
                self._work(job, heard)
            except Interrupted:
                self.jobs.give_back(job, self._name)
            except Exception as error:
                problem = problem_of(error)
                if problem == "failed":
                    log.exception("index_work_failed", job=job.id, kind=job.kind)
                self._note(job, problem=problem)
                self.jobs.end(job, self._name, problem)
            else:
                self._note(job)
                self.jobs.end(job, self._name)

    def _work(self, job: Job, heard: Heard) -> None:
        collection = self._collection()
        if job.kind is JobKind.TRIAL:
            collection.draft(job.document, progress=heard)
        elif job.kind is JobKind.SWITCH or _is_done(collection.document(job.document), job):
            collection.refresh(heard)
        elif job.kind is JobKind.PUBLISH:
            collection.publish({job.document: job.revision}, heard, by=job.actor)
        else:
            collection.retire(job.document, revision=job.revision, progress=heard)

    def _note(self, job: Job, **problem: str) -> None:
        """Write into the audit log what came of it; a trial changes nothing and stands nowhere."""
        if job.kind is not JobKind.TRIAL:
            action = f"documents.{job.kind}" + ("_failed" if problem else "")
            details = {"revision": job.revision, "job": job.id, **problem}
            self._audit.write(actor=job.actor, action=action, subject=f"document/{job.document}", details=details)


class Heard:
    """Hears how far a build is and passes it on; raises :class:`Interrupted` where it should not go on."""

    def __init__(self, jobs: Jobs, job: Job, worker: str, stopping: threading.Event) -> None:
        self._jobs, self._job, self._worker, self._stopping = jobs, job, worker, stopping
        self._over, self._lost = threading.Event(), False
        self._at = (job.done, job.total)

    def __call__(self, done: int, total: int) -> None:
        """Take notice that *done* of *total* passages are computed."""
        self._at = (done, total)
        if self._lost or self._stopping.is_set():
            raise Interrupted

    @contextlib.contextmanager
    def beating(self) -> Iterator[None]:
        """Give signs of life until the block is left."""
        thread = threading.Thread(target=self._beat, name="index-worker-beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join(timeout=10)

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            with contextlib.suppress(Exception):  # the database may be away for a moment
                self._lost = not self._jobs.beat(self._job, self._worker, *self._at)


def problem_of(error: Exception) -> str:
    """Return the key of what went wrong."""
    if isinstance(error, StaleDocumentError):
        return "stale"
    if isinstance(error, UnknownDocumentError):
        return "gone"
    if isinstance(error, SecondPersonNeededError):
        return "second_person"
    return "no_space" if isinstance(error, OSError) and error.errno == errno.ENOSPC else "failed"


def lacks_switch(collection: Collection, entry: Entry, job: Job | None) -> bool:
    """Tell whether *job* wrote down what was asked of *entry* but failed before the index answered by it."""
    if job is None or job.state is not JobState.FAILED:
        return False
    return entry.status is _ENDS_AS.get(job.kind, entry.status) and collection.is_stale()


def is_written_down(entry: Entry, job: Job) -> bool:
    """Tell whether what *job* was to write down of *entry* stands; only the index may not follow yet."""
    return entry.proposal is None and entry.status is _ENDS_AS.get(job.kind, entry.status)


def _is_done(entry: Entry, job: Job) -> bool:
    """Tell whether the piece was written down before its worker died: only the switch is left."""
    return is_written_down(entry, job) and (job.revision is None or entry.revision == job.revision + 1)
