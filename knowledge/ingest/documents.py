"""The documents taken in: one JSON file each, by what they say, with their earlier versions.

A document is known again by its number, or by its words where it has none. One that a later document replaces holds
until the day before the later one takes effect.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from core.vietnamese.text import fold
from knowledge.ingest.metadata import Metadata
from knowledge.passages import Passage

_UNSAFE = re.compile(r"[^a-z0-9]+")
_DAYS = ("issued_on", "effective_on", "expires_on")


@dataclass(frozen=True)
class Document:
    """A document with its passages; ``digest`` is the hash of its text."""

    name: str
    digest: str
    source: str
    metadata: Metadata
    passages: tuple[Passage, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the plain form."""
        plain = dict(vars(self.metadata))
        plain |= {key: plain[key].isoformat() if plain[key] else None for key in _DAYS}
        return {
            "name": self.name,
            "digest": self.digest,
            "source": self.source,
            "metadata": plain,
            "passages": [p.to_json() for p in self.passages],
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Document:
        """Read back what :meth:`to_json` wrote."""
        fields = dict(plain["metadata"])
        fields |= {key: date.fromisoformat(fields[key]) if fields[key] else None for key in _DAYS}
        fields |= {key: tuple(fields[key]) for key in ("amends", "replaces")}
        passages = tuple(map(Passage.from_json, plain["passages"]))
        return cls(plain["name"], plain["digest"], plain["source"], Metadata(**fields), passages)


class DocumentStore:
    """Documents under one folder; earlier versions are kept in ``versions/``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._names: dict[str, str] | None = None

    def all(self) -> list[Document]:
        """Return every document, by name."""
        return [self._read(path) for path in sorted(self.root.glob("*.json"))]

    def get(self, name: str) -> Document | None:
        """Return the document *name*, ``None`` if there is none."""
        path = self.root / f"{name}.json"
        return self._read(path) if path.is_file() else None

    def by_digest(self, digest: str) -> Document | None:
        """Return the document with this very text."""
        name = self._by_digest().get(digest)
        return self.get(name) if name else None

    def _by_digest(self) -> dict[str, str]:
        """Return the names by hash; read from the files once, then kept up to date."""
        if self._names is None:
            self._names = {document.digest: document.name for document in self.all()}
        return self._names

    def put(self, document: Document) -> None:
        """Keep *document*; one of the same name with another text goes to the versions."""
        self.root.mkdir(parents=True, exist_ok=True)
        if (old := self.get(document.name)) and old.digest != document.digest:
            kept = self.root / "versions"
            kept.mkdir(exist_ok=True)
            os.replace(self.root / f"{old.name}.json", kept / f"{old.name}.{old.digest[:12]}.json")
        handle, temporary = tempfile.mkstemp(dir=self.root, prefix=".document-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(document.to_json(), file, ensure_ascii=False)
        os.replace(temporary, self.root / f"{document.name}.json")
        names = self._by_digest()
        if old:
            names.pop(old.digest, None)
        names[document.digest] = document.name

    def passages(self) -> tuple[Passage, ...]:
        """Return the passages of all documents, each ending where a later document replaces it."""
        documents = self.all()
        ends = ends_by_replacement(documents)
        return tuple(_ended(p, ends.get(d.metadata.number or "")) for d in documents for p in d.passages)

    @staticmethod
    def _read(path: Path) -> Document:
        return Document.from_json(json.loads(path.read_text(encoding="utf-8")))


def ends_by_replacement(documents: Iterable[Document]) -> dict[str, date]:
    """Return for each replaced number the last day it holds."""
    ends: dict[str, date] = {}
    for document in documents:
        if document.metadata.effective_on is None:
            continue
        last = document.metadata.effective_on - timedelta(days=1)
        for number in document.metadata.replaces:
            ends[number] = min(last, ends.get(number, last))
    return ends


def name_of(metadata: Metadata, source: str, digest: str) -> str:
    """Return the name a document is kept by: its number, or its file's name with a bit of the hash."""
    if metadata.number:
        return _slug(metadata.number)
    return f"{_slug(Path(source).stem)[:60]}-{digest[:8]}"


def digest_of(lines: Iterable[str]) -> str:
    """Return the hash of a text; empty lines and spacing do not matter."""
    return hashlib.sha256("\n".join(filter(None, lines)).encode()).hexdigest()


def _ended(passage: Passage, last: date | None) -> Passage:
    if last is None or (passage.valid_to and passage.valid_to <= last):
        return passage
    return replace(passage, valid_to=last)


def _slug(text: str) -> str:
    return _UNSAFE.sub("-", fold(text)).strip("-") or "document"
