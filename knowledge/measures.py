"""The measures of retrieval: nDCG@10, recall and MRR; and the run file of TREC."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Scores:
    """Means over queries."""

    queries: int
    ndcg_at_10: float
    recall_at_1: float
    recall_at_10: float
    recall_at_100: float
    mrr_at_10: float


def is_for_fitting(query: str) -> bool:
    """Tell whether a query belongs to the half that models are fitted on (by the hash of its id)."""
    return hashlib.sha256(query.encode()).digest()[0] % 2 == 0


def measure(
    found: Mapping[str, Sequence[str]], relevant: Mapping[str, Mapping[str, int]], queries: Iterable[str]
) -> Scores:
    """Return the means over *queries*; one without a relevant document is left out."""
    rows = [_measure_one(found[key], relevant[key]) for key in queries if relevant.get(key)]
    means = np.mean(rows, axis=0) if rows else np.zeros(5)
    return Scores(len(rows), *(round(float(mean), 4) for mean in means))


def _measure_one(found: Sequence[str], relevant: Mapping[str, int]) -> tuple[float, ...]:
    gains = [relevant.get(document, 0) for document in found]
    ideal = sorted(relevant.values(), reverse=True)[:10]
    first = next((rank for rank, gain in enumerate(gains[:10], start=1) if gain), 0)
    recalls = (sum(map(bool, gains[:depth])) / len(relevant) for depth in (1, 10, 100))
    return (_dcg(gains[:10]) / _dcg(ideal), *recalls, 1 / first if first else 0.0)


def _dcg(gains: Sequence[int]) -> float:
    return float(sum(gain / np.log2(rank + 2) for rank, gain in enumerate(gains)))


def write_run(path: Path, found: Mapping[str, Sequence[str]], *, depth: int = 100) -> None:
    """Write the run in TREC format: query, Q0, document, rank, score, name; spaces in an id become underscores."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for key, documents in found.items():
            for place, document in enumerate(documents[:depth], start=1):
                file.write(f"{key} Q0 {document.replace(' ', '_')} {place} {1 / place:.6f} ansinh\n")
