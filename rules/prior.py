"""What is likely before anybody says anything, by age: only for choosing questions, never for judging.

Read from ``rules/prior.yaml``, which names its sources and assumptions.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from rules.errors import InvalidRules
from rules.facts.vocabulary import FactDefinition, Vocabulary
from rules.findings import Finding, near
from rules.schema.nodes import plain_yaml

PRIOR: Final = Path(__file__).with_name("prior.yaml")
OLDEST: Final = 100
_KNOWN: Final = 0.9
_KEYS: Final = frozenset({"weights", "by_age", "known", "instead", "only_if_asked"})
# Where the file says nothing of a fact.
_BY_TYPE: Final[Mapping[str, Mapping[str, float]]] = {
    "bool": {"true": 20, "false": 80},
    "int": {"0": 50, "1": 20, "3": 20, "12": 10},
    "money_vnd": {"0": 50, "1000000": 20, "5000000": 20, "50000000": 10},
    "percent": {"0": 50, "50": 30, "100": 20},
    "date": {"none": 60, "1": 20, "5": 20},
}

Weights = tuple[tuple[str, float], ...]
AgeShares = Sequence[float]


@dataclass(frozen=True, slots=True)
class FactPrior:
    """How one fact is spread: over all, or by the first year of an age band; ``known`` is who can answer at once.

    With ``only_if_asked`` the fact is of no interest to somebody who asks about everything: a death, a disaster.
    """

    weights: Weights
    by_age: tuple[tuple[int, Weights], ...] = ()
    known: float = _KNOWN
    instead: str | None = None
    only_if_asked: bool = False

    def at(self, age: int) -> Weights:
        """Return the weights for people of *age*."""
        place = bisect_right([first for first, _weights in self.by_age], age)
        return self.by_age[place - 1][1] if place else self.weights


@dataclass(frozen=True)
class Prior:
    """Shares of people by completed years, and how each fact is spread among them."""

    ages: tuple[float, ...]
    facts: Mapping[str, FactPrior]

    @classmethod
    def load(cls, vocabulary: Vocabulary, path: Path = PRIOR) -> Prior:
        """Read the file; raises :class:`InvalidRules` with every finding."""
        raw = plain_yaml(path)
        findings = [
            Finding("unknown_fact", str(path), params={"name": name, "near": near(name, vocabulary.facts)})
            for name in raw["facts"]
            if name not in vocabulary.facts
        ]
        facts: dict[str, FactPrior] = {}
        for fact in vocabulary.facts.values():
            entry = raw["facts"].get(fact.id, {})
            facts[fact.id] = _fact_prior(entry, fact)
            findings += _wrong(entry, fact, facts[fact.id], str(path))
        if findings:
            raise InvalidRules(findings)
        return cls(_spread(raw["age"]), facts)

    def of(self, fact: str, shares: AgeShares) -> dict[str, float]:
        """Return the weights of the values of *fact* among people spread over ages by *shares*; they add up to 1."""
        prior = self.facts[fact]
        total: dict[str, float] = {}
        if not prior.by_age:
            total = dict(prior.weights)
        else:
            for age, share in enumerate(shares):
                if share:
                    at = prior.at(age)
                    whole = sum(weight for _value, weight in at) or 1.0
                    for value, weight in at:
                        total[value] = total.get(value, 0.0) + share * weight / whole
        sum_of = sum(total.values()) or 1.0
        return {value: weight / sum_of for value, weight in total.items() if weight}


def raw_value(fact: FactDefinition, key: str, as_of: date) -> Any:
    """Return the plain form of a key of the prior: dates stand there as years before *as_of*."""
    if fact.type == "bool":
        return key == "true"
    if fact.type in ("int", "money_vnd"):
        return int(key)
    if fact.type == "percent":
        return float(key)
    if fact.type == "date" and key != "none":
        return (as_of - timedelta(days=round(float(key) * 365.25))).isoformat()
    return key


def _fact_prior(entry: Mapping[str, Any], fact: FactDefinition) -> FactPrior:
    default = _BY_TYPE.get(fact.type) or dict.fromkeys(fact.values, 1.0)
    return FactPrior(
        _weights(entry.get("weights", default)),
        tuple(sorted((int(first), _weights(table)) for first, table in entry.get("by_age", {}).items())),
        float(entry.get("known", _KNOWN)),
        entry.get("instead"),
        bool(entry.get("only_if_asked", False)),
    )


def _weights(table: Mapping[str, Any]) -> Weights:
    return tuple((str(value), float(weight)) for value, weight in table.items())


def _wrong(entry: Mapping[str, Any], fact: FactDefinition, prior: FactPrior, path: str) -> list[Finding]:
    wrong = [("key", key, near(key, _KEYS)) for key in entry if key not in _KEYS]
    if fact.type == "enum":
        told = {value for table in (prior.weights, *(t for _a, t in prior.by_age)) for value, _weight in table}
        wrong += [("value", v, near(v, fact.values)) for v in told if v not in fact.values]
    return [
        Finding(f"bad_prior.{what}", path, params={"fact": fact.id, "name": name, "near": close})
        for what, name, close in wrong
    ]


def _spread(bands: Mapping[str, Any]) -> tuple[float, ...]:
    firsts = sorted((int(first), float(share)) for first, share in bands.items())
    shares = [0.0] * OLDEST
    for (first, share), (end, _next) in pairwise(firsts):
        for age in range(first, end):
            shares[age] = share / (end - first)
    whole = sum(shares)
    return tuple(share / whole for share in shares)
