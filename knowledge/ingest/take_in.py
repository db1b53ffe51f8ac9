"""Takes files in: convert, understand, cut into passages, keep what is new, and report on every file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from knowledge.errors import UnreadableFileError
from knowledge.ingest.chunker import passages_of
from knowledge.ingest.converters import SUFFIXES, convert
from knowledge.ingest.documents import Document, DocumentStore, digest_of, name_of
from knowledge.ingest.metadata import Metadata, describe
from knowledge.ingest.noise import NoiseFilter
from knowledge.ingest.structure import Outline, outline


class Status(StrEnum):
    """What became of a file."""

    NEW = "new"
    NEW_VERSION = "new_version"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class FileReport:
    """What was understood of one file and what was not."""

    path: str
    status: Status
    name: str = ""
    metadata: Metadata = field(default_factory=Metadata)
    articles: int = 0
    clauses: int = 0
    points: int = 0
    passages: int = 0
    warnings: tuple[str, ...] = ()
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the plain form for a command line."""
        known = {key: str(value) for key, value in vars(self.metadata).items() if value and isinstance(value, str)}
        days = {key: value.isoformat() for key, value in vars(self.metadata).items() if hasattr(value, "isoformat")}
        counts = {"articles": self.articles, "clauses": self.clauses, "points": self.points, "passages": self.passages}
        return {
            "path": self.path,
            "status": self.status.value,
            "name": self.name,
            **known,
            **days,
            "amends": list(self.metadata.amends),
            "replaces": list(self.metadata.replaces),
            **counts,
            "warnings": list(self.warnings),
            "detail": self.detail,
        }


class Intake:
    """Takes files into a store."""

    def __init__(self, store: DocumentStore, noise: NoiseFilter | None = None) -> None:
        self._store, self._noise = store, noise or NoiseFilter.load()

    def take(self, paths: Iterable[Path], progress: Callable[[FileReport], None] | None = None) -> list[FileReport]:
        """Take in every file of *paths*, folders included; one bad file never stops the rest."""
        reports = []
        for path in files_of(paths):
            reports.append(self.take_one(path))
            if progress:
                progress(reports[-1])
        return reports

    def take_one(self, path: Path) -> FileReport:
        """Take in one file."""
        try:
            text = convert(path)
        except UnreadableFileError as exc:
            return FileReport(str(path), Status.REFUSED, warnings=(exc.reason,), detail=str(exc))
        except OSError as exc:
            return FileReport(str(path), Status.REFUSED, warnings=("unreadable",), detail=str(exc))
        found = outline(text.lines)
        lines = text.lines if found.articles else tuple(self._noise.without_noise(text.lines))
        metadata = describe(lines, text.fields)
        if not found.articles:
            found = Outline(tuple(filter(None, lines)), ())
        elif found.is_codified:
            # A page of the codification holds many documents; each article says where it comes from.
            metadata = Metadata(title=metadata.title)
        digest = digest_of(text.lines)
        name = name_of(metadata, path.name, digest)
        document = Document(name, digest, path.name, metadata, passages_of(name, metadata, found))
        status = self._status(document)
        if status in (Status.NEW, Status.NEW_VERSION):
            self._store.put(document)
        return _report(path, status, document, found, text.warnings)

    def _status(self, document: Document) -> Status:
        if known := self._store.get(document.name):
            return Status.UNCHANGED if known.digest == document.digest else Status.NEW_VERSION
        return Status.DUPLICATE if self._store.by_digest(document.digest) else Status.NEW


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files of *paths*; of a folder those that can be read, in order of their names."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
        else:
            yield path


def _report(path: Path, status: Status, document: Document, found: Outline, warnings: tuple[str, ...]) -> FileReport:
    clauses = [c for a in found.articles for c in a.clauses]
    lacking = () if found.is_codified else tuple(f"no_{name}" for name in document.metadata.missing())
    if not found.articles and document.metadata.number is None:
        lacking = ("not_a_legal_document",)
    unsourced = sum(1 for p in document.passages if not p.citations) if found.articles else 0
    if unsourced:
        lacking = (*lacking, f"passages_without_citation:{unsourced}")
    return FileReport(
        str(path),
        status,
        document.name,
        document.metadata,
        len(found.articles),
        sum(bool(c.number) for c in clauses),
        sum(len(c.points) for c in clauses),
        len(document.passages),
        (*warnings, *found.warnings, *lacking),
    )
