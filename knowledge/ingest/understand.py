"""A file to a document: convert, outline, describe, cut into passages. Pure: the same file gives the same document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from knowledge.ingest.chunker import passages_of
from knowledge.ingest.converters import Text, read
from knowledge.ingest.corrections import corrected
from knowledge.ingest.documents import Counts, Document, digest_of, id_of, name_of
from knowledge.ingest.metadata import Metadata, describe
from knowledge.ingest.noise import NoiseFilter
from knowledge.ingest.relations import articles_amended
from knowledge.ingest.structure import Article, Outline, origin_citation, outline, quoted
from knowledge.passages import Passage

PlaceOf = Callable[[str], str | None]


def nowhere(_: str) -> None:
    """Know no place."""


class Understanding:
    """Reads files; *place_of* tells the province that an issuer's name names."""

    def __init__(self, noise: NoiseFilter | None = None, place_of: PlaceOf = nowhere) -> None:
        self._noise, self._place_of = noise or NoiseFilter.load(), place_of

    def of(self, data: bytes, file_name: str, corrections: Mapping[str, Any] | None = None) -> Document:
        """Read the file *data* called *file_name*, with what a person corrected in its description.

        Raises :class:`~knowledge.errors.UnreadableFileError` with the reason, and
        :class:`~knowledge.errors.InvalidCorrectionError` with every problem.
        """
        text = read(data, file_name)
        found, understood = self._described(text)
        metadata = corrected(understood, corrections or {})
        if len(metadata.amends) == 1:
            said = (line for article in found.articles for line in _outside_quotes(article))
            metadata = replace(metadata, amended_articles=articles_amended(said))
        digest = digest_of(text.lines)
        name = name_of(metadata, file_name, digest)
        passages = passages_of(name, metadata, found)
        return Document(
            id_of(data),
            name,
            digest,
            file_name,
            understood,
            metadata,
            _counts(found, passages),
            (*text.warnings, *found.warnings, *_lacking(found, metadata, passages)),
            passages,
        )

    def _described(self, text: Text) -> tuple[Outline, Metadata]:
        found = outline(text.lines)
        lines = text.lines if found.articles else tuple(self._noise.without_noise(text.lines))
        metadata = describe(lines, text.fields)
        if not found.articles:
            return Outline(tuple(filter(None, lines)), ()), self._placed(metadata)
        if found.is_codified:
            # A page of the codification holds many documents; each article says where it comes from.
            return found, Metadata(title=metadata.title)
        return found, self._placed(metadata)

    def _placed(self, metadata: Metadata) -> Metadata:
        return replace(metadata, place=self._place_of(metadata.issuer)) if metadata.issuer else metadata


def _outside_quotes(article: Article) -> Iterator[str]:
    lines = [line for clause in article.clauses for line in clause.lines]
    yield article.title
    yield from (line for line, inside in zip(lines, quoted(lines), strict=True) if not inside)


def _counts(found: Outline, passages: tuple[Passage, ...]) -> Counts:
    clauses = [c for a in found.articles for c in a.clauses]
    points = sum(len(c.points) for c in clauses)
    return Counts(len(found.articles), sum(bool(c.number) for c in clauses), points, len(passages))


def _lacking(found: Outline, metadata: Metadata, passages: tuple[Passage, ...]) -> Iterator[str]:
    """Yield what is missing, as keys: nothing here is derived, a person decides."""
    if not found.articles:
        yield "not_a_legal_document" if metadata.number is None else "no_articles"
    if not found.is_codified and metadata.number:
        yield from (f"no_{name}" for name in metadata.missing())
    if found.is_list_of_headings:
        yield "headings_only"
    if metadata.effective_on and metadata.expires_on and metadata.expires_on < metadata.effective_on:
        yield "expires_before_effective"
    if unsourced := sum(a.is_codified and bool(a.text) and origin_citation(a.origin) is None for a in found.articles):
        yield f"articles_without_source:{unsourced}"  # left out
    if uncited := sum(not p.citations for p in passages) if found.articles else 0:
        yield f"passages_without_citation:{uncited}"
