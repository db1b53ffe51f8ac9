"""Which facts and parameters the law of a release looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rules.engine.case import AGE, AGE_TOLD, BIRTH, FORMER
from rules.engine.formula import compile_formula
from rules.engine.model import BenefitTest, DefinitionTest, FactTest, Formula, Parameter, Release
from rules.facts.vocabulary import Vocabulary

_AGES = frozenset({AGE, BIRTH})


def unused_facts(release: Release, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the facts that no condition and no figure looks at (steps of a procedure aside)."""
    used = facts_in((release.benefits, release.definitions))
    told = {AGE_TOLD, BIRTH} if used & _AGES else set()
    steps = {fact.id for fact in vocabulary.facts.values() if fact.role == "step"}
    return tuple(fact for fact in vocabulary.facts if fact not in used | told | steps | {FORMER})


def facts_in(part: Any) -> set[str]:
    """Return the facts that conditions and formulas inside *part* look at."""
    used: set[str] = set()
    for one in parts_of(part):
        if isinstance(one, FactTest):
            used |= {one.fact, *((one.at,) if one.at else ())}
        elif isinstance(one, Formula):
            compiled = compile_formula(one.text)
            used |= compiled.names | compiled.floors
    return used


def parameters_in(part: Any) -> set[str]:
    """Return the parameters that formulas inside *part* name."""
    return {key for one in parts_of(part) if isinstance(one, Formula) for key in compile_formula(one.text).parameters}


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What a benefit is judged and worked out by, through definitions and other benefits."""

    parameters: frozenset[str]
    definitions: frozenset[str]
    benefits: frozenset[str]


def dependencies(release: Release, benefit: str) -> Dependencies:
    """Return what *benefit* depends on, at any distance; itself is not named."""
    parameters: set[str] = set()
    definitions: set[str] = set()
    benefits: set[str] = set()
    waiting: list[Any] = [release.benefits[benefit]]
    while waiting:
        part = waiting.pop()
        parameters |= parameters_in(part)
        named = {one.name for one in parts_of(part) if isinstance(one, DefinitionTest)} & release.definitions.keys()
        others = {one.benefit for one in parts_of(part) if isinstance(one, BenefitTest)} & release.benefits.keys()
        waiting += [release.definitions[name] for name in named - definitions]
        waiting += [release.benefits[name] for name in others - benefits]
        definitions |= named
        benefits |= others
    return Dependencies(frozenset(parameters), frozenset(definitions), frozenset(benefits))


def measured_by(release: Release, benefit: str) -> tuple[Parameter, ...]:
    """Return the parameters by which *benefit* is judged and worked out."""
    keys = sorted(dependencies(release, benefit).parameters)
    return tuple(release.parameters[key] for key in keys if key in release.parameters)


def parts_of(value: Any) -> Iterator[Any]:
    """Yield every dataclass inside a part of a release, at any depth, itself included."""
    if isinstance(value, dict):
        for part in value.values():
            yield from parts_of(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from parts_of(part)
    elif hasattr(value, "__dataclass_fields__"):
        yield value
        for name in value.__dataclass_fields__:
            yield from parts_of(getattr(value, name))
