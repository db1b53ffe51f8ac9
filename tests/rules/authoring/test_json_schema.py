"""The schema for editors is that of the loader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from rules.documents import RULES, Documents, kind_of
from rules.engine.decision import plain as as_json
from rules.facts.vocabulary import Vocabulary
from rules.places import Places
from rules.schema.json_schema import as_files, schemas
from rules.schema.nodes import parse_yaml, plain

PLACES = Places.load()
SCHEMAS = schemas(Vocabulary.load(places=PLACES), PLACES)


def _json(text: str) -> Any:
    def convert(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: convert(part) for key, part in value.items()}
        return [convert(part) for part in value] if isinstance(value, list) else as_json(value)

    node, findings = parse_yaml(text, "test")
    assert node is not None
    assert not findings
    return convert(plain(node))


def test_every_released_document_fits() -> None:
    """What the loader takes the editor does not underline."""
    for path, text in Documents.read().texts.items():
        jsonschema_rs.validate(SCHEMAS[kind_of(path)], _json(text))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("parameters", "parameters: {a.b: {unit: dong, name: A, rows: []}}"),
        ("parameters", "parameters: {a.b: {unit: vnd, name: A, rows: [{value: 1, cite: [x]}]}}"),
        ("definitions", "definitions: {a: {fact: agee, at_least: 1}}"),
        ("definitions", "definitions: {a: {label: nothing asked}}"),
        ("combinations", "combinations: [{id: a}]"),
    ],
)
def test_mistakes_are_underlined(kind: str, text: str) -> None:
    """Unknown words, keys, facts, and what is missing."""
    assert not jsonschema_rs.is_valid(SCHEMAS[kind], _json(text))


def test_the_files_for_editors_are_up_to_date() -> None:
    """``ansinh rules schema --write rules/schema/editor`` writes them."""
    folder = RULES / "schema" / "editor"

    assert {path.name: path.read_text(encoding="utf-8") for path in Path(folder).glob("*.json")} == as_files(SCHEMAS)
