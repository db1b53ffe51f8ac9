"""The rules in use, compiled. Every process watches the pointer and swaps all that hangs on it at once.

Who judges takes ``current`` once and works with it to the end: an answer never mixes two releases.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from rules.catalogue import Catalogue
from rules.documents import Documents
from rules.figures import Figures
from rules.planner import Planner
from rules.service import EligibilityService
from rules.store.records import ReleaseRecord
from rules.store.releases import ReleaseStore

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RuleSet:
    """One release ready to judge by: the documents, and everything that stands on them."""

    documents: Documents
    service: EligibilityService
    release: ReleaseRecord | None = None

    @classmethod
    def of(cls, documents: Documents, release: ReleaseRecord | None = None, *, cache: Path | None = None) -> RuleSet:
        """Compile *documents*; raises :class:`rules.errors.InvalidRules`."""
        made = cls(documents, EligibilityService.of(documents, cache=cache), release)
        assert made.figures  # noqa: S101  (reads the figures now, not at the first citizen)
        return made

    @cached_property
    def planner(self) -> Planner:
        """The planner over this release."""
        return Planner(self.service)

    @cached_property
    def figures(self) -> Figures:
        """The figures that prose shows."""
        return Figures.load(self.service, self.documents)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The benefits by name, their groups and procedures."""
        return Catalogue(self.service.release)

    def warm(self, day: date) -> None:
        """Compile the law of *day* before the first question needs it."""
        self.service.engine.snapshot(day, day)


class ActiveRules:
    """The rules in use in this process."""

    def __init__(self, releases: ReleaseStore, *, cache: Path | None = None, every_seconds: float = 1.0) -> None:
        self._releases, self._cache, self._every = releases, cache, every_seconds
        self._lock = threading.Lock()
        self._current: RuleSet | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._listeners: list[Callable[[RuleSet], None]] = []
        self.problem: str | None = None

    @property
    def current(self) -> RuleSet:
        """The rules in use; compiled at the first look, afterwards swapped by :meth:`refresh`."""
        if self._current is None:
            self.refresh()
        assert self._current is not None  # noqa: S101  (refresh sets it or raises)
        return self._current

    @property
    def service(self) -> EligibilityService:
        """The eligibility service of the rules in use."""
        return self.current.service

    @property
    def planner(self) -> Planner:
        """The planner of the rules in use."""
        return self.current.planner

    def refresh(self) -> bool:
        """Look at the pointer; where it moved, compile the release and swap. Tell whether it did."""
        with self._lock:
            seq = self._releases.active_seq()
            now = self._current.release if self._current is not None else None
            if self._current is not None and now is not None and seq == now.seq:
                return False
            self._swap(self._compiled(seq))
        return True

    def at(self, moment: datetime) -> RuleSet:
        """Return the rules that were in use at *moment*: for telling why something was answered then."""
        return self._compiled(self._releases.active_seq(moment))

    def on_change(self, listener: Callable[[RuleSet], None]) -> None:
        """Call *listener* after every swap, in the thread that watches."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Begin to watch."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._watch, name="active-rules", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End watching."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None

    def _watch(self) -> None:
        while not self._stopping.wait(self._every):
            try:
                self.refresh()
                self.problem = None
            except Exception as error:
                # The rules in use stay; the next look may succeed (the database was away, a release is at fault).
                if self.problem is None:
                    log.exception("the rules could not be brought up to date")
                self.problem = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"

    def _compiled(self, seq: int | None) -> RuleSet:
        if seq is None:
            return RuleSet.of(Documents.read(), cache=self._cache)
        release = self._releases.get(seq)
        made = RuleSet.of(self._releases.documents(release), release, cache=self._cache)
        made.warm(self._releases.clock.today())
        return made

    def _swap(self, made: RuleSet) -> None:
        self._current = made
        for listener in self._listeners:
            listener(made)
