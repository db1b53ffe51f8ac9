"""Turn conditions of our rule language into a neutral tree that other engines can be written from."""

from __future__ import annotations

from datetime import date
from typing import Any

from rules.engine.model import AllOf, AnyOf, Benefit, Condition, FactTest, Formula, Not, Parameter, Release
from rules.engine.parameters import look_up


def programmes(release: Release, day: date) -> dict[str, Any]:
    """Return the condition of every benefit with the figures of *day* put in."""
    return {
        name: _tree(benefit.requires, release, day) for name, benefit in release.benefits.items() if _plain(benefit)
    }


def _plain(benefit: Benefit) -> bool:
    return not benefit.groups


def _tree(condition: Condition, release: Release, day: date) -> Any:
    match condition:
        case AllOf(children=children):
            return {"all": [_tree(child, release, day) for child in children]}
        case AnyOf(children=children):
            return {"any": [_tree(child, release, day) for child in children]}
        case Not(child=child):
            return {"not": _tree(child, release, day)}
        case FactTest(fact=fact, operator=operator, operand=operand):
            value: Any = (
                _figure(release.parameters[operand.text], day) if isinstance(operand, Formula) else operand.value
            )
            return {"fact": fact, "op": operator, "value": list(value) if isinstance(value, tuple) else value}
    raise NotImplementedError(type(condition).__name__)


def _figure(parameter: Parameter, day: date) -> Any:
    return look_up(parameter, as_of=day, known_on=day, province=None, former=()).span.lo
