"""Vectors of passages in FAISS, by inner product (the vectors are units, so this is the cosine).

A passage may own several vectors, one per piece of text or sample question; its score is the best of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.embedder import Vectors

NOT_FOUND = np.float32(-1.0)


class DenseIndex:
    """An exact index; ``owners`` says for every vector which passage it belongs to."""

    def __init__(self, index: Any, owners: NDArray[np.int32], size: int) -> None:
        self._index, self._owners, self.size = index, owners, size

    @property
    def vectors(self) -> int:
        """Number of vectors."""
        return int(self._index.ntotal)

    @classmethod
    def build(cls, vectors: Vectors, owners: Sequence[int], size: int) -> DenseIndex:
        """Index *vectors*; ``owners[i]`` is the passage of vector i."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index, np.asarray(owners, dtype=np.int32), size)

    def scores(self, query: Vectors, *, limit: int = 4000) -> NDArray[np.float32]:
        """Return the best cosine of every passage among the *limit* nearest vectors, ``NOT_FOUND`` for the rest."""
        totals = np.full(self.size, NOT_FOUND, dtype=np.float32)
        if not self.vectors:
            return totals
        similarities, numbers = self._index.search(query.reshape(1, -1), min(limit, self.vectors))
        np.maximum.at(totals, self._owners[numbers[0]], similarities[0])
        return totals

    def nearest(self, query: Vectors, *, limit: int) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """Return the cosines of the *limit* nearest vectors, best first, and the passage of each."""
        if not self.vectors:
            return np.empty(0, np.float32), np.empty(0, np.int32)
        similarities, numbers = self._index.search(query.reshape(1, -1), min(limit, self.vectors))
        return similarities[0], self._owners[numbers[0]]

    def save(self, folder: Path) -> None:
        """Write the index into *folder*."""
        folder.mkdir(parents=True, exist_ok=True)
        faiss.write_index(self._index, str(folder / "vectors.faiss"))
        np.save(folder / "owners.npy", self._owners)

    @classmethod
    def open(cls, folder: Path, size: int) -> DenseIndex:
        """Open an index written by :meth:`save`; the vectors stay on disk until they are read."""
        index = faiss.read_index(str(folder / "vectors.faiss"), faiss.IO_FLAG_MMAP_IFC)
        return cls(index, np.load(folder / "owners.npy", mmap_mode="r"), size)
