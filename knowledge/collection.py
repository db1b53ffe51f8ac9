"""The authorities' documents in service: look at an upload, keep it, correct it, publish it, retire it, try it.

What is published is searched from the next build on, which every process picks up by itself. A publication first
builds, then writes down, then switches: a failure at any step leaves the index that was there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from core.vietnamese.text import squeeze
from knowledge.archive import DocumentArchive, Stamp
from knowledge.embedder import Embedder, Progress
from knowledge.entry import Entry, fingerprint
from knowledge.errors import UnreadableFileError
from knowledge.index.build import BuiltIndex, IndexStore, LawText
from knowledge.ingest.documents import Document, ends_by_replacement
from knowledge.ingest.metadata import Metadata
from knowledge.ingest.understand import Understanding
from knowledge.passages import Hit, Passage
from knowledge.tables import Status

Guides = Callable[[], Sequence[Passage]]
_LONGEST_NAME = 200
KEPT_BUILDS = 4


class Outcome(StrEnum):
    """What a file is to the documents that are there already."""

    NEW = "new"
    NEW_VERSION = "new_version"  # the number is known, the words are others
    UNCHANGED = "unchanged"  # this very file
    DUPLICATE = "duplicate"  # the same words in another file


@dataclass(frozen=True)
class Ended:
    """A published document that another one ends: its version, and the last day it holds."""

    entry: Entry
    last_day: date


@dataclass(frozen=True)
class Preview:
    """How a file is understood; ``known`` is the version it meets, ``ends`` what it would end once published."""

    outcome: Outcome
    document: Document
    known: Entry | None = None
    ends: tuple[Ended, ...] = ()


@dataclass(frozen=True)
class Trial:
    """The hits of one question in the index as it is, and as it would be."""

    question: str
    active: tuple[Hit, ...]
    draft: tuple[Hit, ...]
    changed: bool = field(init=False)

    def __post_init__(self) -> None:
        now, then = ([h.passage.id for h in hits] for hits in (self.active, self.draft))
        object.__setattr__(self, "changed", now != then)


Search = Callable[[BuiltIndex, str, date, str | None], Sequence[Hit]]


class Collection:
    """Documents and the index that is built from them."""

    def __init__(
        self,
        archive: DocumentArchive,
        understanding: Understanding,
        index: IndexStore,
        embedder: Embedder,
        guides: Guides,
        search: Search,
    ) -> None:
        self._archive, self._understanding = archive, understanding
        self._index, self._embedder, self._guides, self._search = index, embedder, guides, search
        self._ended: tuple[Stamp, Mapping[str, date]] | None = None

    # What is there

    def documents(self, *statuses: Status) -> tuple[Entry, ...]:
        """Return every version, or those of *statuses*, the newest change first."""
        return self._archive.entries(*statuses)

    def document(self, id_: str) -> Entry:
        """Return one version."""
        return self._archive.entry(id_)

    def versions(self, id_: str) -> tuple[Entry, ...]:
        """Return every version of the same document, the newest first."""
        return self._archive.versions(self._archive.entry(id_).name)

    def passages(self, id_: str) -> tuple[Passage, ...]:
        """Return the passages of one version, as they are cut and cited."""
        return self._archive.passages([id_])

    def original(self, id_: str) -> bytes:
        """Return the file as it came; its name is in the entry."""
        return self._archive.original(id_)

    def page(self, offset: int, limit: int) -> tuple[tuple[Entry, ...], int]:
        """Return *limit* versions from *offset* on, the newest change first, and how many there are."""
        return self._archive.page(offset, limit)

    def ended(self) -> Mapping[str, date]:
        """Return the last day of each published version that another published one ended, by id.

        Worked out again only after something published has changed.
        """
        stamp = self._archive.stamp(Status.PUBLISHED)
        if self._ended is None or self._ended[0] != stamp:
            self._ended = (stamp, _ended(self._archive.entries(Status.PUBLISHED)))
        return self._ended[1]

    def ends(self, entry: Entry) -> tuple[Ended, ...]:
        """Return what *entry* ends, or would end once it, or the correction that waits, is published."""
        return self._ending(entry.as_proposed().metadata)

    def _ending(self, metadata: Metadata) -> tuple[Ended, ...]:
        ends = ends_by_replacement([metadata])
        published = self._archive.entries(Status.PUBLISHED) if ends else ()
        return tuple(Ended(e, end.last_day) for e in published if (end := ends.get(e.metadata.number or "")))

    # What comes in

    def preview(self, data: bytes, file_name: str, corrections: Mapping[str, Any] | None = None) -> Preview:
        """Tell how a file is understood; nothing is kept. Raises :class:`UnreadableFileError`."""
        return self._preview(self._understanding.of(data, safe_name(file_name), corrections))

    def add(self, data: bytes, file_name: str) -> Preview:
        """Keep a file as a draft; one that is known already is not kept twice (``known`` tells which it is)."""
        found = self.preview(data, file_name)
        if found.outcome in (Outcome.NEW, Outcome.NEW_VERSION):
            return Preview(found.outcome, found.document, self._archive.keep(found.document, data), found.ends)
        return found

    def _preview(self, document: Document) -> Preview:
        ending = self._ending(document.metadata)
        known = self._archive.find(document.id)
        if known and known.status is not Status.RETIRED:
            return Preview(Outcome.UNCHANGED, document, known, ending)
        if same := self._archive.same_words(document.digest):
            return Preview(Outcome.DUPLICATE, document, same, ending)
        versions = [v for v in self._archive.versions(document.name) if v.id != document.id]
        outcome = Outcome.NEW_VERSION if versions else Outcome.NEW
        return Preview(outcome, document, versions[0] if versions else None, ending)

    # What is changed

    def correct(self, id_: str, corrections: Mapping[str, Any], *, revision: int, by: str) -> Entry:
        """Correct the description of a version seen at *revision*; an empty mapping takes all corrections back.

        Raises :class:`InvalidCorrectionError` with every problem, :class:`StaleDocumentError` after another's change.
        A published document is searched as it was until a second person publishes what *by* proposes here.
        """
        entry = self._archive.entry(id_)
        document = self._understanding.of(self._archive.original(id_), entry.file_name, corrections)
        return self._archive.correct(document, corrections, revision, by=by)

    def withdraw(self, id_: str, *, revision: int, by: str) -> Entry:
        """Take back the correction of a published version that waits."""
        return self.correct(id_, self._archive.entry(id_).corrections, revision=revision, by=by)

    def send_back(self, id_: str, *, revision: int, by: str, comment: str) -> Entry:
        """Give the correction of a published version back to its editors, with a word on what to change."""
        return self._archive.send_back(id_, revision, by=by, comment=comment)

    def publish(
        self, revisions: Mapping[str, int | None], progress: Progress | None = None, *, by: str | None = None
    ) -> tuple[Entry, ...]:
        """Publish versions, by id with the revision that was seen (``None``: any), and switch the index.

        Raises :class:`SecondPersonNeededError` where *by* worked on a correction among them, or is not named.
        """
        self.draft(*revisions, progress=progress)
        entries = self._archive.publish(revisions, by=by)
        self.refresh(progress)
        return entries

    def retire(self, id_: str, *, revision: int | None = None, progress: Progress | None = None) -> Entry:
        """Take a version out of the search and switch the index; the version stays in the list."""
        entry = self._archive.retire(id_, revision)
        self.refresh(progress)
        return entry

    # The index

    def law(self, *drafts: str) -> LawText | None:
        """Return the text of what is published, and of *drafts* in the place of their earlier versions.

        A draft is a version that is not published, or a published one as its correction reads.
        """
        chosen = [self._archive.entry(id_).as_proposed() for id_ in drafts]
        names = {entry.name for entry in chosen}
        published = self._archive.entries(Status.PUBLISHED)
        entries = [e for e in published if e.name not in names and e.id not in drafts] + chosen
        if not entries:
            return None
        return LawText(fingerprint(entries), lambda: self._archive.passages((e.id for e in entries), proposed=drafts))

    def draft(self, *ids: str, progress: Progress | None = None) -> BuiltIndex:
        """Build the index as it would be with the versions *ids*, without switching to it."""
        return self._index.build(self._guides(), self._embedder, law=self.law(*ids), progress=progress)

    def is_built(self, *drafts: str) -> bool:
        """Tell whether :meth:`draft` of these versions only has to open what is there."""
        return self._index.is_built(self._guides(), self._embedder.model, law=self.law(*drafts))

    def refresh(self, progress: Progress | None = None) -> BuiltIndex:
        """Build the index of what is published where it is stale, and switch to it.

        Where somebody publishes meanwhile, what she published is built as well: the last switch holds all of it.
        """
        built = self._index.ensure(self._guides(), self._embedder, law=self.law(), progress=progress)
        while self.is_stale():
            built = self._index.ensure(self._guides(), self._embedder, law=self.law(), progress=progress)
        self._index.prune(KEPT_BUILDS)
        return built

    def is_stale(self) -> bool:
        """Tell whether the active build was made from anything but what is published now."""
        return self._index.is_stale(self._guides(), self._embedder.model, law=self.law())

    def compare(
        self,
        question: str,
        *drafts: str,
        as_of: date,
        province: str | None = None,
        progress: Progress | None = None,
    ) -> Trial:
        """Ask *question* of the active index and of the one with the versions *drafts*."""
        then = self.draft(*drafts, progress=progress)
        now = self._index.current()
        asked = (self._search(index, question, as_of, province) for index in (now, then))
        return Trial(question, *map(tuple, asked))


def _ended(published: Sequence[Entry]) -> Mapping[str, date]:
    ends = ends_by_replacement(e.metadata for e in published)
    return {e.id: end.last_day for e in published if (end := ends.get(e.metadata.number or ""))}


def safe_name(file_name: str) -> str:
    """Return the last part of a name that came from outside, without signs that could lead elsewhere.

    Raises :class:`UnreadableFileError` where nothing is left.
    """
    name = squeeze(PurePosixPath(file_name.replace("\\", "/")).name.replace("\0", ""))
    name = "".join(c for c in name if c.isprintable())
    if not name.strip(". "):
        raise UnreadableFileError(file_name[:_LONGEST_NAME], "unknown_format", "no name")
    suffix = PurePosixPath(name).suffix[:16]
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - len(suffix)] + suffix
