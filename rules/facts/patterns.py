"""Phrases written as data, matched over the words of a message.

A pattern is a line of words with accents, for example ``(có|hưởng) lương hưu ~ <money>``:

* ``(a|b c|)``: one of these, possibly nothing;
* ``$name``: a macro, a named group of alternatives;
* ``!word``: this word only with its accents written, because without them it is another word;
* ``~`` and ``~~``: a gap of at most 3 and 6 words, never across the end of a clause or a negation;
* ``.`` last: only where the clause ends;
* ``<kind>`` and ``<@person>``: a slot that other readers have filled before (an amount, a date, a relative).

All patterns share one tree keyed by accent-free words, so the time to search grows with the message alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Generic, TypeVar

from core.vietnamese.text import fold
from core.vietnamese.words import OneOf, Word, is_bare

T = TypeVar("T")
_PIECE = re.compile(r"\(|\)|\||[^\s()|]+")
_GAPS = {"~": 3, "~~": 6}
_TRANSPARENT = frozenset(":()-–")
_CLOSES_GAP = OneOf("không", "chưa", "chẳng", "nhưng", "chứ")
_MOST_FOUND = 2000


class PatternError(Exception):
    """A pattern of the lexicon cannot be read."""

    def __init__(self, pattern: str, problem: str) -> None:
        self.pattern, self.problem = pattern, problem
        super().__init__(f"pattern {pattern!r}: {problem}. Correct it in the lexicon.")


@dataclass(frozen=True, slots=True)
class Slot:
    """Something already read from ``words[start:end]`` that a pattern can ask for by its *kind*."""

    kind: str
    start: int
    end: int
    value: object


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A pattern that matched; *used* are the words it stands on, gaps left out."""

    meaning: T
    start: int
    end: int
    used: frozenset[int]
    slots: tuple[Slot, ...] = ()

    @property
    def quantity(self) -> Slot | None:
        """The first slot that holds an amount, age or date, not a person."""
        return next((s for s in self.slots if not s.kind.startswith("@")), None)


@dataclass(slots=True)
class _Node(Generic[T]):
    words: dict[str, list[tuple[str, _Node[T]]]] = field(default_factory=dict)
    slots: dict[str, _Node[T]] = field(default_factory=dict)
    gaps: dict[int, _Node[T]] = field(default_factory=dict)
    ends: list[T] = field(default_factory=list)
    closing: list[T] = field(default_factory=list)


