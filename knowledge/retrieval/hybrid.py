"""Search of passages: BM25 with its accent-free twin, titles and vectors, fused by weighted scores.

Only passages that hold on the day asked, in the place asked, and whose figures all have a value are returned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
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
from knowledge.retrieval.question import Question, understand
from knowledge.syllables import folded, syllables

STOP_WORDS = Path(__file__).with_name("stop_words.txt")
CANDIDATES = 100

Scores = NDArray[np.float32]


class IndexSource(Protocol):
    """Gives the index to search; may give another one after a switch."""

    def current(self) -> BuiltIndex:
        """Return the active build."""
        ...


@dataclass(frozen=True, slots=True)
class Weights:
    """Share of each retriever in the fused score; tuned on questions that are not reported on.

    ``plain`` is the share of the accent-free twin inside the lexical score, by whether the question has accents.
    ``asked_benefit`` is added where a passage is about a benefit that the caller knows was asked about.
    """

    body: float = 0.4
    titles: float = 0.1
    dense: float = 0.5
    plain_if_accented: float = 0.5
    plain_if_not: float = 0.7
    asked_benefit: float = 0.1


@dataclass(frozen=True, slots=True)
class Ranking:
    """The hits of one question, best first, and the nearest topic outside the scope."""

    question: Question
    hits: tuple[Hit, ...]
    outside: Hit | None
    lexical_ceiling: float


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
        self._stop_words = frozenset(_words(STOP_WORDS))

    def search(
        self,
        query: str,
        *,
        as_of: date,
        province: str | None = None,
        limit: int = 10,
        benefits: Collection[str] = (),
    ) -> list[Hit]:
        """Return at most *limit* passages for *query*, best first, with their figures of that day."""
        ranking = self.rank(query, as_of=as_of, province=province, limit=limit, benefits=benefits)
        return list(ranking.hits)

    def rank(
        self,
        query: str,
        *,
        as_of: date,
        province: str | None = None,
        limit: int = 10,
        benefits: Collection[str] = (),
    ) -> Ranking:
        """Return the hits together with what it takes to judge whether they answer the question."""
        index = self._index.current()
        question = understand(query, self._expander, index.accents)
        if not question.typed:
            return Ranking(question, (), None, 0.0)
        run = _Run(index, question, self._embedder, self._weights)
        allowed = np.flatnonzero(index.passages.open_to(as_of, province))
        hits: list[Hit] = []
        outside: Hit | None = None
        for hit in run.hits(allowed, benefits):
            if is_outside(hit.passage):
                outside = max(filter(None, (outside, hit)), key=lambda h: h.dense)
            elif len(hits) < limit and (filled := self._filled(hit.passage, as_of, province)):
                hits.append(replace(hit, passage=filled, coverage=self.coverage(question, hit.passage)))
        return Ranking(question, tuple(hits), outside, run.ceiling(self._stop_words))

    def coverage(self, question: Question, passage: Passage) -> float:
        """Return the share of the question's content (rare syllables count more) that *passage* speaks of."""
        content = [s for s in question.typed if folded(s) not in self._stop_words and not s.isdigit()]
        if not content:
            return 0.0
        weights = self._index.current().body.idf(content, accents=False)
        there = set(map(folded, syllables(self._expander.document(searchable(passage)))))
        held = np.array([folded(s) in there for s in content])
        return float((weights * held).sum() / max(float(weights.sum()), 1e-6))

    def _filled(self, passage: Passage, as_of: date, province: str | None) -> Passage | None:
        text = fill(passage.text, self._figures, as_of=as_of, province=province)
        return None if text is None else passage.with_text(text)


class _Run:
    """The scores of one question over one index."""

    def __init__(self, index: BuiltIndex, question: Question, embedder: Embedder, weights: Weights) -> None:
        self._index, self._question, self._weights = index, question, weights
        self._dense = index.dense.scores(embedder.queries([question.for_dense])[0])

    @cached_property
    def _body(self) -> Scores:
        return self._index.body.scores(self._question.typed, accents=False)

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
        question = self._question
        share = self._weights.plain_if_accented if question.has_accents else self._weights.plain_if_not
        plain = stretched(lexical.scores(question.typed, accents=False))
        accented = stretched(lexical.scores(question.restored, accents=True))
        return np.asarray(share * plain + (1 - share) * accented, dtype=np.float32)

    def ceiling(self, stop_words: Collection[str]) -> float:
        """Return the sum of the inverse document frequencies of the question's content."""
        content = [s for s in self._question.typed if folded(s) not in stop_words]
        return float(self._index.body.idf(content, accents=False).sum()) if content else 0.0


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
