"""Search of the authorities' documents: the law as it stands on a day, and after it what no longer holds.

Kept apart from the guides, so that a thousand articles more change nothing in how a guide is found and trusted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedder import Embedder
from knowledge.index.build import BuiltIndex
from knowledge.index.law import LawIndex
from knowledge.passages import Hit
from knowledge.retrieval.expand import Expander
from knowledge.retrieval.first import first
from knowledge.retrieval.question import Question, understand
from knowledge.retrieval.rerank import FEATURES, LinearReranker, read, with_scores

RERANKED = 40
_COVERED = FEATURES.index("question_in_text")

Array = NDArray[Any]


class LawSearch:
    """Finds passages of documents."""

    def __init__(self, embedder: Embedder, expander: Expander | None = None) -> None:
        self._embedder, self._expander = embedder, expander or Expander.load()
        self._rerankers = {dense: LinearReranker.load(dense=dense) for dense in (True, False)}

    def search(
        self, index: BuiltIndex, query: str, *, as_of: date, province: str | None = None, limit: int = 10
    ) -> list[Hit]:
        """Return at most *limit* passages of *index*, best first, all that hold on that day before any that ended."""
        if index.law is None:
            return []
        question = understand(query, self._expander, index.law.accents)
        if not question.syllables:
            return []
        run = _Run(index.law, question, self._embedder, self._rerankers[index.law.has_vectors])
        hits = list(run.hits(index.law.passages.open_to(as_of, province), limit))
        if len(hits) < limit:
            past = run.hits(index.law.passages.ended_by(as_of, province), limit - len(hits))
            hits += [replace(hit, in_force=False) for hit in past]
        return hits


class _Run:
    """One question over the law of one build."""

    def __init__(self, law: LawIndex, question: Question, embedder: Embedder, reranker: LinearReranker) -> None:
        self._law, self._question, self._embedder, self._reranker = law, question, embedder, reranker

    @cached_property
    def _vector(self) -> Array:
        return np.asarray(self._embedder.queries([self._question.for_dense])[0])

    def hits(self, allowed: NDArray[np.bool_], limit: int) -> Iterator[Hit]:
        """Yield the best of the *allowed* passages."""
        law, words = self._law, self._question.syllables
        restored = not self._question.has_accents
        found = first(words, law.body, law.titles, restored=restored, count=RERANKED, allowed=allowed)
        if not len(found.rows):
            return
        reading = read(words, found.rows, law.body, law.texts)
        near = law.near(found.rows, reading.pieces, self._vector if law.has_vectors else np.empty(0))
        rows = with_scores(reading, found.body, found.titles, near)
        scores = self._reranker.scores(rows)
        for place in np.argsort(-scores, kind="stable")[:limit]:
            passage = law.passages[int(found.rows[place])]
            closeness = float(np.exp(scores[place] - scores.max()))
            covered = float(rows[place, _COVERED])
            yield Hit(passage, closeness, float(found.body[place]), float(near.pieces[place]), coverage=covered)
