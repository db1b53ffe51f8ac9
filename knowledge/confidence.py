"""How sure an answer is: a logistic model over a few features of a ranking.

The coefficients are fitted by :mod:`knowledge.calibrate` on ``calibration/questions.jsonl``; this module only
applies them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.passages import Hit
from knowledge.retrieval.hybrid import Neighbour, Ranking

DEFAULT_MODEL = Path(__file__).with_name("calibration") / "confidence.json"
FEATURES = (
    "dense",
    "dense_gap",
    "dense_mean",
    "lexical_gap",
    "coverage",
    "pairs",
    "pairs_count",
    "content",
    "score",
    "near_votes",
    "far_votes",
)
_NEAR, _FAR = 0.02, 0.04  # how fast a vector's vote fades with its distance from the nearest, in cosine
_MOST = 6  # beyond this a count or a ratio says nothing more


def features(ranking: Ranking) -> dict[str, float]:
    """Return what the model looks at; *ranking* must have a hit."""
    top, outside = ranking.hits[0], ranking.outside
    ceiling = ranking.lexical_ceiling or math.inf  # a question without content matches nothing
    gap = (top.lexical - (outside.lexical if outside else 0.0)) / ceiling
    first = ranking.hits[:5]
    return {
        "dense": top.dense,
        "dense_gap": top.dense - (outside.dense if outside else 0.7),
        "dense_mean": sum(hit.dense for hit in first) / len(first),
        "lexical_gap": max(-_MOST, min(gap, _MOST)),
        "coverage": top.coverage,
        "pairs": top.pairs[0] / max(top.pairs[1], 1),
        "pairs_count": min(top.pairs[0], _MOST),
        "content": min(len(ranking.content), _MOST),
        "score": top.score,
        "near_votes": _votes(ranking.neighbours, _NEAR),
        "far_votes": _votes(ranking.neighbours, _FAR),
    }


def _votes(neighbours: Sequence[Neighbour], fading: float) -> float:
    """Return the share of the nearest vectors that are inside the scope, nearer ones counting more."""
    if not neighbours:
        return 0.0
    nearest = max(n.cosine for n in neighbours)
    weights = [math.exp((n.cosine - nearest) / fading) for n in neighbours]
    inside = sum(w for n, w in zip(neighbours, weights, strict=True) if not n.is_outside)
    return inside / sum(weights)


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """Weights over standardised features.

    ``threshold`` is the least confidence that is answered; ``threshold_asked`` the least where the section is about a
    benefit asked for by name; below ``floor`` a question has nothing to do with anything in scope.
    """

    weights: Mapping[str, float]
    means: Mapping[str, float]
    scales: Mapping[str, float]
    bias: float
    threshold: float
    threshold_asked: float
    floor: float

    @classmethod
    def load(cls, path: Path = DEFAULT_MODEL) -> ConfidenceModel:
        """Read the fitted model."""
        return cls(**json.loads(path.read_text(encoding="utf-8"))["model"])

    def confidence(self, ranking: Ranking) -> float:
        """Return the probability that the first hit answers the question; 0 without a hit."""
        if not ranking.hits:
            return 0.0
        found = features(ranking)
        logit = self.bias + sum(
            weight * (found[name] - self.means[name]) / self.scales[name] for name, weight in self.weights.items()
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def to_json(self) -> dict[str, Any]:
        """Return the plain form that :meth:`load` reads."""
        return {
            "weights": dict(self.weights),
            "means": dict(self.means),
            "scales": dict(self.scales),
            "bias": self.bias,
            "threshold": self.threshold,
            "threshold_asked": self.threshold_asked,
            "floor": self.floor,
        }


def nearest(ranking: Ranking) -> Hit | None:
    """Return what the question is nearest to, inside the scope or outside."""
    top = ranking.hits[0] if ranking.hits else None
    outside = ranking.outside
    if outside and (top is None or outside.dense > top.dense):
        return outside
    return top
