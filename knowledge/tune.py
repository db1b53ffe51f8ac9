"""Fits the re-ranker: ``python -m knowledge.tune --set DIR --work DIR``.

Only one half of the queries (by the hash of their id) is fitted on; the other half is reported on. Pairs of a right
and a wrong candidate of the same query are what the model learns from.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.vietnamese.text import fold
from knowledge.embedder import BulkEmbedder, EmbeddingCache
from knowledge.evaluate import Corpus, Ranked, feature_table, rank, reordered
from knowledge.measures import Scores, is_for_fitting, measure
from knowledge.retrieval.rerank import DEFAULT_MODEL, FEATURES, LinearReranker
from knowledge.testset import TestSet

Array = NDArray[Any]
_NEGATIVES = 40
STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


def fit(tests: TestSet, ranked: Mapping[str, Ranked], table: Mapping[str, Array], strength: float) -> LinearReranker:
    """Learn to put right candidates before wrong ones, from the queries of *table*."""
    from sklearn.linear_model import LogisticRegression

    pairs = np.concatenate([_pairs(tests, ranked[key], table[key], key) for key in table])
    scale = pairs.std(axis=0) + 1e-9
    signs = np.where(np.arange(len(pairs)) % 2, 1, -1)
    model = LogisticRegression(C=strength, fit_intercept=False, max_iter=1000)
    weights = model.fit(pairs / scale * signs[:, None], signs).coef_[0] / scale
    return LinearReranker(dict(zip(FEATURES, (round(float(w), 5) for w in weights), strict=True)))


def _pairs(tests: TestSet, one: Ranked, rows: Array, key: str) -> Array:
    relevant = tests.relevant.get(key, {})
    right = np.array([tests.ids[row] in relevant for row in one.rows[: len(rows)]], dtype=bool)
    wrong = rows[~right][:_NEGATIVES]
    return np.asarray((rows[right][:, None, :] - wrong[None, :, :]).reshape(-1, rows.shape[1]))


def scores_of(
    tests: TestSet, ranked: Mapping[str, Ranked], table: Mapping[str, Array], model: LinearReranker, *, fitted: bool
) -> Scores:
    """Return the scores on the half that was fitted on, or on the other."""
    orders = reordered(ranked, table, model)
    found = {key: [tests.ids[row] for row in order] for key, order in orders.items()}
    return measure(found, tests.relevant, [key for key in found if is_for_fitting(key) is fitted])


def main() -> None:
    """Fit on one half, with and without accents together, and report on the other."""
    parser = argparse.ArgumentParser(description="Fit the re-ranker on one half of a set.")
    parser.add_argument("--set", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", type=Path)
    parser.add_argument("--output", type=Path, default=DEFAULT_MODEL)
    options = parser.parse_args()
    tests = TestSet.read(options.set, only=options.only)
    corpus = Corpus.ensure(tests, options.work)
    embedder = EmbeddingCache(BulkEmbedder(options.work / "model"), options.work / "vectors.sqlite", batch_size=256)
    forms = {"accents": tests.queries, "no_accents": {key: fold(text) for key, text in tests.queries.items()}}
    ranked = {form: {key: rank(text, corpus) for key, text in texts.items()} for form, texts in forms.items()}
    tables = {form: feature_table(tests, corpus, one, embedder) for form, one in ranked.items()}
    both_ranked = {f"{form}/{key}": one for form, keys in ranked.items() for key, one in keys.items()}
    learned = {
        f"{form}/{key}": rows for form, keys in tables.items() for key, rows in keys.items() if is_for_fitting(key)
    }
    both = TestSet(
        tests.ids,
        tests.titles,
        tests.texts,
        {},
        {key: tests.relevant.get(key.split("/", 1)[1], {}) for key in learned},
        {},
    )
    report: dict[str, Any] = {}
    best_model, best_score = None, -1.0
    for strength in STRENGTHS:
        model = fit(both, both_ranked, learned, strength)
        kept = {form: scores_of(tests, ranked[form], tables[form], model, fitted=True).ndcg_at_10 for form in forms}
        if (score := sum(kept.values())) > best_score:
            best_model, best_score = model, score
            others = {f: scores_of(tests, ranked[f], tables[f], model, fitted=False) for f in forms}
            report = {
                "strength": strength,
                "fitted_ndcg_at_10": kept,
                "other_half": {form: vars(scores) for form, scores in others.items()},
            }
    assert best_model is not None  # noqa: S101  # there is always a strength
    plain = {**report, "weights": dict(best_model.weights)}
    options.output.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(plain, indent=1))


if __name__ == "__main__":
    main()
