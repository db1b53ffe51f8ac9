"""Re-ranking of the first candidates by how their words and their best piece meet the question.

A linear model over features that BM25 leaves out: how much of the question the title and the best piece cover, how
much of the title the question covers, pairs of syllables, the cosines of the title and of the best piece, how much
better a candidate is than the others, and whether others of the same document are near too. Only one piece of each
candidate is embedded: it beat the best of all pieces, and costs a fraction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.index.lexical import LexicalIndex
from knowledge.index.texts import Span, TermTexts

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
    "title_dense",
    "title_dense_behind",
    "nearest",
    "agreement",
    "body_above",
    "question_pairs_in_text_above",
    "question_pairs_in_piece_above",
    "dense_above",
)
_ABOVE = ("body", "question_pairs_in_text", "question_pairs_in_piece", "dense")
_STEEP = 20.0  # how fast a candidate's say for its document grows with its cosine
_SHIFT = 32


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words say of some candidates: one row of features each, and the number of the best piece of each."""

    features: Array
    pieces: Array


def read(question: Sequence[str], rows: Sequence[int] | Array, lexical: LexicalIndex, texts: TermTexts) -> Reading:
    """Compare *question* with the candidates *rows*; the columns are ``FEATURES`` from the third to the length."""
    span = texts.span(rows)
    singles = _Terms.of(_singles(_ids(question, lexical)), lexical)
    pairs = _Terms.of(_pairs(_ids(question, lexical)), lexical)
    by_single, by_pair = _Cover.of(singles, span.ids + 1), _Cover.of(pairs, _pair_keys(span))
    piece_single = by_single.share(span.piece_starts, span.piece_ends)
    piece_pair = by_pair.share(span.piece_starts, np.maximum(span.piece_ends - 1, span.piece_starts))
    best = _first_best(piece_single + piece_pair, span.piece_owners, len(rows))
    in_title = _title_terms(span)
    columns = [
        by_single.share(span.starts, span.bodies),
        singles.share_of(in_title.single_keys, in_title.single_owners, len(rows)),
        by_pair.share(span.starts, np.maximum(span.bodies - 1, span.starts)),
        pairs.share_of(in_title.pair_keys, in_title.pair_owners, len(rows)),
        by_single.share(span.starts, span.ends),
        by_pair.share(span.starts, np.maximum(span.ends - 1, span.starts)),
        piece_single[best],
        piece_pair[best],
        np.log1p(span.ends - span.starts),
    ]
    first = np.searchsorted(span.piece_owners, np.arange(len(rows)))
    return Reading(np.stack(columns, axis=1) if len(rows) else np.empty((0, len(columns))), best - first)


@dataclass(frozen=True, slots=True)
class Nearness:
    """Cosines of the best pieces and of the titles, and the number of each candidate's document."""

    pieces: Array
    titles: Array
    documents: Array


def with_scores(reading: Reading, body: Array, titles: Array, near: Nearness) -> Array:
    """Return the whole rows of features, in the order of ``FEATURES``."""
    plain = np.column_stack(
        [
            body,
            titles,
            reading.features,
            near.pieces,
            _behind(near.pieces),
            near.titles,
            _behind(near.titles),
            np.maximum(near.pieces, near.titles),
            _agreement(near.documents, np.exp(_STEEP * _behind(near.pieces))),
        ]
    )
    compared = plain[:, [FEATURES.index(name) for name in _ABOVE]]
    return np.column_stack([plain, (compared - compared.mean(axis=0)) / (compared.std(axis=0) + 1e-6)])


def without_vectors(rows: Array) -> Array:
    """Return *rows* as they are where nothing was embedded."""
    blank = [at for at, name in enumerate(FEATURES) if "dense" in name or name in ("nearest", "agreement")]
    result = rows.copy()
    result[:, blank] = 0.0
    return result


def _behind(cosines: Array) -> Array:
    return np.asarray(cosines - cosines.max(initial=-1.0))


def _agreement(documents: Array, weights: Array) -> Array:
    """Return for each candidate the share of the others of its document in the weight of all."""
    together = np.bincount(documents, weights)
    return np.asarray((together[documents] - weights) / max(float(weights.sum()), 1e-9))


