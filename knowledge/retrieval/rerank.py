"""Re-ranking of the first candidates by how their words and their best piece meet the question.

A linear model over features that BM25 leaves out: how much of the question the title and the best piece cover, how
much of the title the question covers, pairs of syllables, and the cosine of the best piece. Only that one piece of
each candidate is embedded: it beat the best of all pieces, and costs a fraction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.index.lexical import LexicalIndex, term_keys
from knowledge.syllables import syllables

Array = NDArray[Any]
DEFAULT_MODEL = Path(__file__).parent.parent / "calibration" / "rerank.json"
FEATURES = (
    "body",
    "title",
    "question_in_title",
    "title_in_question",
    "question_pairs_in_title",
    "title_pairs_in_question",
    "question_in_text",
    "question_pairs_in_text",
    "question_in_piece",
    "question_pairs_in_piece",
    "length",
    "dense",
    "dense_behind",
)
PIECE, OVERLAP = 50, 15


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text to judge: its title, its text, and its lexical scores as shares of the best."""

    title: str
    text: str
    body_score: float
    title_score: float


@dataclass(frozen=True, slots=True)
class Piece:
    """The piece of a candidate that speaks most of the question, as it is embedded."""

    text: str
    coverage: float
    pair_coverage: float


class Terms:
    """The syllables and pairs of a question, weighed by how rare they are."""

    def __init__(self, question: Sequence[str], lexical: LexicalIndex, *, accents: bool) -> None:
        self._lexical, self._accents = lexical, accents
        self._single, self._pairs = self.split(question)
        self._single_idf, self._pair_idf = self._idf(self._single), self._idf(self._pairs)

    def split(self, words: Sequence[str]) -> tuple[Array, Array]:
        """Return the distinct terms of one syllable and of two."""
        ids = self._lexical.ids(words, accents=self._accents)
        keys = np.unique(term_keys(ids, np.zeros(len(ids), dtype=np.int64))[0])
        return keys[keys < 2**32], keys[keys >= 2**32]

    def coverage_by(self, terms: tuple[Array, Array]) -> tuple[float, float]:
        """Return the weighed shares of the question's syllables and pairs that *terms* hold."""
        return (
            _share(self._single_idf, np.isin(self._single, terms[0])),
            _share(self._pair_idf, np.isin(self._pairs, terms[1])),
        )

    def coverage_of(self, terms: tuple[Array, Array]) -> tuple[float, float]:
        """Return the weighed shares of *terms* that the question holds."""
        return (
            _share(self._idf(terms[0]), np.isin(terms[0], self._single)),
            _share(self._idf(terms[1]), np.isin(terms[1], self._pairs)),
        )

    def _idf(self, keys: Array) -> Array:
        return self._lexical.idf_of(keys, accents=self._accents)


def best_piece(candidate: Candidate, terms: Terms) -> Piece:
    """Return the piece of a candidate with most of the question in it, its title before it."""
    words = candidate.text.split()
    best: tuple[float, int, tuple[float, float]] = (-1.0, 0, (0.0, 0.0))
    for start in range(0, max(len(words) - OVERLAP, 1), PIECE - OVERLAP):
        covered = terms.coverage_by(terms.split(syllables(" ".join(words[start : start + PIECE]))))
        if sum(covered) > best[0]:
            best = (sum(covered), start, covered)
    _, start, (single, pairs) = best
    return Piece(f"{candidate.title}. {' '.join(words[start : start + PIECE])}", single, pairs)


def features(candidates: Sequence[Candidate], pieces: Sequence[Piece], dense: Array, terms: Terms) -> Array:
    """Return one row a candidate, in the order of ``FEATURES``; *dense* are the cosines of the pieces."""
    rows = []
    for candidate, piece in zip(candidates, pieces, strict=True):
        title = terms.split(syllables(candidate.title))
        words = syllables(f"{candidate.title} {candidate.text}")
        by_title, of_title = terms.coverage_by(title), terms.coverage_of(title)
        by_text = terms.coverage_by(terms.split(words))
        rows.append(
            [
                candidate.body_score,
                candidate.title_score,
                by_title[0],
                of_title[0],
                by_title[1],
                of_title[1],
                *by_text,
                piece.coverage,
                piece.pair_coverage,
                np.log1p(len(words)),
            ]
        )
    columns = [np.array(rows), dense[:, None], (dense - dense.max())[:, None]]
    return np.concatenate(columns, axis=1) if rows else np.empty((0, len(FEATURES)))


@dataclass(frozen=True)
class LinearReranker:
    """Weights of the features; a score orders candidates of one question."""

    weights: Mapping[str, float]

    @classmethod
    def load(cls, path: Path = DEFAULT_MODEL) -> LinearReranker:
        """Read the fitted weights."""
        return cls(json.loads(path.read_text(encoding="utf-8"))["weights"])

    def scores(self, rows: Array) -> Array:
        """Return one score a row."""
        return np.asarray(rows @ np.array([self.weights[name] for name in FEATURES]))


def _share(weights: Array, held: Array) -> float:
    total = float(weights.sum())
    return float(weights[held].sum()) / total if total else 0.0
