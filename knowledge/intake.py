"""Takes files and folders in, one report a file; a bad file never stops the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from knowledge.collection import Collection, Outcome, Preview
from knowledge.errors import UnreadableFileError
from knowledge.ingest.converters import LARGEST_BYTES, SUFFIXES
from knowledge.ingest.documents import Counts
from knowledge.ingest.metadata import Metadata

REFUSED = "refused"


@dataclass(frozen=True)
class FileReport:
    """What was understood of one file and what was not; ``outcome`` is an ``Outcome`` or ``refused``.

    ``id`` is the version kept, or the one that was there already.
    """

    path: str
    outcome: str
    id: str = ""
    name: str = ""
    metadata: Metadata = field(default_factory=Metadata)
    counts: Counts = field(default_factory=Counts)
    findings: tuple[str, ...] = ()
    detail: str = ""

    @property
    def is_kept(self) -> bool:
        """Tell whether the file is a version that was not there before."""
        return self.outcome in (Outcome.NEW, Outcome.NEW_VERSION)

    def to_json(self) -> dict[str, Any]:
        """Return the plain form for a command line."""
        return {
            "path": self.path,
            "outcome": self.outcome,
            "id": self.id,
            "name": self.name,
            **self.metadata.to_json(),
            **asdict(self.counts),
            "findings": list(self.findings),
            "detail": self.detail,
        }


def take_in(
    collection: Collection, paths: Iterable[Path], progress: Callable[[FileReport, int, int], None] | None = None
) -> list[FileReport]:
    """Keep every file of *paths* as a draft, folders included; *progress* hears each report as (report, done, all)."""
    files = list(files_of(paths))
    reports = []
    for path in files:
        reports.append(take_one(collection, path))
        if progress:
            progress(reports[-1], len(reports), len(files))
    return reports


def take_one(collection: Collection, path: Path) -> FileReport:
    """Keep one file as a draft."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise UnreadableFileError(path.name, "too_large", f"{LARGEST_BYTES // 2**20} MB")
        found = collection.add(path.read_bytes(), path.name)
    except UnreadableFileError as exc:
        return FileReport(str(path), REFUSED, findings=(exc.reason,), detail=str(exc))
    except OSError as exc:
        return FileReport(str(path), REFUSED, findings=("unreadable",), detail=str(exc))
    except Exception as exc:  # a file of a kind nobody thought of must not cost the other thousand
        return FileReport(str(path), REFUSED, findings=("failed",), detail=f"{type(exc).__name__}: {exc}")
    return _report(path, found)


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files of *paths*; of a folder those that can be read, in order of their names."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
        else:
            yield path


def _report(path: Path, found: Preview) -> FileReport:
    document = found.document
    id_ = found.known.id if found.known else document.id
    return FileReport(
        str(path), found.outcome, id_, document.name, document.metadata, document.counts, document.findings
    )
