"""Sentences of findings: Vietnamese, one for every code the rules can give, filled by what the code gives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rules
from core.texts import LocaleTexts
from core.vietnamese.text import has_accents
from rules.findings import TEXTS, Finding, told

FOLDER = Path(rules.__file__).parent
WHERE = {"add": 0, "at": 1, "Finding": 0, "Refused": 0, "told": 0, "_Wrong": 0, "ValueError": 0, "found": 0}
KEY = re.compile(r"[a-z_]+(\.[a-z_]+)?")


def keys_in_code() -> Iterator[tuple[str, str, set[str]]]:
    """Yield where, which key, and the names of what fills it, for every finding written in the code."""
    for path in sorted(FOLDER.rglob("*.py")):
        if "screening" in path.parts or path.name == "benefits_asked.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", getattr(getattr(node, "func", None), "attr", ""))
            if not isinstance(node, ast.Call) or name not in WHERE or len(node.args) <= WHERE[name]:
                continue
            key = node.args[WHERE[name]]
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and KEY.fullmatch(key.value):
                given = {word.arg or "**" for word in node.keywords}
                yield f"{path.name}:{node.lineno}", key.value, given


TREE = LocaleTexts.read(TEXTS)


def sentence(key: str) -> str | None:
    found = TREE.part(key) if TREE.has(key) else None
    return (
        str(found["text"]) if isinstance(found, dict) and "text" in found else found if isinstance(found, str) else None
    )


def test_every_code_has_its_sentence() -> None:
    missing = {key: where for where, key, _ in keys_in_code() if sentence(key) is None}

    assert missing == {}
    assert len({key for _, key, _ in keys_in_code()}) > 70


def test_what_is_given_by_name_fills_the_sentence() -> None:
    """A place in the sentence that nothing fills would break the page that shows it."""
    for where, key, given in keys_in_code():
        places = set(re.findall(r"(?<!{){(\w+)}(?!})", sentence(key) or ""))
        if "**" not in given and given - {"params", "about", "line", "near"}:
            assert places <= given, (where, key)


def sentences(tree: object) -> Iterator[str]:
    if isinstance(tree, dict):
        for name, part in tree.items():
            yield from sentences(part) if name not in ("words", "yaml_problems") else ()
    else:
        yield str(tree)


@pytest.mark.parametrize("text", sorted(set(sentences(TREE.tree)) - {"{said}", "{fact}: {said}"}))
def test_sentences_are_vietnamese(text: str) -> None:
    assert has_accents(text)


def test_machines_get_code_params_and_sentence() -> None:
    found = Finding("unknown_fact", "a.yaml", 3, 5, {"name": "agee", "near": ("age",)}, about="ca-1")

    assert found.code == "unknown_fact"
    assert found.to_json() == {
        "code": "unknown_fact",
        "path": "a.yaml",
        "line": 3,
        "column": 5,
        "params": {"name": "agee", "near": ["age"]},
        "about": "ca-1",
        "message": "ca-1: Không có thông tin nào tên là “agee”. Có phải là age?",
    }
    assert str(found).startswith("a.yaml:3:5: ca-1:")
    assert Finding("missing_key.rows", "a", params={"key": "x"}).code == "missing_key"


def test_braces_in_what_was_typed_are_only_text() -> None:
    assert "{0.__class__}" in told("unknown_fact", name="{0.__class__}")
