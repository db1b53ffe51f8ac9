"""Read all rule files into one release; every mistake at once, or nothing is released."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

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

T = TypeVar("T")
RULES: Final = Path(__file__).parents[1]


def rule_files(root: Path = RULES) -> Iterator[Path]:
    """Yield every file that makes a release, in a stable order."""
    yield from sorted(root.glob("benefits/*/rules.yaml"))
    yield from sorted(root.glob("parameters/*.yaml"))
    yield from sorted(root.glob("definitions/*.yaml"))
    if (root / "combinations.yaml").exists():
        yield root / "combinations.yaml"


def content_id(root: Path = RULES) -> str:
    """Return the hash of the files' content: the same files are the same release."""
    digest = hashlib.sha256()
    for path in [*rule_files(root), *sorted(root.glob("figures/*.yaml")), VOCABULARY, PROVINCES]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def read_release(root: Path = RULES, *, vocabulary: Vocabulary, places: Places) -> tuple[Release, list[Finding]]:
    """Return what the files say and every finding; the release is fit for use only without findings."""
    findings: list[Finding] = []
    benefits: dict[str, Benefit] = {}
    parameters: dict[str, Parameter] = {}
    definitions: dict[str, Condition] = {}
    combinations: list[Combination] = []
    for path in rule_files(root):
        shape, node = _open(path, root, findings)
        if node is None:
            continue
        if path.name == "rules.yaml":
            _add_benefit(shape, node, benefits)
        elif path.parent.name == "parameters":
            _add_all(shape, node, read_parameters(shape, node), parameters)
        elif path.parent.name == "definitions":
            _add_all(shape, node, read_definitions(shape, node), definitions)
        else:
            combinations += read_combinations(shape, node)
        findings += shape.findings
    release = Release(content_id(root), benefits, parameters, definitions, tuple(combinations))
    return release, findings + lint(release, vocabulary, places)


def load_release(root: Path = RULES, *, vocabulary: Vocabulary, places: Places) -> Release:
    """Return the release; raises :class:`InvalidRules` with every finding."""
    release, findings = read_release(root, vocabulary=vocabulary, places=places)
    if findings:
        raise InvalidRules(findings)
    return release


def _open(path: Path, root: Path, findings: list[Finding]) -> tuple[Shape, Node | None]:
    shown = str(path.relative_to(root.parent)) if path.is_relative_to(root.parent) else str(path)
    node, wrong = parse_yaml(path.read_text(encoding="utf-8"), shown)
    findings += wrong
    return Shape(shown), node


def _add_benefit(shape: Shape, node: Node, benefits: dict[str, Benefit]) -> None:
    benefit = read_benefit(shape, node)
    if benefit is None:
        return
    if benefit.id in benefits:
        shape.add("duplicate_id", node, f"benefit {benefit.id!r} stands in two files")
    benefits[benefit.id] = benefit


def _add_all(shape: Shape, node: Node, read: dict[str, T], into: dict[str, T]) -> None:
    for key, value in read.items():
        if key in into:
            shape.add("duplicate_id", node, f"{key!r} stands in two files")
        into[key] = value
