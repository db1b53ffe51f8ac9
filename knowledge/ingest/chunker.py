"""Documents to passages: an article each, a long one clause by clause, always with the place to cite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.citations import Citation
from knowledge.ingest.metadata import Metadata
from knowledge.ingest.structure import Article, Clause, Outline, origin_citation
from knowledge.passages import Passage

KIND = "document"
LONGEST = 380  # syllables of one passage; a clause that is longer alone stays whole
_PARAGRAPHS = 220


def passages_of(name: str, metadata: Metadata, outline: Outline) -> tuple[Passage, ...]:
    """Return the passages of a document; *name* makes their ids."""
    if outline.is_codified and outline.is_list_of_headings:
        found = []  # what little text such a page has is cut off, and says not where it comes from
    elif outline.articles:
        found = [p for article in outline.articles for p in _of_article(name, metadata, article)]
    else:
        found = list(_of_paragraphs(name, metadata, outline.head))
    return tuple({p.id: p for p in found}.values())


def _of_article(name: str, metadata: Metadata, article: Article) -> Iterator[Passage]:
    if article.is_codified and (not article.text or origin_citation(article.origin) is None):
        return  # a bare heading, or wording that nobody can be told the source of
    groups = list(_groups(article.clauses)) or [[]]
    for group in groups:
        text = "\n".join(clause.text for clause in group)
        clauses = [c.number for c in group if c.number] if len(groups) > 1 else []
        suffix = f".{clauses[0]}" if clauses else ("" if len(groups) == 1 else ".0")
        yield Passage(
            id=f"{name}#{article.number}{suffix}",
            title=metadata.title or name,
            heading=f"Điều {article.number}. {article.title}".strip(". "),
            text=text or article.title,
            citations=_citations(metadata, article, clauses),
            valid_from=article.effective_on or metadata.effective_on,
            valid_to=metadata.expires_on,
            place=metadata.place,
            source=name,
            kind=KIND,
        )


def _citations(metadata: Metadata, article: Article, clauses: Sequence[str]) -> tuple[Citation, ...]:
    if article.is_codified:
        place = origin_citation(article.origin)
    elif metadata.number:
        place = f"{metadata.number}, Điều {article.number}"
    else:
        place = None
    if place is None:
        return ()
    if not clauses or article.is_codified:
        return (Citation(place),)
    return tuple(Citation(f"{place} khoản {clause}") for clause in clauses)


def _groups(clauses: Sequence[Clause]) -> Iterator[list[Clause]]:
    """Yield runs of clauses that together are not too long."""
    group: list[Clause] = []
    size = 0
    for clause in clauses:
        length = len(clause.text.split())
        if group and size + length > LONGEST:
            yield group
            group, size = [], 0
        group.append(clause)
        size += length
    if group:
        yield group


def _of_paragraphs(name: str, metadata: Metadata, lines: Sequence[str]) -> Iterator[Passage]:
    group: list[str] = []
    number = 0
    for line in (*lines, None):
        size = sum(len(one.split()) for one in group)
        if group and (line is None or size + len(line.split()) > _PARAGRAPHS):
            number += 1
            yield Passage(
                id=f"{name}#{number}",
                title=metadata.title or name,
                heading="",
                text="\n".join(group),
                citations=(Citation(metadata.number),) if metadata.number else (),
                valid_from=metadata.effective_on,
                valid_to=metadata.expires_on,
                place=metadata.place,
                source=name,
                kind=KIND,
            )
            group = []
        if line is not None:
            group.append(line)
