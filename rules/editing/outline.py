"""Where the parts of a YAML text stand: for changing one of them and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import yaml

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Part:
    """A value in a text. ``start`` and ``end`` are offsets; an alias (``*name``) has no parts of its own."""

    node: yaml.Node
    text: Text
    start: int
    end: int
    is_alias: bool = False

    @property
    def source(self) -> str:
        """The value as it is written."""
        return self.text.source[self.start : self.end]

    @property
    def column(self) -> int:
        """The column in which it begins, counted from 0."""
        return self.start - self.text.line_start(self.start)

    @property
    def is_flow(self) -> bool:
        """Tell whether it is written between brackets, or is a single value."""
        return not isinstance(self.node, yaml.CollectionNode) or bool(self.node.flow_style)

    def get(self, key: str) -> Part | None:
        """Return the value of *key* of a mapping."""
        return next((value for name, _key, value in self.entries() if name == key), None)

    def key(self, key: str) -> Part | None:
        """Return the key itself."""
        return next((own for name, own, _value in self.entries() if name == key), None)

    def entries(self) -> Iterator[tuple[str, Part, Part]]:
        """Yield name, key and value of a mapping, as written (without what ``<<`` merges in)."""
        if isinstance(self.node, yaml.MappingNode) and not self.is_alias:
            for key, value in self.node.value:
                own = self.text.part(key)
                yield str(key.value), own, self.text.part(value, after=own.end)

    def items(self) -> list[Part]:
        """Return the items of a list."""
        if not isinstance(self.node, yaml.SequenceNode) or self.is_alias:
            return []
        found: list[Part] = []
        for item in self.node.value:
            found.append(self.text.part(item, after=found[-1].end if found else self.start))
        return found

    def word(self, key: str) -> str | None:
        """Return the single value of *key* as written, without quotes."""
        found = self.get(key)
        return str(found.node.value) if found is not None and isinstance(found.node, yaml.ScalarNode) else None


class Text:
    """A YAML text and its outline; raises ``yaml.YAMLError`` where it is no YAML."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._lines = [0]
        self._ends: dict[int, int] = {}
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    @cached_property
    def root(self) -> Part:
        """The whole."""
        node = yaml.compose(self.source, Loader=_LOADER)
        if node is None:
            raise yaml.YAMLError("the document says nothing")
        return self.part(node)

    def part(self, node: yaml.Node, *, after: int = -1) -> Part:
        """Return *node*, which stands behind *after*; if it does not, an alias to it stands there."""
        start = self._offset(node.start_mark)
        if start >= after:
            return Part(node, self, start, self._end(node))
        begin = self.source.index("*", after)
        end = begin + 1
        while end < len(self.source) and (self.source[end].isalnum() or self.source[end] in "_-"):
            end += 1
        return Part(node, self, begin, end, is_alias=True)

    def line_start(self, offset: int) -> int:
        """Return where the line of *offset* begins."""
        return self.source.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Return where the line of *offset* ends, before its line break."""
        end = self.source.find("\n", offset)
        return len(self.source) if end < 0 else end

    def spliced(self, start: int, end: int, text: str) -> str:
        """Return the text with what lies between replaced."""
        return self.source[:start] + text + self.source[end:]

    def changed(self, changes: Iterable[tuple[int, int, str]]) -> str:
        """Return the text with several places replaced; they must not meet."""
        source = self.source
        for start, end, text in sorted(changes, reverse=True):
            source = source[:start] + text + source[end:]
        return source

    def _offset(self, mark: yaml.Mark) -> int:
        return self._lines[mark.line] + mark.column

    def _end(self, node: yaml.Node) -> int:
        """Return where *node* really ends: a block ends with its last value, not where the next begins."""
        known = self._ends.get(id(node))
        if known is None:
            known = self._ends[id(node)] = self._worked_out_end(node)
        return known

    def _worked_out_end(self, node: yaml.Node) -> int:
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            place = self._offset(node.start_mark)
            for child in _children(node):
                place = self.part(child, after=place).end
            return place
        end = self._offset(node.end_mark)
        return end if self.source[:end].endswith(node_tail(node)) else len(self.source[:end].rstrip())


def _children(node: yaml.CollectionNode) -> Iterator[yaml.Node]:
    """Yield keys, values and items as they stand behind each other."""
    for child in node.value:
        yield from child if isinstance(child, tuple) else (child,)


def node_tail(node: yaml.Node) -> str:
    """Return what the written form of a value ends with where that is sure."""
    if isinstance(node, yaml.CollectionNode):
        return "}" if isinstance(node, yaml.MappingNode) else "]"
    return node.style if isinstance(node, yaml.ScalarNode) and node.style in ("'", '"') else ""
