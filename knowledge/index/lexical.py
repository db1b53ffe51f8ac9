"""BM25 over syllables and syllable bigrams, with an accent-free twin.

Written here rather than taken from a library because both twins come from one pass over the text, a term is a
64-bit key (no dictionary of a million bigrams in memory) and every array is memory-mapped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.syllables import folded

Array = NDArray[Any]
Scores = NDArray[np.float32]
UNKNOWN = -1
_SHIFT = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Bm25:
    """Parameters of BM25: saturation ``k1`` and length normalisation ``b``."""

    k1: float = 1.2
    b: float = 0.75


class Vocabulary:
    """Numbers syllables, and knows the accent-free twin of each."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.plain_words = list(dict.fromkeys(map(folded, words)))
        self._ids = {word: i for i, word in enumerate(words)}
        self._plain_ids = {word: i for i, word in enumerate(self.plain_words)}

    @classmethod
    def of(cls, documents: Iterable[Sequence[str]]) -> Vocabulary:
        """Number every syllable of *documents* in order of appearance."""
        return cls(list(dict.fromkeys(s for document in documents for s in document)))

    def ids(self, syllables: Iterable[str]) -> Array:
        """Return the number of each syllable, ``UNKNOWN`` for one never seen."""
        return np.array([self._ids.get(s, UNKNOWN) for s in syllables], dtype=np.int64)

    def plain_ids(self, syllables: Iterable[str]) -> Array:
        """Return the number of the accent-free twin of each syllable."""
        return np.array([self._plain_ids.get(folded(s), UNKNOWN) for s in syllables], dtype=np.int64)

    def to_plain(self) -> Array:
        """Return for each syllable number the number of its twin."""
        return np.array([self._plain_ids[folded(w)] for w in self.words], dtype=np.int64)


def term_keys(ids: Array, owners: Array) -> tuple[Array, Array]:
    """Return the keys of all syllables and bigrams and the document of each; a bigram never spans documents."""
    ones = (ids + 1).astype(np.uint64)
    adjacent = (owners[:-1] == owners[1:]) & (ids[:-1] >= 0) & (ids[1:] >= 0)
    pairs = ((ones[:-1] << _SHIFT) | ones[1:])[adjacent]
    known = ids >= 0
    return np.concatenate([ones[known], pairs]), np.concatenate([owners[known], owners[:-1][adjacent]])


