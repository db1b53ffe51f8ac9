"""A document as it was understood, and which documents end which others.

A document is known again by the hash of its file, by the hash of its words, and by its number.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from core.vietnamese.text import fold
from knowledge.ingest.metadata import Metadata
from knowledge.passages import Amendment, Passage

_UNSAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Counts:
    """What a document is made of."""

    articles: int = 0
    clauses: int = 0
    points: int = 0
    passages: int = 0


@dataclass(frozen=True)
class Document:
    """A document with its passages.

    ``id`` is the hash of the file, ``digest`` the hash of its words. ``understood`` is what was read out of it,
    ``metadata`` the same after corrections. ``findings`` are keys of what was not understood.
    """

    id: str
    name: str
    digest: str
    file_name: str
    understood: Metadata
    metadata: Metadata
    counts: Counts
    findings: tuple[str, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class End:
    """That a document no longer holds after ``last_day`` because *by* replaced it."""

    last_day: date
    by: str


def ends_by_replacement(descriptions: Iterable[Metadata]) -> dict[str, End]:
    """Return for each replaced number its end; the earliest where several replace it."""
    ends: dict[str, End] = {}
    for one in descriptions:
        if one.effective_on is None or one.number is None:
            continue
        for number in one.replaces:
            end = End(one.effective_on - timedelta(days=1), one.number)
            ends[number] = min(end, ends.get(number, end), key=lambda e: e.last_day)
    return ends


def amendments(descriptions: Iterable[Metadata]) -> dict[tuple[str, str], tuple[Amendment, ...]]:
    """Return for each document and article the amendments to it, the earliest first."""
    found: dict[tuple[str, str], set[Amendment]] = {}
    for one in descriptions:
        if one.number and one.effective_on and len(one.amends) == 1:
            for article in one.amended_articles:
                found.setdefault((one.amends[0], article), set()).add(Amendment(one.effective_on, one.number))
    return {place: tuple(sorted(some, key=lambda a: (a.since, a.by))) for place, some in found.items()}


def amended(passages: Sequence[Passage], known: Mapping[tuple[str, str], tuple[Amendment, ...]]) -> tuple[Passage, ...]:
    """Return *passages*, each with what later documents changed in its article."""
    if not known:
        return tuple(passages)
    return tuple(_amended(p, known) for p in passages)


def _amended(passage: Passage, known: Mapping[tuple[str, str], tuple[Amendment, ...]]) -> Passage:
    places = {(c.document, c.article) for c in passage.citations if c.article}
    changes = tuple(a for place in sorted(places) for a in known.get(place, ()))
    return replace(passage, amendments=changes) if changes else passage


def ended(passages: Sequence[Passage], ends: Mapping[str, End]) -> tuple[Passage, ...]:
    """Return *passages*, each ending where another document replaced the one it is cited from."""
    return tuple(_ended(p, ends.get(p.citations[0].document)) if p.citations else p for p in passages)


def _ended(passage: Passage, end: End | None) -> Passage:
    if end is None or (passage.valid_to and passage.valid_to <= end.last_day):
        return passage
    return replace(passage, valid_to=end.last_day, replaced_by=end.by)


def id_of(data: bytes) -> str:
    """Return the id of a file: a hash of its bytes."""
    return hashlib.sha256(data).hexdigest()[:16]


def name_of(metadata: Metadata, file_name: str, digest: str) -> str:
    """Return the name a document is known by: its number, or its file's name with a bit of the hash."""
    if metadata.number:
        return _slug(metadata.number)
    return f"{_slug(Path(file_name).stem)[:60]}-{digest[:8]}"


def digest_of(lines: Iterable[str]) -> str:
    """Return the hash of a text; empty lines and spacing do not matter."""
    return hashlib.sha256("\n".join(filter(None, lines)).encode()).hexdigest()


def _slug(text: str) -> str:
    return _UNSAFE.sub("-", fold(text)).strip("-") or "document"
