"""Phrases written as data, matched over the words of a message.

A pattern is a line of words with accents, for example ``(có|hưởng) lương hưu ~ <money>``:

* ``(a|b c|)``: one of these, possibly nothing;
* ``$name``: a macro, a named group of alternatives;
* ``!word``: this word only with its accents written, because without them it is another word;
* ``~`` and ``~~``: a gap of at most 3 and 6 words, never across the end of a clause or a negation;
* where *counts* is set, a number word also stands for its digit (``một`` for ``1``);
* ``.`` last: only where the clause ends;
* ``<kind>`` and ``<@person>``: a slot that other readers have filled before (an amount, a date, a relative).

All patterns share one tree keyed by accent-free words, so the time to search grows with the message alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar, Union

from core.vietnamese.text import fold
from core.vietnamese.words import OneOf, Word, is_bare

T = TypeVar("T")
Piece = Union[str, "tuple[Sequence[Piece], ...]"]
_PIECE = re.compile(r"\(|\)|\||[^\s()|]+")
_GAPS = {"~": 3, "~~": 6}
_TRANSPARENT = frozenset(":()-–")
_CLOSES_GAP = OneOf("không", "chưa", "chẳng", "nhưng", "chứ")
_MOST_FOUND = 2000
_COUNTS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_SPELLED = {str(n): fold(word) for n, word in enumerate(_COUNTS, start=1)}


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
    slots: dict[str, list[_Node[T]]] = field(default_factory=dict)
    gaps: list[tuple[int, _Node[T]]] = field(default_factory=list)
    ends: list[T] = field(default_factory=list)
    closing: list[T] = field(default_factory=list)


class PatternBook(Generic[T]):
    """All patterns of one sort with what each means.

    Patterns share their first words; behind these each is a little graph of its own, in which alternatives part and
    meet again, so that its size is that of its text.
    """

    def __init__(self, macros: Mapping[str, str] | None = None, *, counts: bool = False) -> None:
        self._counts = counts
        self._macros = dict(macros or {})
        self._root: _Node[T] = _Node()
        self._words: set[str] = set()

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word, with accents, that some pattern holds."""
        return frozenset(self._words)

    def add(self, pattern: str, meaning: T) -> None:
        """Add *pattern*; raises :class:`PatternError` when it cannot be read."""
        for node, closes in self._attach([self._root], parse(pattern, self._macros)):
            if node is self._root:
                raise PatternError(pattern, "it can match nothing at all")
            (node.closing if closes else node.ends).append(meaning)

    def _attach(
        self, nodes: list[_Node[T]], sequence: Sequence[Piece], target: _Node[T] | None = None
    ) -> list[tuple[_Node[T], bool]]:
        """Lead *nodes* on by *sequence*; return where it ends, and whether only at the end of a clause."""
        closes = bool(sequence) and sequence[-1] == "."
        sequence = sequence[:-1] if closes else sequence
        ends = [(node, False) for node in nodes]
        for at, piece in enumerate(sequence):
            here = [node for node, _ in ends]
            last = target if at == len(sequence) - 1 else None
            ends = self._by_group(here, piece, last) if isinstance(piece, tuple) else self._by_word(here, piece, last)
        return [(node, closes or ended) for node, ended in ends]

    def _by_group(
        self, nodes: list[_Node[T]], group: tuple[Sequence[Piece], ...], target: _Node[T] | None
    ) -> list[tuple[_Node[T], bool]]:
        meeting = target or _Node[T]()
        ends: list[tuple[_Node[T], bool]] = []
        for alternative in group:
            own = _Node[T]() if alternative and alternative[-1] == "." else meeting
            for end in self._attach(nodes, alternative, own):
                if not any(end[0] is known and end[1] == closes for known, closes in ends):
                    ends.append(end)
        return ends

    def _by_word(self, nodes: list[_Node[T]], piece: str, target: _Node[T] | None) -> list[tuple[_Node[T], bool]]:
        fresh = target or _Node[T]()
        ends: list[_Node[T]] = []
        for node in nodes:
            end = self._shared(piece) if node is self._root and piece not in _GAPS else self._link(node, piece, fresh)
            if not any(end is known for known in ends):
                ends.append(end)
        return [(end, False) for end in ends]

    def _shared(self, piece: str) -> _Node[T]:
        """Return the node behind the first piece of a pattern, one for all patterns that begin alike."""
        if piece[0] == "<":
            known = self._root.slots.setdefault(piece.strip("<>"), [])
            return known[0] if known else self._link(self._root, piece, _Node[T]())
        for spelling, child in self._root.words.get(fold(piece.lstrip("!")), ()):
            if spelling == piece:
                return child
        return self._link(self._root, piece, _Node[T]())

    def _link(self, node: _Node[T], piece: str, end: _Node[T]) -> _Node[T]:
        if piece in _GAPS:
            node.gaps.append((_GAPS[piece], end))
        elif piece[0] == "<":
            node.slots.setdefault(piece.strip("<>"), []).append(end)
        else:
            self._words.add(piece.lstrip("!"))
            node.words.setdefault(fold(piece.lstrip("!")), []).append((piece, end))
        return end

    def search(self, words: Sequence[Word], slots: Mapping[int, Sequence[Slot]]) -> list[Found[T]]:
        """Return every match in *words*, longest readings and shortest alike."""
        found: list[Found[T]] = []
        root = self._root
        for start, word in enumerate(words):
            if word.folded not in root.words and not (root.slots and start in slots) and not word.is_number:
                continue
            found.extend(self._walk(root, words, slots, start, (), ()))
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
        if node.gaps:
            for here, child in self._gapped(node, words, at):
                yield from self._walk(child, words, slots, here, used, taken)
        if used and at < len(words) and words[at].kind == "mark":
            at = _past_transparent(words, at)
        if at >= len(words) or not (node.words or node.slots):
            return
        for child in self._children(node, words[at]):
            yield from self._walk(child, words, slots, at + 1, (*used, at), taken)
        for slot in slots.get(at, ()) if node.slots else ():
            span = tuple(range(slot.start, slot.end))
            for child in node.slots.get(slot.kind, ()):
                yield from self._walk(child, words, slots, slot.end, used + span, (*taken, slot))

    def _children(self, node: _Node[T], word: Word) -> Iterator[_Node[T]]:
        for spelling, child in node.words.get(word.folded, ()):
            if word.means(spelling) if spelling[0] != "!" else word.text == spelling[1:] and is_sure(word):
                yield child
        if self._counts and word.is_number:
            for spelling, child in node.words.get(_SPELLED.get(word.text, ""), ()):
                if spelling in _COUNTS:
                    yield child

    def _gapped(self, node: _Node[T], words: Sequence[Word], at: int) -> Iterator[tuple[int, _Node[T]]]:
        for most, child in node.gaps:
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


