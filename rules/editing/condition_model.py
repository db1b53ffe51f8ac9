"""What a page needs to build conditions: kinds, facts with operators and values, and what can be named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rules.editing.fields import forms_table
from rules.editing.named import Named
from rules.engine.case import AGE, AGE_TOLD
from rules.engine.model import Outcome
from rules.facts.vocabulary import FactDefinition, Vocabulary
from rules.places import Places
from rules.schema.lint import fitting_operators


def condition_model(named: Named, vocabulary: Vocabulary, places: Places) -> dict[str, Any]:
    """Return the model as plain JSON values."""
    table = forms_table()
    told = vocabulary.facts[AGE_TOLD]
    age = replace(told, id=AGE, name_vi=told.name_vi.partition("(")[0].strip())
    return {
        "kinds": [[kind, label] for kind, label in table["kinds"].items()],
        "operators": dict(table["operators"]),
        "facts": [_fact_model(fact) for fact in (age, *vocabulary.facts.values())],
        "parameters": [[key, one.name_vi, one.unit] for key, one in named.parameters.items()],
        "definitions": [[name, label] for name, label in named.definitions.items()],
        "benefits": [
            [id_, one.name_vi, [list(group) for group in one.groups.items()]] for id_, one in named.benefits.items()
        ],
        "outcomes": [outcome.value for outcome in Outcome],
        "places": [[place, unit.name_vi] for place, unit in places.units.items()],
    }


def _fact_model(fact: FactDefinition) -> dict[str, Any]:
    shown = forms_table()["operators"]
    return {
        "id": fact.id,
        "name": fact.name_vi,
        "type": fact.type,
        "multiple": fact.multiple,
        "values": [[value, label] for value, label in fact.values.items()],
        "operators": [operator for operator in shown if operator in fitting_operators(fact)],
    }
