"""Bring two changes of the same documents together, line by line; what both changed otherwise is a conflict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rules.documents import Documents

Lines = Sequence[str]


@dataclass(frozen=True, slots=True)
class Merged:
    """The documents with both changes. ``conflicts`` are places (path, line of ours; 0: the whole document) where both
    sides changed the same: there the documents hold ours.
    """

    documents: Documents
    conflicts: tuple[tuple[str, int], ...]


def merge(base: Documents, ours: Documents, theirs: Documents) -> Merged:
    """Return *ours* with what *theirs* changed of *base*."""
    texts: dict[str, str] = {}
    conflicts: list[tuple[str, int]] = []
    for path in sorted({*base.texts, *ours.texts, *theirs.texts}):
        old, mine, other = (documents.texts.get(path) for documents in (base, ours, theirs))
        merged, places = _merge_document(old, mine, other)
        conflicts += [(path, place) for place in places]
        if merged is not None:
            texts[path] = merged
    return Merged(Documents(texts), tuple(conflicts))


def _merge_document(base: str | None, ours: str | None, theirs: str | None) -> tuple[str | None, list[int]]:
    if theirs in (ours, base):
        return ours, []
    if ours == base:
        return theirs, []
    if base is None or ours is None or theirs is None:
        return ours, [0]
    return merge_text(base, ours, theirs)


def merge_text(base: str, ours: str, theirs: str) -> tuple[str, list[int]]:
    """Return *ours* with what *theirs* changed of *base*, and the lines of the result where both changed the same."""
    a, b, o = ours.splitlines(keepends=True), theirs.splitlines(keepends=True), base.splitlines(keepends=True)
    merged: list[str] = []
    conflicts: list[int] = []
    for mine, other, old in _chunks(o, a, b):
        if other not in (mine, old) and mine != old:
            conflicts.append(len(merged) + 1)
            merged += mine
        else:
            merged += other if mine == old else mine
    return "".join(merged), conflicts


def _chunks(base: Lines, ours: Lines, theirs: Lines) -> Iterator[tuple[Lines, Lines, Lines]]:
    """Yield ours, theirs, base, cut where all three agree."""
    i = j = k = 0
    for start, mine, other, length in _agreed(base, ours, theirs):
        if start > i or mine > j or other > k:
            yield ours[j:mine], theirs[k:other], base[i:start]
        i, j, k = start + length, mine + length, other + length
        yield ours[mine:j], theirs[other:k], base[start:i]
    if i < len(base) or j < len(ours) or k < len(theirs):
        yield ours[j:], theirs[k:], base[i:]


def _agreed(base: Lines, ours: Lines, theirs: Lines) -> Iterator[tuple[int, int, int, int]]:
    """Yield the runs of lines that stand in all three: where in base, ours, theirs, and how many."""
    mine = SequenceMatcher(None, base, ours, autojunk=False).get_matching_blocks()
    other = SequenceMatcher(None, base, theirs, autojunk=False).get_matching_blocks()
    for one in mine:
        for two in other:
            start, end = max(one.a, two.a), min(one.a + one.size, two.a + two.size)
            if start < end:
                yield start, one.b + start - one.a, two.b + start - two.a, end - start
