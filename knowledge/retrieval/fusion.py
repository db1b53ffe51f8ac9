"""Scores of several retrievers made one: each is stretched to 0..1 over the candidates, then weighed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


def stretched(scores: Scores) -> Scores:
    """Return *scores* stretched to 0..1; all zero where they do not differ."""
    if not len(scores):
        return scores
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def fused(parts: Sequence[tuple[Scores, float]]) -> Scores:
    """Return the weighted mean of the stretched *parts*; weights need not sum to one."""
    total = sum(weight for _, weight in parts)
    summed = np.sum([stretched(scores) * np.float32(weight) for scores, weight in parts], axis=0)
    return np.asarray(summed / np.float32(total), dtype=np.float32)


def best(scores: Scores, count: int) -> NDArray[np.int64]:
    """Return the places of the *count* highest scores, best first; ties keep the order of the index."""
    if count >= len(scores):
        return np.argsort(-scores, kind="stable")
    top = np.argpartition(-scores, count)[:count]
    return np.asarray(top[np.lexsort((top, -scores[top]))])