def parse(pattern: str, macros: Mapping[str, str]) -> tuple[Piece, ...]:
    """Return the pieces of *pattern*: words, gaps and slots as they stand, groups as tuples of alternatives."""
    pieces = _PIECE.findall(_with_macros(pattern, macros))
    alternatives, rest = _alternatives(pattern, pieces)
    if rest:
        raise PatternError(pattern, "a bracket closes that never opened")
    line: tuple[Piece, ...] = alternatives[0] if len(alternatives) == 1 else (tuple(alternatives),)
    if not line:
        raise PatternError(pattern, "it can match nothing at all")
    if line[0] in _GAPS or line[-1] in _GAPS:
        raise PatternError(pattern, "it begins or ends with a gap")
    return line


def _with_macros(pattern: str, macros: Mapping[str, str], depth: int = 0) -> str:
    if depth > 5:
        raise PatternError(pattern, "its macros refer to each other in a circle")

    def value(found: re.Match[str]) -> str:
        if found[1] not in macros:
            raise PatternError(pattern, f"there is no macro ${found[1]}")
        return "(" + _with_macros(macros[found[1]], macros, depth + 1) + ")"

    return re.sub(r"\$(\w+)", value, pattern)


def _alternatives(pattern: str, pieces: list[str]) -> tuple[list[tuple[Piece, ...]], list[str]]:
    """Read ``a|b|c`` up to a closing bracket; return the alternatives and what follows from the bracket on."""
    done: list[tuple[Piece, ...]] = []
    line: list[Piece] = []
    while pieces:
        piece, pieces = pieces[0], pieces[1:]
        if piece == ")":
            return [*done, tuple(line)], [")", *pieces]
        if piece == "|":
            done, line = [*done, tuple(line)], []
        elif piece == "(":
            inner, pieces = _alternatives(pattern, pieces)
            if not pieces:
                raise PatternError(pattern, "a bracket is never closed")
            line.append(tuple(inner))
            pieces = pieces[1:]
        else:
            line.append(piece)
    return [*done, tuple(line)], []
