"""The texts of an index as numbered syllables, so that a few candidates can be read again without reading text.

A text is its title and its body; a piece is a run of words of the body, by which the body is judged and embedded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.index.lexical import Vocabulary
from knowledge.syllables import syllables

Array = NDArray[Any]
PIECE, OVERLAP = 50, 15  # words of a piece, and how many of them the next one repeats
_PARTS = ("ids", "starts", "titles", "words", "word_starts")


def pieces_of(text: str) -> Iterator[str]:
    """Yield the pieces of a text; an empty one has one empty piece."""
    words = text.split()
    for start in piece_starts(len(words)):
        yield " ".join(words[start : start + PIECE])


def piece_starts(words: int) -> range:
    """Return at which words the pieces of a text start."""
    return range(0, max(words - OVERLAP, 1), PIECE - OVERLAP)


@dataclass(frozen=True)
class Span:
    """The syllables of some candidates in one row: where each candidate, its body and its pieces begin and end."""

    ids: Array
    owners: Array  # candidate of every syllable
    starts: Array
    bodies: Array
    ends: Array
    piece_owners: Array
    piece_starts: Array
    piece_ends: Array


class TermTexts:
    """Numbered syllables of titles and bodies, memory-mapped."""

    def __init__(self, parts: dict[str, Array]) -> None:
        self._parts = parts
        self._ids, self._starts, self._titles = parts["ids"], parts["starts"], parts["titles"]
        self._words, self._word_starts = parts["words"], parts["word_starts"]

    @classmethod
    def build(cls, titles: Sequence[str], texts: Sequence[str], vocabulary: Vocabulary) -> TermTexts:
        """Number the syllables of every title and text."""
        ids: list[Array] = []
        title_sizes, sizes, words, counts = [], [], [], []
        for title, text in zip(titles, texts, strict=True):
            named = syllables(title)
            spoken = [syllables(word) for word in text.split()]
            lengths = np.array([len(s) for s in spoken], dtype=np.int32)
            words.append(np.cumsum(lengths, dtype=np.int32) - lengths)
            counts.append(len(spoken))
            numbered = vocabulary.ids([*named, *(s for one in spoken for s in one)])
            ids.append(numbered.astype(np.int32))
            title_sizes.append(len(named))
            sizes.append(len(numbered))
        return cls(
            {
                "ids": np.concatenate([np.empty(0, np.int32), *ids]),
                "starts": np.cumsum([0, *sizes], dtype=np.int64),
                "titles": np.array(title_sizes, dtype=np.int32),
                "words": np.concatenate([np.empty(0, np.int32), *words]),
                "word_starts": np.cumsum([0, *counts], dtype=np.int64),
            }
        )

    def pieces(self, row: int) -> int:
        """Return how many pieces a text has."""
        return len(piece_starts(int(self._word_starts[row + 1] - self._word_starts[row])))

    def piece(self, row: int, number: int, text: str) -> str:
        """Return the words of one piece of *text*, the body of *row*."""
        start = piece_starts(int(self._word_starts[row + 1] - self._word_starts[row]))[number]
        return " ".join(text.split()[start : start + PIECE])

    def span(self, rows: Sequence[int] | Array) -> Span:
        """Put the syllables of *rows* in one row."""
        parts = [np.asarray(self._ids[self._starts[r] : self._starts[r + 1]]) for r in rows]
        lengths = np.array([len(p) for p in parts], dtype=np.int64)
        ends = np.cumsum(lengths)
        starts = ends - lengths
        bodies = starts + np.array([self._titles[r] for r in rows], dtype=np.int64)
        pieces = [self._pieces(r, int(body), int(end)) for r, body, end in zip(rows, bodies, ends, strict=True)]
        return Span(
            np.concatenate([np.empty(0, np.int32), *parts]).astype(np.int64),
            np.repeat(np.arange(len(rows)), lengths),
            starts,
            bodies,
            ends,
            np.repeat(np.arange(len(rows)), [len(p) for p in pieces]),
            np.concatenate([np.empty(0, np.int64), *(p[:, 0] for p in pieces)]),
            np.concatenate([np.empty(0, np.int64), *(p[:, 1] for p in pieces)]),
        )

    def _pieces(self, row: int, body: int, end: int) -> Array:
        """Return the first and the last-but-one syllable of every piece of *row*, whose body starts at *body*."""
        words = np.asarray(self._words[self._word_starts[row] : self._word_starts[row + 1]])
        starts = np.array(piece_starts(len(words)))
        lasts = starts + PIECE
        from_word = np.where(starts < len(words), words[np.minimum(starts, len(words) - 1)] if len(words) else 0, 0)
        to_word = np.where(
            lasts < len(words), words[np.minimum(lasts, len(words) - 1)] if len(words) else 0, end - body
        )
        return np.stack([body + from_word, body + to_word], axis=1).astype(np.int64)

    def save(self, folder: Path) -> None:
        """Write one array a file."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in _PARTS:
            np.save(folder / f"{name}.npy", self._parts[name])

    @classmethod
    def open(cls, folder: Path) -> TermTexts:
        """Open memory-mapped."""
        return cls({name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _PARTS})
