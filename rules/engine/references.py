"""What a condition refers to: other groups, other benefits, definitions, facts, formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules.engine.model import (
    AllOf,
    AnyOf,
    BenefitTest,
    Condition,
    DefinitionTest,
    Group,
    GroupTest,
    Not,
)


def leaves(value: Any) -> Iterator[Condition]:
    """Yield every leaf condition inside a part of a release, at any depth."""
    if isinstance(value, AllOf | AnyOf):
        for child in value.children:
            yield from leaves(child)
    elif isinstance(value, Not):
        yield from leaves(value.child)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from leaves(part)
    elif hasattr(value, "source") and type(value).__name__.endswith("Test"):
        yield value
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from leaves(getattr(value, name))


def group_references(group: Group) -> Iterator[str]:
    """Yield the groups of the same benefit that the condition of *group* names."""
    for leaf in leaves(group.versions):
        if isinstance(leaf, GroupTest):
            yield leaf.group


def benefit_references(value: Any, definitions: Mapping[str, Condition]) -> Iterator[str]:
    """Yield the other benefits that *value* depends on, through definitions too."""
    for leaf in leaves(value):
        if isinstance(leaf, BenefitTest):
            yield leaf.benefit
        elif isinstance(leaf, DefinitionTest) and leaf.name in definitions:
            yield from benefit_references(definitions[leaf.name], definitions)