class PatternBook(Generic[T]):
    """All patterns of one sort with what each means."""

    def __init__(self, macros: Mapping[str, str] | None = None) -> None:
        self._macros = dict(macros or {})
        self._root: _Node[T] = _Node()
        self._words: set[str] = set()

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word, with accents, that some pattern holds."""
        return frozenset(self._words)

    def add(self, pattern: str, meaning: T) -> None:
        """Add *pattern*; raises :class:`PatternError` when it cannot be read."""
        for line in expand(pattern, self._macros):
            node = self._root
            for piece in line if line[-1] != "." else line[:-1]:
                node = self._step(node, piece)
            (node.closing if line[-1] == "." else node.ends).append(meaning)

    def _step(self, node: _Node[T], piece: str) -> _Node[T]:
        if piece in _GAPS:
            return node.gaps.setdefault(_GAPS[piece], _Node())
        if piece[0] == "<":
            return node.slots.setdefault(piece.strip("<>"), _Node())
        self._words.add(piece.lstrip("!"))
        known = node.words.setdefault(fold(piece.lstrip("!")), [])
        for spelling, child in known:
            if spelling == piece:
                return child
        child = _Node[T]()
        known.append((piece, child))
        return child

    def search(self, words: Sequence[Word], slots: Mapping[int, Sequence[Slot]]) -> list[Found[T]]:
        """Return every match in *words*, longest readings and shortest alike."""
        found: list[Found[T]] = []
        for start in range(len(words)):
            for match in self._walk(self._root, words, slots, start, (), ()):
                found.append(match)
            if len(found) > _MOST_FOUND:
                break
        return found

    def _walk(
        self,
        node: _Node[T],
        words: Sequence[Word],
        slots: Mapping[int, Sequence[Slot]],
        at: int,
        used: tuple[int, ...],
        taken: tuple[Slot, ...],
    ) -> Iterator[Found[T]]:
        ends = node.ends
        if node.closing and (at >= len(words) or (words[at].is_mark and words[at].text not in _TRANSPARENT)):
            ends = ends + node.closing
        for meaning in ends:
            yield Found(meaning, used[0], used[-1] + 1, frozenset(used), taken)
        for here, child in self._gapped(node, words, at):
            yield from self._walk(child, words, slots, here, used, taken)
        if used:
            at = _past_transparent(words, at)
        if at >= len(words):
            return
        word = words[at]
        for spelling, child in node.words.get(word.folded, ()):
            if word.means(spelling) if spelling[0] != "!" else word.text == spelling[1:] and is_sure(word):
                yield from self._walk(child, words, slots, at + 1, (*used, at), taken)
        if node.slots:
            for slot in slots.get(at, ()):
                if (child_node := node.slots.get(slot.kind)) is not None:
                    span = tuple(range(slot.start, slot.end))
                    yield from self._walk(child_node, words, slots, slot.end, used + span, (*taken, slot))

    def _gapped(self, node: _Node[T], words: Sequence[Word], at: int) -> Iterator[tuple[int, _Node[T]]]:
        for most, child in node.gaps.items():
            for skipped in range(most + 1):
                yield at + skipped, child
                if at + skipped >= len(words) or closes_gap(words[at + skipped]):
                    break


def is_sure(word: Word) -> bool:
    """Tell whether the accents of *word*, or their absence, are meant."""
    return word.exact or not is_bare(word)


def closes_gap(word: Word) -> bool:
    """Tell whether a gap of a pattern ends before *word*."""
    return (word.is_mark and word.text not in _TRANSPARENT) or word in _CLOSES_GAP


def _past_transparent(words: Sequence[Word], at: int) -> int:
    while at < len(words) and words[at].is_mark and words[at].text in _TRANSPARENT:
        at += 1
    return at


def expand(pattern: str, macros: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return every line of pieces that *pattern* stands for."""
    pieces = _PIECE.findall(_with_macros(pattern, macros))
    lines, rest = _alternatives(pattern, pieces)
    if rest:
        raise PatternError(pattern, "a bracket closes that never opened")
    if any(not line for line in lines):
        raise PatternError(pattern, "it can match nothing at all")
    if any(line[0] in _GAPS or line[-1] in _GAPS for line in lines):
        raise PatternError(pattern, "it begins or ends with a gap")
    return lines


def _with_macros(pattern: str, macros: Mapping[str, str], depth: int = 0) -> str:
    if depth > 5:
        raise PatternError(pattern, "its macros refer to each other in a circle")

    def value(found: re.Match[str]) -> str:
        if found[1] not in macros:
            raise PatternError(pattern, f"there is no macro ${found[1]}")
        return "(" + _with_macros(macros[found[1]], macros, depth + 1) + ")"

    return re.sub(r"\$(\w+)", value, pattern)


def _alternatives(pattern: str, pieces: list[str]) -> tuple[list[tuple[str, ...]], list[str]]:
    """Read ``a|b|c`` up to a closing bracket; return the lines and what follows the bracket."""
    lines: list[tuple[str, ...]] = []
    choices: list[list[tuple[str, ...]]] = []
    while pieces:
        piece, pieces = pieces[0], pieces[1:]
        if piece == ")":
            return lines + _joined(choices), [")", *pieces]
        if piece == "|":
            lines, choices = lines + _joined(choices), []
        elif piece == "(":
            inner, pieces = _alternatives(pattern, pieces)
            if not pieces:
                raise PatternError(pattern, "a bracket is never closed")
            choices.append(inner)
            pieces = pieces[1:]
        else:
            choices.append([(piece,)])
    return lines + _joined(choices), []


def _joined(choices: Iterable[list[tuple[str, ...]]]) -> list[tuple[str, ...]]:
    return [tuple(p for part in parts for p in part) for parts in product(*choices)]
