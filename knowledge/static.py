"""A small embedding of our own: one vector for each syllable, its accent-free twin and each pair, added up.

No network, so that tens of thousands of pieces a second are embedded on one core, and both spellings are read. Trained
by :mod:`knowledge.train` on titles and texts of articles. Weights are 8-bit integers with a scale a row.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedder import Vectors
from knowledge.syllables import folded, syllables

Array = NDArray[Any]
PAIRS = 1 << 16  # pairs of twins share this many vectors, by their hash


@dataclass(frozen=True)
class Features:
    """Numbers what a text is made of: known syllables, known twins, hashed pairs of twins."""

    words: dict[str, int]
    twins: dict[str, int]

    @classmethod
    def of(cls, words: Sequence[str]) -> Features:
        """Number *words* and their twins."""
        twins = list(dict.fromkeys(map(folded, words)))
        return cls({w: i for i, w in enumerate(words)}, {t: len(words) + i for i, t in enumerate(twins)})

    def __len__(self) -> int:
        return len(self.words) + len(self.twins) + PAIRS

    def numbers(self, text: Sequence[str]) -> Array:
        """Return the numbers of what *text*, a list of syllables, is made of."""
        return np.fromiter(self._numbers(text), dtype=np.int64)

    def _numbers(self, text: Sequence[str]) -> Iterator[int]:
        before = None
        base = len(self.words) + len(self.twins)
        for word in text:
            twin = folded(word)
            if (number := self.words.get(word)) is not None and word != twin:
                yield number
            if (number := self.twins.get(twin)) is not None:
                yield number
            if before is not None:
                yield base + zlib.crc32(f"{before} {twin}".encode()) % PAIRS
            before = twin


class StaticEmbedder:
    """Adds up the vectors of what a text is made of; questions and passages alike."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as stored:
            self._table, self._scales = stored["table"], stored["scales"].astype(np.float32)
            self._features = Features.of(list(stored["words"]))
            self.model = f"static-{zlib.crc32(self._table.tobytes()):08x}"
        self.dimension = int(self._table.shape[1])

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, one row each."""
        return self.passages(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, one row each."""
        return np.stack([self._vector(text) for text in texts]) if texts else np.empty((0, self.dimension), np.float32)

    def _vector(self, text: str) -> Vectors:
        numbers = self._features.numbers(syllables(text))
        total = self._scales[numbers] @ self._table[numbers].astype(np.float32)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), dtype=np.float32)


def save(path: Path, words: Sequence[str], table: Array) -> None:
    """Write the vectors of *table*, a row a feature, as 8-bit integers."""
    scales = np.abs(table).max(axis=1) / 127 + 1e-12
    packed = np.round(table / scales[:, None]).astype(np.int8)
    np.savez_compressed(path, table=packed, scales=scales.astype(np.float32), words=np.array(words))
