"""Search of the authorities' documents: the law as it stands on a day, and after it what no longer holds.

Kept apart from the guides, so that a thousand articles more change nothing in how a guide is found and trusted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge.embedder import Embedder
from knowledge.index.build import BuiltIndex
from knowledge.passages import Hit
from knowledge.retrieval.expand import Expander
from knowledge.retrieval.fusion import best, fused, stretched
from knowledge.retrieval.question import Question, understand

CANDIDATES = 100
BODY, TITLES, DENSE = 0.4, 0.1, 0.5

Scores = NDArray[np.float32]


class LawSearch:
    """Finds passages of documents."""

    def __init__(self, embedder: Embedder, expander: Expander | None = None) -> None:
        self._embedder, self._expander = embedder, expander or Expander.load()

    def search(
        self, index: BuiltIndex, query: str, *, as_of: date, province: str | None = None, limit: int = 10
    ) -> list[Hit]:
        """Return at most *limit* passages of *index*, best first, all that hold on that day before any that ended."""
        if index.law is None:
            return []
        question = understand(query, self._expander, index.law.accents)
        if not question.syllables:
            return []
        scores = _Scores.of(index.law, question, self._embedder)
        hits = list(scores.hits(index.law.passages.open_to(as_of, province), limit))
        if len(hits) < limit:
            past = scores.hits(index.law.passages.ended_by(as_of, province), limit - len(hits))
            hits += [replace(hit, in_force=False) for hit in past]
        return hits


class _Scores:
    """The scores of one question over the law of one build."""

    def __init__(self, index: BuiltIndex, lexical: Scores, titles: Scores, dense: Scores) -> None:
        self._index, self._lexical, self._titles, self._dense = index, lexical, titles, dense

    @classmethod
    def of(cls, index: BuiltIndex, question: Question, embedder: Embedder) -> _Scores:
        """Score everything."""
        vector = embedder.queries([question.for_dense])[0]
        lexical, titles = (
            np.mean([stretched(part.scores(question.syllables, accents=how)) for how in (True, False)], axis=0)
            for part in (index.body, index.titles)
        )
        return cls(index, lexical, titles, index.dense.scores(vector))

    def hits(self, allowed: NDArray[np.bool_], limit: int) -> Iterator[Hit]:
        """Yield the best of the *allowed* passages."""
        rows = np.flatnonzero(allowed)
        lexical, titles, dense = self._lexical[rows], self._titles[rows], self._dense[rows]
        candidates = np.union1d(best(lexical, CANDIDATES), best(dense, CANDIDATES))
        parts = [(lexical[candidates], BODY), (titles[candidates], TITLES), (dense[candidates], DENSE)]
        scores = fused(parts)
        for place in best(scores, min(limit, len(candidates))):
            at = candidates[place]
            passage = self._index.passages[int(rows[at])]
            yield Hit(passage, float(scores[place]), float(lexical[at]), float(dense[at]))
