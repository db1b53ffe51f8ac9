"""What a condition that is being written says in words, and what is wrong with its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.editing.conditions import Condition
from rules.editing.emit import emit
from rules.editing.named import Named
from rules.engine.model import Release
from rules.facts.vocabulary import Vocabulary
from rules.findings import Finding
from rules.places import Places
from rules.schema.conditions import read_condition
from rules.schema.nodes import parse_yaml
from rules.schema.shape import Shape
from rules.wording.lines import ConditionWriter, Line
from rules.wording.phrases import Phrases

HERE = "condition"


@dataclass(frozen=True, slots=True)
class Preview:
    """``line`` is the condition in words, ``None`` where it cannot be read; ``yaml`` as it would be written."""

    yaml: str
    line: Line | None
    findings: tuple[Finding, ...]


class Previews:
    """Reads conditions aloud, over one release and what is *named* beyond it."""

    def __init__(self, release: Release, vocabulary: Vocabulary, places: Places, named: Named | None = None) -> None:
        self._release = release
        groups = {id_: benefit.groups for id_, benefit in named.benefits.items()} if named is not None else {}
        self._writer = ConditionWriter(release, vocabulary, places, Phrases.load(), groups)

    def of(self, condition: Condition, benefit: str = "") -> Preview:
        """Return the preview of *condition*, read as part of *benefit*."""
        text = _written(condition)
        node, findings = parse_yaml(text, HERE)
        shape = Shape(HERE, findings)
        read = read_condition(shape, node) if node is not None else None
        line = self._writer.write(read, self._release.benefits.get(benefit)) if read is not None else None
        return Preview(text, line, tuple(shape.findings))


def _written(condition: Condition) -> str:
    """Return *condition* as YAML, one part a line where it is long."""
    if isinstance(condition, Mapping) or not condition:
        return emit(condition, 0)
    return "\n".join(f"- {emit(part, 2)}" for part in condition)
