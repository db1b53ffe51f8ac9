"""The first candidates of a question: BM25 over the whole text, with a little of BM25 over the titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.fusion import best

Array = NDArray[Any]
TITLE_WEIGHT = 0.1
PLAIN_SHARE = 0.5  # of the accent-free twin, where the accents of the question were put back


class Lexical(Protocol):
    """What is asked of a lexical index."""

    def scores(self, syllables: Sequence[str], *, accents: bool) -> NDArray[np.float32]:
        """Return the score of every text."""
        ...


@dataclass(frozen=True)
class Candidates:
    """Rows in lexical order, with their scores over text and titles as shares of the best."""

    rows: Array
    body: Array
    titles: Array


def first(
    words: Sequence[str],
    body: Lexical,
    titles: Lexical,
    *,
    restored: bool,
    count: int,
    allowed: NDArray[np.bool_] | None = None,
) -> Candidates:
    """Return the *count* best rows for *words*, of those *allowed*.

    *restored*: the accents were put back, so that half of the score comes from the accent-free twin.
    """
    by_body, by_title = (_scores(index, words, restored, allowed) for index in (body, titles))
    total = np.asarray(by_body + TITLE_WEIGHT * by_title, dtype=np.float32)
    if allowed is None:
        rows = best(total, count)
    else:
        places = np.flatnonzero(allowed)
        rows = places[best(total[places], count)]
    return Candidates(rows, by_body[rows], by_title[rows])


def _scores(index: Lexical, words: Sequence[str], restored: bool, allowed: NDArray[np.bool_] | None) -> Array:
    accented = _share_of_best(index.scores(words, accents=True), allowed)
    if not restored:
        return accented
    plain = _share_of_best(index.scores(words, accents=False), allowed)
    return np.asarray(PLAIN_SHARE * plain + (1 - PLAIN_SHARE) * accented)


def _share_of_best(scores: Array, allowed: NDArray[np.bool_] | None) -> Array:
    top = scores.max(initial=0.0) if allowed is None else scores.max(initial=0.0, where=allowed)
    return np.asarray(scores / top) if top > 0 else scores
