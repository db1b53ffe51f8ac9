"""Vectors of the guides that travel with the project, so that a fresh start need not compute them.

Keyed by model and text like the cache they are put into: a vector of a changed text is simply not found and computed
anew. Written by ``python -m knowledge.seed`` after the guides change; 16 bits, about 400 KB.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from knowledge.embedder import EmbeddingCache

SEED = Path(__file__).with_name("seed_vectors.npz")


def plant(cache: EmbeddingCache, seed: Path = SEED) -> int:
    """Put the vectors of *seed* into *cache*, where they are missing; return how many there are."""
    if not seed.exists():
        return 0
    with np.load(seed) as stored:
        keys, vectors = stored["keys"], stored["vectors"].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cache.adopt([key.tobytes() for key in keys], vectors)
    return len(keys)


def write(cache: EmbeddingCache, texts: list[str], seed: Path = SEED) -> int:
    """Write the vectors of *texts* to *seed*; return how many."""
    keys, vectors = cache.keyed(texts)
    order = np.argsort([key.hex() for key in keys])
    packed = np.frombuffer(b"".join(keys[i] for i in order), dtype="V16")
    np.savez_compressed(seed, keys=packed, vectors=vectors[order].astype(np.float16))
    return len(keys)


def main() -> None:
    """Compute the vectors of all guides and write them beside this module."""
    import tempfile

    from knowledge.embedder import CombinedEmbedder
    from knowledge.index.build import IndexParameters, pieces_of
    from knowledge.sources import all_passages

    with tempfile.TemporaryDirectory() as folder:
        cache = EmbeddingCache(CombinedEmbedder(Path(folder) / "model"), Path(folder) / "vectors.sqlite")
        plant(cache)
        count = write(cache, pieces_of(all_passages(), IndexParameters()))
    print(f"{count} vectors in {SEED}")


if __name__ == "__main__":
    main()
