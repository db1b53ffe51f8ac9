"""A passage: the piece of text that is found, shown and cited; and a hit, a passage with its scores.

A passage keeps its citations, the days it holds for and its place, so that an answer never has to guess them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.citations import Citation


@dataclass(frozen=True, slots=True)
class Amendment:
    """That the document *by* changed an article, from a day on."""

    since: date
    by: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One section of a guide, or one article of a document.

    ``text`` of a guide may hold placeholders; :mod:`knowledge.figures` fills them for a day. ``valid_to`` is the
    last day on which the passage holds, ``replaced_by`` the number of the document that ended it. ``place`` is a unit
    id, ``None`` for the whole country.
    """

    id: str
    title: str
    text: str
    citations: tuple[Citation, ...] = ()
    benefits: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    place: str | None = None
    source: str = ""
    heading: str = ""
    kind: str = ""
    area: str = ""
    questions: tuple[str, ...] = ()
    replaced_by: str = ""
    amendments: tuple[Amendment, ...] = ()

    def amended_on(self, day: date) -> tuple[Amendment, ...]:
        """Return the amendments to the article that are in force on that day; the wording may be another by then."""
        return tuple(a for a in self.amendments if a.since <= day)

    def holds_on(self, day: date) -> bool:
        """Tell whether the passage holds on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def holds_in(self, province: str | None) -> bool:
        """Tell whether the passage may be told to somebody in *province* (``None``: not known where)."""
        return self.place is None or self.place == province

    def with_text(self, text: str) -> Passage:
        """Return the same passage saying *text*."""
        return replace(self, text=text)

    def to_json(self) -> dict[str, Any]:
        """Return the plain form that the index keeps; empty fields are left out."""
        plain: dict[str, Any] = {
            "id": self.id,
            "title": self.title,
            "text": self.text,
            "citations": [c.text for c in self.citations],
            "benefits": list(self.benefits),
            "valid_from": _iso(self.valid_from),
            "valid_to": _iso(self.valid_to),
            "place": self.place,
            "source": self.source,
            "heading": self.heading,
            "kind": self.kind,
            "area": self.area,
            "questions": list(self.questions),
            "replaced_by": self.replaced_by,
            "amendments": [[a.since.isoformat(), a.by] for a in self.amendments],
        }
        return {key: value for key, value in plain.items() if value}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Passage:
        """Read back what :meth:`to_json` wrote."""
        return cls(
            id=plain["id"],
            title=plain["title"],
            text=plain.get("text", ""),
            citations=tuple(map(Citation, plain.get("citations", ()))),
            benefits=tuple(plain.get("benefits", ())),
            valid_from=_day(plain.get("valid_from")),
            valid_to=_day(plain.get("valid_to")),
            place=plain.get("place"),
            source=plain.get("source", ""),
            heading=plain.get("heading", ""),
            kind=plain.get("kind", ""),
            area=plain.get("area", ""),
            questions=tuple(plain.get("questions", ())),
            replaced_by=plain.get("replaced_by", ""),
            amendments=tuple(Amendment(date.fromisoformat(day), by) for day, by in plain.get("amendments", ())),
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question; its text is filled for the day asked.

    ``score`` orders hits of one question (0..1). ``lexical`` (BM25) and ``dense`` (cosine) are the raw scores.
    ``coverage`` is the share of the question's content that the passage speaks of, ``pairs`` how many of its pairs of
    syllables stand in the passage, of how many; both are counted for the first hit only. ``in_force`` is false for
    text that no longer held on the day asked; such a hit always comes after those that did.
    """

    passage: Passage
    score: float
    lexical: float
    dense: float
    coverage: float = 0.0
    pairs: tuple[int, int] = (0, 0)
    in_force: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return ``{id, title, score}``, what a command line shows of a hit."""
        return {"id": self.passage.id, "title": self.passage.title, "score": round(self.score, 4)}


def citations_of(hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """Return the citations of *hits* in order, each once."""
    return tuple(dict.fromkeys(c for hit in hits for c in hit.passage.citations))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
