"""Fits the re-ranker: ``python -m knowledge.tune --set DIR [--set DIR[:IDS.txt]] --work DIR``.

Only one half of the queries (by the hash of their id) is fitted on; the other half is reported on. Pairs of a right
and a wrong candidate of the same query are what the model learns from; every query has the same say, and so has every
set. A second model is fitted for candidates without vectors.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.vietnamese.text import fold
from knowledge.embedder import BulkEmbedder, EmbeddingCache
from knowledge.evaluate import Corpus, Ranked, feature_table, rank, reordered
from knowledge.measures import Scores, is_for_fitting, measure
from knowledge.retrieval.rerank import DEFAULT_MODEL, FEATURES, LinearReranker, without_vectors
from knowledge.testset import TestSet

Array = NDArray[Any]
STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0)


@dataclass(frozen=True)
class Ready:
    """A set in one spelling: its candidates and their features."""

    name: str
    tests: TestSet
    ranked: Mapping[str, Ranked]
    table: Mapping[str, Array]

    def scores(self, model: LinearReranker, *, fitted: bool) -> Scores:
        """Return the scores on the half that was fitted on, or on the other."""
        orders = reordered(self.ranked, self.table, model)
        found = {key: [self.tests.ids[row] for row in order] for key, order in orders.items()}
        return measure(found, self.tests.relevant, [key for key in found if is_for_fitting(key) is fitted])

    def without_vectors(self) -> Ready:
        """Return the same without what the vectors said."""
        return Ready(self.name, self.tests, self.ranked, {k: without_vectors(rows) for k, rows in self.table.items()})

    def pairs(self) -> tuple[Array, Array]:
        """Return right minus wrong candidates of the queries to fit on, and the say of each pair."""
        some = [self._pairs(key) for key in self.table if is_for_fitting(key)]
        says = [np.full(len(one), 1 / max(len(one), 1)) for one in some]
        says = [one / max(sum(map(len, says)), 1) for one in says]
        return np.concatenate(some), np.concatenate(says)

    def _pairs(self, key: str) -> Array:
        rows, relevant = self.table[key], self.tests.relevant.get(key, {})
        right = np.array([self.tests.ids[row] in relevant for row in self.ranked[key].rows[: len(rows)]], dtype=bool)
        return np.asarray((rows[right][:, None, :] - rows[~right][None, :, :]).reshape(-1, rows.shape[1]))


def fit(sets: Sequence[Ready], strength: float) -> LinearReranker:
    """Learn to put right candidates before wrong ones."""
    from sklearn.linear_model import LogisticRegression

    parts = [one.pairs() for one in sets]
    pairs, says = np.concatenate([p for p, _ in parts]), np.concatenate([s for _, s in parts])
    scale = pairs.std(axis=0) + 1e-9
    signs = np.where(np.arange(len(pairs)) % 2, 1, -1)
    model = LogisticRegression(C=strength, fit_intercept=False, max_iter=2000)
    model.fit(pairs / scale * signs[:, None], signs, sample_weight=says * len(says) / says.sum())
    weights = model.coef_[0] / scale
    return LinearReranker(dict(zip(FEATURES, (round(float(w), 5) for w in weights), strict=True)))


def best_of(sets: Sequence[Ready]) -> tuple[LinearReranker, float]:
    """Return the model of the strength that does best on the half fitted on, and that strength."""
    models = [(fit(sets, strength), strength) for strength in STRENGTHS]
    return max(models, key=lambda one: sum(s.scores(one[0], fitted=True).ndcg_at_10 for s in sets))


def ready(name: str, work: Path, embedder: EmbeddingCache) -> list[Ready]:
    """Return a set, as ``DIR`` or ``DIR:IDS.txt``, in both spellings."""
    folder, _, only = name.partition(":")
    tests = TestSet.read(Path(folder), only=Path(only) if only else None)
    corpus = Corpus.ensure(tests, work)
    asked = {key: text for key, text in tests.queries.items() if tests.relevant.get(key)}
    result = []
    for form, spelling in (("accents", str), ("no_accents", fold)):
        ranked = {key: rank(spelling(text), corpus) for key, text in asked.items()}
        table = feature_table(tests, corpus, ranked, embedder)
        result.append(Ready(f"{Path(only or folder).stem}/{form}", tests, ranked, table))
    return result


def main() -> None:
    """Fit on one half of every set, with and without accents together, and report on the other."""
    parser = argparse.ArgumentParser(description="Fit the re-ranker on one half of sets.")
    parser.add_argument("--set", action="append", required=True, help="folder of a set, or folder:file-of-ids")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=DEFAULT_MODEL)
    options = parser.parse_args()
    embedder = EmbeddingCache(BulkEmbedder(options.work / "model"), options.work / "vectors.sqlite", batch_size=256)
    sets = [one for name in options.set for one in ready(name, options.work, embedder)]
    plain: dict[str, Any] = {}
    for name, some in (("", sets), ("_without_dense", [one.without_vectors() for one in sets])):
        model, strength = best_of(some)
        report = {
            half: {s.name: s.scores(model, fitted=half == "fitted_half").ndcg_at_10 for s in some}
            for half in ("fitted_half", "other_half")
        }
        plain |= {f"measured{name}": {"strength": strength, **report}, f"weights{name}": dict(model.weights)}
    options.output.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(plain, indent=1))


if __name__ == "__main__":
    main()
