"""Search of passages: BM25 with its accent-free twin, titles and vectors, fused by weighted scores.

Only passages that hold on the day asked, in the place asked, and whose figures all have a value are returned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.embedder import Embedder
from knowledge.figures import Figures, fill
from knowledge.index.build import BuiltIndex, searchable
from knowledge.outside import is_outside
from knowledge.passages import Hit, Passage
from knowledge.retrieval.expand import Expander
from knowledge.retrieval.fusion import best, fused, stretched
from knowledge.retrieval.law import LawSearch
from knowledge.retrieval.question import Question, understand
from knowledge.syllables import folded, syllables

STOP_WORDS = Path(__file__).with_name("stop_words.txt")
CANDIDATES = 100
NEIGHBOURS = 30

Scores = NDArray[np.float32]


class IndexSource(Protocol):
    """Gives the index to search; may give another one after a switch."""

    def current(self) -> BuiltIndex:
        """Return the active build."""
        ...


@dataclass(frozen=True, slots=True)
class Weights:
    """Share of each retriever in the fused score; tuned on questions that are not reported on.

    ``plain`` is the share of the accent-free twin inside the lexical score; the same whether the question was typed
    with accents or had them restored, so that both spellings find the same.
    ``asked_benefit`` is added where a passage is about a benefit that the caller knows was asked about.
    """

    body: float = 0.3
    titles: float = 0.1
    dense: float = 0.6
    plain: float = 0.5
    asked_benefit: float = 0.1


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One of the nearest vectors: its cosine, and whether it belongs to a topic outside the scope."""

    cosine: float
    is_outside: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """The hits of one question, best first, the nearest topic outside the scope, and what lies around the question.

    ``content`` are the question's words that carry it, without accents; ``content_weights`` their inverse document
    frequencies, ``lexical_ceiling`` the sum of these.
    """

    question: Question
    hits: tuple[Hit, ...]
    outside: Hit | None = None
    neighbours: tuple[Neighbour, ...] = ()
    content: tuple[str, ...] = ()
    content_weights: tuple[float, ...] = ()

    @property
    def lexical_ceiling(self) -> float:
        """Return what a passage that holds all of the question's content could score."""
        return sum(self.content_weights)


class PassageSearch:
    """Finds passages for questions."""

    def __init__(
        self,
        index: IndexSource,
        embedder: Embedder,
        figures: Figures,
        *,
        expander: Expander | None = None,
        weights: Weights | None = None,
    ) -> None:
        self._index, self._embedder, self._figures = index, embedder, figures
        self._expander = expander or Expander.load()
        self._weights = weights or Weights()
        self._law = LawSearch(embedder, self._expander)
        self._stop_words = frozenset(_words(STOP_WORDS))

    def figure(self, key: str, *, as_of: date, province: str | None) -> str | None:
        """Return the figure of *key* as people read it, ``None`` where it has no value that day."""
        return self._figures.show(key, as_of=as_of, province=province)

    def search(
        self,
        query: str,
        *,
        as_of: date,
        province: str | None = None,
        limit: int = 10,
        benefits: Collection[str] = (),
    ) -> list[Hit]:
        """Return at most *limit* sections of guides for *query*, best first, with their figures of that day."""
        ranking = self.rank(query, as_of=as_of, province=province, limit=limit, benefits=benefits)
        return list(ranking.hits)

    def law(self, query: str, *, as_of: date, province: str | None = None, limit: int = 5) -> list[Hit]:
        """Return passages of the authorities' documents, word for word; what no longer holds comes last, marked."""
        return self._law.search(self._index.current(), query, as_of=as_of, province=province, limit=limit)

    def rank(
        self,
        query: str,
        *,
        as_of: date,
        province: str | None = None,
        limit: int = 10,
        benefits: Collection[str] = (),
        without: Collection[str] = (),
    ) -> Ranking:
        """Return the hits together with what it takes to judge whether they answer the question.

        *without* names kinds of passages to leave out.
        """
        index = self._index.current()
        question = understand(query, self._expander, index.accents)
        if not question.syllables:
            return Ranking(question, ())
        run = _Run(index, question, self._embedder, self._weights)
        allowed = np.flatnonzero(index.passages.open_to(as_of, province, without=without))
        content = tuple(s for s in map(folded, question.syllables) if s not in self._stop_words and not s.isdigit())
        hits: list[Hit] = []
        outside: Hit | None = None
        for hit in run.hits(allowed, benefits):
            if is_outside(hit.passage):
                outside = max(filter(None, (outside, hit)), key=lambda h: h.dense)
            elif len(hits) < limit and (filled := self._filled(hit.passage, as_of, province)):
                # Only the first hit is judged; reading all of them again would cost more than the search.
                overlap = (0.0, (0, 0)) if hits else self._overlap(question, content, hit.passage, index)
                hits.append(replace(hit, passage=filled, coverage=overlap[0], pairs=overlap[1]))
        neighbours = tuple(run.neighbours(NEIGHBOURS))
        return Ranking(question, tuple(hits), outside, neighbours, content, run.weights_of(content))

    def _overlap(
        self, question: Question, content: Sequence[str], passage: Passage, index: BuiltIndex
    ) -> tuple[float, tuple[int, int]]:
        """Return how much of the question *passage* speaks of: the share of its content (rare syllables count more),
        and how many of its pairs of syllables, of how many.
        """
        words = [folded(s) for s in syllables(self._expander.document(searchable(passage)))]
        there, pairs = set(words), set(pairwise(words))
        weights = index.body.idf(content, accents=False)
        held = np.array([s in there for s in content], dtype=bool)
        asked = [p for p in pairwise(map(folded, question.syllables)) if not self._stop_words.issuperset(p)]
        share = float(weights[held].sum()) / max(float(weights.sum()), 1e-6)
        return share, (sum(p in pairs for p in asked), len(asked))

    def _filled(self, passage: Passage, as_of: date, province: str | None) -> Passage | None:
        text = fill(passage.text, self._figures, as_of=as_of, province=province)
        return None if text is None else passage.with_text(text)


