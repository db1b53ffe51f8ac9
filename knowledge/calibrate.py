"""Fits the confidence of answers: ``python -m knowledge.calibrate --index DIR``.

Each question of ``calibration/questions.jsonl`` is ranked as typed and without accents. Right means that the first
hit is about a benefit asked about. Folds keep both spellings of a question together; the threshold is chosen on
predictions for questions that the model has not seen.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.vietnamese.text import fold
from knowledge.confidence import DEFAULT_MODEL, FEATURES, ConfidenceModel, features
from knowledge.embedder import SentenceEmbedder
from knowledge.index.build import IndexStore
from knowledge.retrieval.hybrid import PassageSearch

QUESTIONS = Path(__file__).with_name("calibration") / "questions.jsonl"
# What a mistake costs, next to a right answer withheld (1): silence is better than a wrong answer.
COST_OUTSIDE, COST_WRONG = 10.0, 3.0
# Nothing is answered that is less likely right than not, however cheap it looks on the questions at hand.
LEAST = 0.5
FOLDS = 5
STRENGTH = 0.3
# This share of the questions in scope may lie below the floor of what has to do with anything here.
FAR_SHARE = 0.005
# Real questions stray farther from the guides than these do.
UNSEEN_SCORES_LOWER, UNSEEN_IS_FARTHER = 0.5, 0.25
STEPS = 10
MOST_SHOWN = 12

Table = NDArray[np.float64]


class AnyFigure:
    """Shows a stand-in for every figure, so that no section is hidden while ranking is measured."""

    def show(self, key: str, *, as_of: date, province: str | None, short: bool = False) -> str | None:  # noqa: ARG002
        return "…"


@dataclass(frozen=True)
class Sample:
    """One ranked question: its features, whether the first hit is right, whether it was in scope at all."""

    group: int
    values: tuple[float, ...]
    right: bool
    in_scope: bool


def sample(search: PassageSearch, questions: Sequence[Mapping[str, Any]], as_of: date) -> list[Sample]:
    """Rank every question in both spellings."""
    samples = []
    for group, question in enumerate(questions):
        for text in dict.fromkeys((question["text"], fold(question["text"]))):
            ranking = search.rank(text, as_of=as_of)
            if not ranking.hits:
                continue
            found = features(ranking)
            right = bool(set(question["benefits"]) & set(ranking.hits[0].passage.benefits))
            values = tuple(found[name] for name in FEATURES)
            samples.append(Sample(group, values, right, bool(question["benefits"])))
    return samples


def fit(samples: Sequence[Sample]) -> tuple[ConfidenceModel, dict[str, Any]]:
    """Return the model and how it does on questions it was not fitted on."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

    values = np.array([s.values for s in samples], dtype=np.float64)
    right = np.array([s.right for s in samples])
    groups = np.array([s.group for s in samples])
    means, scales = values.mean(axis=0), values.std(axis=0) + 1e-9
    scaled = (values - means) / scales
    estimator = LogisticRegression(C=STRENGTH, max_iter=1000)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    unseen = cross_val_predict(estimator, scaled, right, groups=groups, cv=folds, method="predict_proba")[:, 1]
    threshold = max(LEAST, cheapest_threshold(unseen, samples))
    inside = [s.in_scope for s in samples]
    asked = cheapest_threshold(unseen[inside], [s for s in samples if s.in_scope])
    fitted = estimator.fit(scaled, right)
    named = {
        name: dict(zip(FEATURES, map(_short, row), strict=True))
        for name, row in (("weights", fitted.coef_[0]), ("means", means), ("scales", scales))
    }
    model = ConfidenceModel(
        named["weights"],
        named["means"],
        named["scales"],
        bias=_short(fitted.intercept_[0]),
        threshold=threshold,
        threshold_asked=_short(UNSEEN_SCORES_LOWER * min(asked, threshold)),
        floor=_short(UNSEEN_IS_FARTHER * float(np.quantile(unseen[inside], FAR_SHARE))),
    )
    measured = {**report(unseen, samples, threshold), "reliability": reliability(unseen, samples)}
    return model, {**measured, "hardest_outside": _hardest(unseen, samples)}


def cheapest_threshold(confidences: Table, samples: Sequence[Sample]) -> float:
    """Return the threshold with the least cost, the highest of equal ones."""
    cost = np.array([_cost(s) for s in samples])
    candidates = np.unique(np.round(np.concatenate([confidences + 0.005, [0.5]]), 3))
    costs = [float((cost[confidences >= t]).sum()) for t in candidates]
    return float(max(t for t, c in zip(candidates, costs, strict=True) if c == min(costs)))


def report(confidences: Table, samples: Sequence[Sample], threshold: float) -> dict[str, float]:
    """Return counts and shares at *threshold*."""
    answered = confidences >= threshold
    right = np.array([s.right for s in samples])
    inside = np.array([s.in_scope for s in samples])
    return {
        "samples": len(samples),
        "in_scope": int(inside.sum()),
        "first_hit_right": int(right.sum()),
        "right_answered": int((answered & right).sum()),
        "wrong_answered": int((answered & inside & ~right).sum()),
        "outside_answered": int((answered & ~inside).sum()),
        "brier": _short(float(np.mean((confidences - right) ** 2))),
    }


def reliability(confidences: Table, samples: Sequence[Sample]) -> list[dict[str, float]]:
    """Return how often the first hit was right, by steps of confidence: what was said and what came true."""
    right = np.array([s.right for s in samples], dtype=np.float64)
    steps = np.clip((confidences * STEPS).astype(int), 0, STEPS - 1)
    return [
        {
            "from": step / STEPS,
            "samples": int(held.sum()),
            "confidence": _short(confidences[held].mean()),
            "right": _short(right[held].mean()),
        }
        for step in range(STEPS)
        if (held := steps == step).any()
    ]


def _hardest(confidences: Table, samples: Sequence[Sample]) -> list[tuple[int, float]]:
    """Return the questions outside the scope that come nearest to being answered: what topics still lack."""
    order = [i for i in np.argsort(-confidences) if not samples[i].in_scope]
    return [(samples[i].group, _short(confidences[i])) for i in order[:MOST_SHOWN]]


def _cost(one: Sample) -> float:
    if one.right:
        return -1.0
    return COST_WRONG if one.in_scope else COST_OUTSIDE


def _short(number: float) -> float:
    return round(float(number), 5)


def main() -> None:
    """Fit on the active index and write the model beside this module."""
    parser = argparse.ArgumentParser(description="Fit the confidence of answers.")
    parser.add_argument("--index", type=Path, required=True, help="folder of the index builds")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--output", type=Path, default=DEFAULT_MODEL)
    options = parser.parse_args()
    store = IndexStore(options.index)
    search = PassageSearch(store, SentenceEmbedder(), AnyFigure())
    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    model, measured = fit(sample(search, questions, options.as_of))
    for group, confidence in measured.pop("hardest_outside"):
        print(f"{confidence:.3f} {questions[group]['text']}")
    plain = {"fitted_on": store.active_name(), "as_of": options.as_of.isoformat(), "unseen": measured}
    options.output.write_text(json.dumps({**plain, "model": model.to_json()}, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({**plain, "model": model.to_json()}, indent=1))


if __name__ == "__main__":
    main()