class TermMatrix:
    """Postings with their BM25 weight, by term key; opened memory-mapped."""

    _PARTS = ("keys", "starts", "documents", "weights", "idf")

    def __init__(self, size: int, parts: dict[str, Array]) -> None:
        self.size = size
        self._keys, self._starts = parts["keys"], parts["starts"]
        self._documents, self._weights, self._idf = parts["documents"], parts["weights"], parts["idf"]

    @classmethod
    def build(cls, keys: Array, owners: Array, size: int, bm25: Bm25) -> TermMatrix:
        """Count terms per document and weigh them."""
        terms, numbers = np.unique(keys, return_inverse=True)
        cells, counts = np.unique(numbers * np.int64(size) + owners, return_counts=True)
        term_of, document_of = cells // size, cells % size
        df = np.bincount(term_of, minlength=len(terms))
        idf = np.log1p((size - df + 0.5) / (df + 0.5)).astype(np.float32)
        lengths = np.bincount(owners, minlength=size)
        norm = bm25.k1 * (1 - bm25.b + bm25.b * lengths / max(lengths.sum() / max(size, 1), 1e-9))
        weights = idf[term_of] * counts * (bm25.k1 + 1) / (counts + norm[document_of])
        return cls(
            size,
            {
                "keys": terms,
                "starts": np.concatenate([[0], np.cumsum(df)]).astype(np.int64),
                "documents": document_of.astype(np.int32),
                "weights": weights.astype(np.float32),
                "idf": idf,
            },
        )

    def scores(self, keys: Array) -> Scores:
        """Return the score of every document; a repeated term counts once per repetition."""
        totals = np.zeros(self.size, dtype=np.float32)
        places, found = self._find(keys)
        for place in places[found]:
            span = slice(self._starts[place], self._starts[place + 1])
            totals[self._documents[span]] += self._weights[span]
        return totals

    def idf(self, keys: Array) -> Scores:
        """Return the inverse document frequency of each term; an unseen one gets that of a term never seen."""
        places, found = self._find(keys)
        rarest = np.float32(np.log1p((self.size + 0.5) / 0.5))
        return np.where(found, self._idf[places] if len(self._idf) else rarest, rarest).astype(np.float32)

    def _find(self, keys: Array) -> tuple[Array, Array]:
        if not len(self._keys):
            return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return places, np.asarray(self._keys[places] == keys)

    def save(self, folder: Path) -> None:
        """Write one array a file."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in self._PARTS:
            np.save(folder / f"{name}.npy", getattr(self, f"_{name}"))

    @classmethod
    def open(cls, folder: Path, size: int) -> TermMatrix:
        """Open memory-mapped."""
        return cls(size, {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in cls._PARTS})


class LexicalIndex:
    """The accented matrix and its accent-free twin over one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, accented: TermMatrix, plain: TermMatrix) -> None:
        self.vocabulary, self.accented, self.plain = vocabulary, accented, plain

    @property
    def size(self) -> int:
        """Number of documents."""
        return self.accented.size

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]], bm25: Bm25) -> LexicalIndex:
        """Index *documents*, each a list of syllables."""
        vocabulary = Vocabulary.of(documents)
        owners = np.repeat(np.arange(len(documents)), [len(d) for d in documents])
        ids = np.concatenate([np.empty(0, np.int64), *map(vocabulary.ids, documents)])
        plain_ids = vocabulary.to_plain()[ids] if len(ids) else ids
        return cls(
            vocabulary,
            TermMatrix.build(*term_keys(ids, owners), len(documents), bm25),
            TermMatrix.build(*term_keys(plain_ids, owners), len(documents), bm25),
        )

    def scores(self, syllables: Sequence[str], *, accents: bool) -> Scores:
        """Return BM25 of every document; ``accents=False`` asks the twin, where accents do not matter."""
        matrix = self.accented if accents else self.plain
        return matrix.scores(self._keys(syllables, accents=accents))

    def idf(self, syllables: Sequence[str], *, accents: bool) -> Scores:
        """Return the inverse document frequency of each syllable (no bigrams)."""
        return self.idf_of((self.ids(syllables, accents=accents) + 1).astype(np.uint64), accents=accents)

    def idf_of(self, keys: Array, *, accents: bool) -> Scores:
        """Return the inverse document frequency of each term key."""
        return (self.accented if accents else self.plain).idf(keys)

    def ids(self, syllables: Sequence[str], *, accents: bool) -> Array:
        """Return the number of each syllable, ``UNKNOWN`` for one never seen."""
        return self.vocabulary.ids(syllables) if accents else self.vocabulary.plain_ids(syllables)

    def _keys(self, syllables: Sequence[str], *, accents: bool) -> Array:
        ids = self.ids(syllables, accents=accents)
        return term_keys(ids, np.zeros(len(ids), dtype=np.int64))[0]

    def save(self, folder: Path) -> None:
        """Write the index into *folder*."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "syllables.json").write_text(
            json.dumps({"documents": self.size, "words": self.vocabulary.words}, ensure_ascii=False),
            encoding="utf-8",
        )
        self.accented.save(folder / "accented")
        self.plain.save(folder / "plain")

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Open an index written by :meth:`save`, memory-mapped."""
        head = json.loads((folder / "syllables.json").read_text(encoding="utf-8"))
        size = head["documents"]
        return cls(
            Vocabulary(head["words"]),
            TermMatrix.open(folder / "accented", size),
            TermMatrix.open(folder / "plain", size),
        )