class _Run:
    """The scores of one question over one index."""

    def __init__(self, index: BuiltIndex, question: Question, embedder: Embedder, weights: Weights) -> None:
        self._index, self._question, self._weights = index, question, weights
        self._vector = embedder.queries([question.for_dense])[0]
        self._dense = index.dense.scores(self._vector)

    @cached_property
    def _body(self) -> Scores:
        return self._index.body.scores(self._question.syllables, accents=False)

    def hits(self, allowed: NDArray[np.int64], benefits: Collection[str]) -> Iterator[Hit]:
        """Yield the candidates among *allowed*, best first."""
        body, titles, dense = self._body[allowed], self._titles()[allowed], self._dense[allowed]
        lexical = self._mixed(self._index.body)[allowed]
        candidates = np.union1d(best(lexical, CANDIDATES), best(dense, CANDIDATES))
        w = self._weights
        scores = fused([(lexical[candidates], w.body), (titles[candidates], w.titles), (dense[candidates], w.dense)])
        passages = [self._index.passages[int(allowed[c])] for c in candidates]
        scores = scores + np.array([w.asked_benefit * _is_about(p, benefits) for p in passages], dtype=np.float32)
        for place in best(np.asarray(scores, dtype=np.float32), len(candidates)):
            row = candidates[place]
            yield Hit(passages[place], float(scores[place]), float(body[row]), float(dense[row]))

    def _titles(self) -> Scores:
        return self._mixed(self._index.titles)

    def _mixed(self, lexical: LexicalScores) -> Scores:
        share = self._weights.plain
        plain = stretched(lexical.scores(self._question.syllables, accents=False))
        accented = stretched(lexical.scores(self._question.syllables, accents=True))
        return np.asarray(share * plain + (1 - share) * accented, dtype=np.float32)

    def weights_of(self, content: Sequence[str]) -> tuple[float, ...]:
        """Return the inverse document frequencies of *content*."""
        return tuple(map(float, self._index.body.idf(content, accents=False))) if content else ()

    def neighbours(self, limit: int) -> Iterator[Neighbour]:
        """Yield what the nearest vectors belong to."""
        cosines, rows = self._index.dense.nearest(self._vector, limit=limit)
        outside = {row: is_outside(self._index.passages[row]) for row in set(map(int, rows))}
        for cosine, row in zip(cosines, rows, strict=True):
            yield Neighbour(float(cosine), outside[int(row)])


class LexicalScores(Protocol):
    """What a run needs of a lexical index."""

    def scores(self, syllables: Sequence[str], *, accents: bool) -> Scores:
        """Return the score of every passage."""
        ...


def _is_about(passage: Passage, benefits: Collection[str]) -> bool:
    return passage.area in benefits or any(benefit in benefits for benefit in passage.benefits)


def _words(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield from line.split()
