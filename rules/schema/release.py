"""Read all rule documents into one release; every mistake at once, or nothing is released."""

from __future__ import annotations

import hashlib
from typing import Final, TypeVar

from rules.documents import RULES, Documents, kind_of
from rules.engine.model import Benefit, Combination, Condition, Parameter, Release
from rules.errors import InvalidRules
from rules.facts.vocabulary import VOCABULARY, Vocabulary
from rules.findings import Finding
from rules.places import PROVINCES, Places
from rules.schema.benefits import read_benefit
from rules.schema.lint import lint
from rules.schema.nodes import Node, parse_yaml
from rules.schema.parameters import read_combinations, read_definitions, read_parameters
from rules.schema.shape import Shape

__all__ = ["RULES", "load_release", "read_id", "read_release"]

T = TypeVar("T")
LAW: Final = ("benefit", "parameters", "definitions", "combinations")


def read_id(documents: Documents) -> str:
    """Return a hash of everything that reading *documents* depends on, besides the code."""
    digest = hashlib.sha256(documents.law_id.encode())
    digest.update(documents.shown.encode())
    for path in (VOCABULARY, PROVINCES):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def read_release(documents: Documents, *, vocabulary: Vocabulary, places: Places) -> tuple[Release, list[Finding]]:
    """Return what the documents say and every finding; the release is fit for use only without findings."""
    findings: list[Finding] = []
    benefits: dict[str, Benefit] = {}
    parameters: dict[str, Parameter] = {}
    definitions: dict[str, Condition] = {}
    combinations: list[Combination] = []
    for path, text in documents.of_kind(*LAW):
        shape = Shape(f"{documents.shown}{path}", findings)
        node, wrong = parse_yaml(text, shape.path)
        findings += wrong
        if node is None:
            continue
        kind = kind_of(path)
        if kind == "benefit":
            _add_benefit(shape, node, benefits)
        elif kind == "parameters":
            _add_all(shape, node, read_parameters(shape, node), parameters)
        elif kind == "definitions":
            _add_all(shape, node, read_definitions(shape, node), definitions)
        else:
            combinations += read_combinations(shape, node)
    release = Release(documents.law_id, benefits, parameters, definitions, tuple(combinations))
    return release, findings + lint(release, vocabulary, places)


def load_release(documents: Documents, *, vocabulary: Vocabulary, places: Places) -> Release:
    """Return the release; raises :class:`InvalidRules` with every finding."""
    release, findings = read_release(documents, vocabulary=vocabulary, places=places)
    if findings:
        raise InvalidRules(findings)
    return release


def _add_benefit(shape: Shape, node: Node, benefits: dict[str, Benefit]) -> None:
    benefit = read_benefit(shape, node)
    if benefit is None:
        return
    if benefit.id in benefits:
        shape.add("duplicate_id", node, id=benefit.id)
    benefits[benefit.id] = benefit


def _add_all(shape: Shape, node: Node, read: dict[str, T], into: dict[str, T]) -> None:
    for key, value in read.items():
        if key in into:
            shape.add("duplicate_id", node, id=key)
        into[key] = value