@dataclass(frozen=True)
class LinearReranker:
    """Weights of the features; a score orders candidates of one question."""

    weights: Mapping[str, float]

    @classmethod
    def load(cls, path: Path = DEFAULT_MODEL, *, dense: bool = True) -> LinearReranker:
        """Read the fitted weights; ``dense=False``: those for candidates without vectors."""
        return cls(json.loads(path.read_text(encoding="utf-8"))["weights" if dense else "weights_without_dense"])

    def scores(self, rows: Array) -> Array:
        """Return one score a row."""
        return np.asarray(rows @ np.array([self.weights[name] for name in FEATURES]))


@dataclass(frozen=True)
class _Terms:
    """Distinct terms of a question with their inverse document frequencies."""

    keys: Array
    idf: Array
    lexical: LexicalIndex

    @classmethod
    def of(cls, keys: Array, lexical: LexicalIndex) -> _Terms:
        return cls(keys, lexical.idf_of(keys, accents=True), lexical)

    def share_of(self, keys: Array, owners: Array, size: int) -> Array:
        """Return for each owner the weighed share of its *keys* that the question holds."""
        idf = self.lexical.idf_of(keys, accents=True)
        total = np.bincount(owners, idf, size)
        held = np.bincount(owners, idf * np.isin(keys, self.keys), size)
        return np.divide(held, total, out=np.zeros(size), where=total > 0)


@dataclass(frozen=True)
class _Cover:
    """How often each term of a question stands before each place of a span."""

    before: Array
    idf: Array

    @classmethod
    def of(cls, terms: _Terms, keys: Array) -> _Cover:
        """Look for *terms* among the *keys* at each place."""
        if not len(terms.keys):
            return cls(np.zeros((len(keys) + 1, 0), np.int32), terms.idf)
        at = np.minimum(np.searchsorted(terms.keys, keys), len(terms.keys) - 1)
        hit = np.flatnonzero(terms.keys[at] == keys)
        there = np.zeros((len(keys) + 1, len(terms.keys)), np.int32)
        there[hit + 1, at[hit]] = 1
        return cls(np.cumsum(there, axis=0, dtype=np.int32), terms.idf)

    def share(self, starts: Array, ends: Array) -> Array:
        """Return for each run of places the weighed share of the question's terms in it."""
        total = float(self.idf.sum())
        if not total:
            return np.zeros(len(starts))
        ends = np.minimum(ends, len(self.before) - 1)
        return np.asarray(((self.before[ends] > self.before[starts]) @ self.idf) / total)


@dataclass(frozen=True)
class _TitleTerms:
    """The distinct terms of the titles of a span, and whose they are."""

    single_keys: Array
    single_owners: Array
    pair_keys: Array
    pair_owners: Array


def _title_terms(span: Span) -> _TitleTerms:
    places = np.flatnonzero(np.arange(len(span.ids)) < span.bodies[span.owners]) if len(span.ids) else span.ids
    singles = np.unique(np.stack([span.owners[places], span.ids[places] + 1]), axis=1)
    inside = places[places + 1 < span.bodies[span.owners[places]]] if len(places) else places
    pairs = np.unique(np.stack([span.owners[inside], _pair_keys(span)[inside]]), axis=1)
    return _TitleTerms(singles[1].astype(np.uint64), singles[0], pairs[1].astype(np.uint64), pairs[0])


def _pair_keys(span: Span) -> Array:
    """Return the key of the pair that starts at each place; 0 where a text ends."""
    ones = span.ids + 1
    keys = np.zeros(len(ones), np.int64)
    if len(ones) > 1:
        together = (span.owners[1:] == span.owners[:-1]) & (ones[1:] > 0) & (ones[:-1] > 0)
        keys[:-1] = np.where(together, (ones[:-1] << _SHIFT) | ones[1:], 0)
    return keys


def _ids(question: Sequence[str], lexical: LexicalIndex) -> Array:
    return np.asarray(lexical.ids(question, accents=True))


def _singles(ids: Array) -> Array:
    return np.unique(ids[ids >= 0] + 1).astype(np.uint64)


def _pairs(ids: Array) -> Array:
    both = (ids[:-1] >= 0) & (ids[1:] >= 0)
    return np.unique(((ids[:-1] + 1) << _SHIFT | (ids[1:] + 1))[both]).astype(np.uint64)


def _first_best(scores: Array, owners: Array, size: int) -> Array:
    """Return the place of the highest score of each owner, the first of equal ones."""
    order = np.lexsort((np.arange(len(scores)), -scores, owners))
    return np.asarray(order[np.searchsorted(owners[order], np.arange(size))])
