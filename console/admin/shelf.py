"""Releases as editors read them: compiled once, put in words once, kept by their content.

What is heavy is kept for the few sets of documents that are looked at now; nothing is kept on disk.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from console.admin.timeline import Moment, timeline_of
from console.aside import Aside
from console.deps import ConsoleDeps
from console.errors import NotFound
from rules.documents import Documents
from rules.errors import UnknownBenefit
from rules.store.active import RuleSet
from rules.store.errors import UnknownRelease
from rules.wording.describe import BenefitText, Describer, Statement

T = TypeVar("T")
MOST_SETS: Final = 4
MOST_TEXTS: Final = 400
MOST_DOCUMENTS: Final = 8  # releases and drafts, some hundred kilobytes each
MOST_ASIDE: Final = 100


class Kept:
    """The values last asked for, at most *most*; two who ask for the same wait for one making."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.RLock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value under *key*, made by *make* where it is not kept."""
        with self._lock:
            if key not in self._values:
                self._values[key] = make()
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
            found: T = self._values[key]
            return found


@dataclass(frozen=True, slots=True)
class ReadBenefit:
    """One benefit on one day (``None``: every day): in words, as YAML, and the days on which something changes."""

    text: BenefitText
    yaml: str
    path: str
    moments: tuple[Moment, ...]


class Shelf:
    """What is read of the rules."""

    def __init__(self, deps: ConsoleDeps) -> None:
        self._deps = deps
        self._sets, self._texts, self._documents = Kept(MOST_SETS), Kept(MOST_TEXTS), Kept(MOST_DOCUMENTS)
        self.aside = Aside(most=MOST_ASIDE)

    @property
    def current(self) -> RuleSet:
        """The release in use."""
        return self._deps.rules.current

    def look_ahead(self) -> Iterator[object]:
        """Put the release in use into words."""
        rules = self.current
        yield rules.planner
        for benefit in rules.service.release.benefits:
            yield self.benefit(rules, benefit, on=None)

    def set_of(self, documents: Documents) -> RuleSet:
        """Return *documents* compiled; raises :class:`rules.errors.InvalidRules`."""
        current = self.current
        if current.documents.content_hash == documents.content_hash:
            return current
        return self._sets.get(documents.content_hash, lambda: RuleSet.of(documents))

    def documents(self, seq: int) -> Documents:
        """Return the documents of a release; raises :class:`rules.store.errors.UnknownRelease`."""
        return self._documents.get(seq, lambda: self._deps.releases.documents(seq))

    def changed(self, key: Hashable, seq: int, texts: Callable[[], Mapping[str, str | None]]) -> Documents:
        """Return the documents of a release with *texts* changed, kept under *key*."""
        return self._documents.get(key, lambda: self.documents(seq).changed(texts()))

    def opened(self, seq: int | None) -> RuleSet | None:
        """Return :meth:`release` where it is compiled; ``None`` while that is done beside the page."""
        current = self.current
        if seq is None or (current.release is not None and current.release.seq == seq):
            return current
        return self.aside.get(("release", seq), lambda: self.release(seq))

    def release(self, seq: int | None) -> RuleSet:
        """Return a release by its number, the one in use without; raises :class:`console.errors.NotFound`."""
        current = self.current
        if seq is None or (current.release is not None and current.release.seq == seq):
            return current
        try:
            record = self._deps.releases.get(seq)
        except UnknownRelease as error:
            raise NotFound from error
        return self.set_of(self._deps.releases.documents(record))

    def benefit(self, rules: RuleSet, benefit: str, *, on: date | None) -> ReadBenefit:
        """Return a benefit to be read; raises :class:`console.errors.NotFound`."""

        def read() -> ReadBenefit:
            law = rules.service.release
            try:
                text = self._describer(rules).benefit(benefit, on=on)
            except UnknownBenefit as error:
                raise NotFound from error
            path = law.benefits[benefit].source.path.removeprefix(rules.documents.shown)
            return ReadBenefit(text, rules.documents.texts.get(path, ""), path, timeline_of(law, benefit))

        return self._texts.get((rules.documents.content_hash, "benefit", benefit, on), read)

    def parameter(self, rules: RuleSet, key: str) -> Statement:
        """Return a parameter in words; raises :class:`console.errors.NotFound`."""
        found = rules.service.release.parameters.get(key)
        if found is None:
            raise NotFound
        name = (rules.documents.content_hash, "parameter", key)
        return self._texts.get(name, lambda: self._describer(rules).parameter(found))

    def drawn(self, key: Hashable, draw: Callable[[], T]) -> T:
        """Return what *draw* gave for *key* before, drawn now where it is not kept."""
        return self._texts.get(key, draw)

    def _describer(self, rules: RuleSet) -> Describer:
        service = rules.service
        name = (rules.documents.content_hash, "describer")
        return self._texts.get(name, lambda: Describer(service.release, service.vocabulary, service.places))
