"""The law's part of a build: documents by article, searched by words and re-ranked by the vectors of their pieces.

Vectors are only read for the few candidates of a question, so there is no nearest-neighbour index over them. Above
``most_vectors`` pieces (a whole codification) embedding would take days on a CPU: such a part has none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedder import Embedder, EmbeddingCache, Progress
from knowledge.errors import BrokenBuildError
from knowledge.index.lexical import Bm25, LexicalIndex
from knowledge.index.passages import PassageStore
from knowledge.index.texts import TermTexts, pieces_of
from knowledge.ingest.structure import ARTICLE_HEAD
from knowledge.passages import Passage
from knowledge.retrieval.accents import EVERYDAY_WORDS, AccentModel
from knowledge.retrieval.expand import Expander
from knowledge.retrieval.rerank import Nearness
from knowledge.syllables import syllables

Array = NDArray[Any]
_ARRAYS = ("vectors", "first_vectors", "title_vectors", "title_of", "document_of")


@dataclass(frozen=True)
class LawIndex:
    """The law of one build, opened; ``vectors`` is empty where there are none."""

    manifest: dict[str, Any]
    passages: PassageStore
    body: LexicalIndex
    titles: LexicalIndex
    texts: TermTexts
    accents: AccentModel
    vectors: Array
    first_vectors: Array
    title_vectors: Array
    title_of: Array
    document_of: Array

    @classmethod
    def open(cls, folder: Path) -> LawIndex:
        """Open what :func:`write_law` wrote, memory-mapped."""
        try:
            return cls(
                json.loads((folder / "manifest.json").read_text(encoding="utf-8")),
                PassageStore(folder),
                LexicalIndex.open(folder / "body"),
                LexicalIndex.open(folder / "titles"),
                TermTexts.open(folder / "texts"),
                AccentModel.open(folder / "accents"),
                *(np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS),
            )
        except (OSError, ValueError, KeyError) as exc:
            raise BrokenBuildError(folder, str(exc)) from exc

    @property
    def name(self) -> str:
        """The name of this part; another text, model or parameter makes another."""
        return str(self.manifest["part"])

    @property
    def has_vectors(self) -> bool:
        """Tell whether pieces were embedded."""
        return len(self.vectors) > 0

    def near(self, rows: Array, pieces: Array, query: Array) -> Nearness:
        """Return how near *query* is to one piece and to the title of each of *rows*; zeros without vectors."""
        documents = np.asarray(self.document_of[rows])
        if not self.has_vectors:
            return Nearness(np.zeros(len(rows)), np.zeros(len(rows)), documents)
        by_piece = self.vectors[self.first_vectors[rows] + pieces].astype(np.float32) @ query
        by_title = self.title_vectors[self.title_of[rows]].astype(np.float32) @ query
        return Nearness(by_piece, by_title, documents)


def write_law(
    folder: Path,
    passages: Sequence[Passage],
    embedder: Embedder,
    *,
    most_vectors: int,
    part: str,
    progress: Progress | None = None,
) -> None:
    """Write the law's part into *folder*; the manifest comes last."""
    folder.mkdir(parents=True, exist_ok=True)
    expander = Expander.load()
    names = [expander.document(p.title) for p in passages]
    titles = [expander.document(ARTICLE_HEAD.sub("", p.heading)) for p in passages]
    bodies = [expander.document(p.text) for p in passages]
    read = [syllables(f"{n} {t} {b}") for n, t, b in zip(names, titles, bodies, strict=True)]
    body = LexicalIndex.build(read, Bm25())
    body.save(folder / "body")
    LexicalIndex.build([syllables(title) for title in titles], Bm25()).save(folder / "titles")
    TermTexts.build(titles, bodies, body.vocabulary).save(folder / "texts")
    everyday = map(syllables, EVERYDAY_WORDS.read_text(encoding="utf-8").splitlines())
    AccentModel.train([*read, *everyday], fewest=2).save(folder / "accents")
    counts = _write_vectors(folder, titles, bodies, embedder, most_vectors, progress)
    documents = [p.citations[0].document if p.citations else p.source for p in passages]
    np.save(folder / "document_of.npy", np.unique(documents, return_inverse=True)[1].astype(np.int32))
    PassageStore.write(folder, passages)
    manifest = {
        "part": part,
        "model": embedder.model,
        "passages": len(passages),
        "pieces": counts[0],
        "vectors": counts[1],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def _write_vectors(
    folder: Path,
    titles: Sequence[str],
    bodies: Sequence[str],
    embedder: Embedder,
    most: int,
    progress: Progress | None,
) -> tuple[int, int]:
    """Embed every title, and every piece with its title before it; return how many pieces and vectors there are."""
    pieces = [[f"{title}. {piece}" for piece in pieces_of(body)] for title, body in zip(titles, bodies, strict=True)]
    texts = [piece for some in pieces for piece in some]
    named = list(dict.fromkeys(titles))
    wanted = [*texts, *named] if len(texts) <= most else []
    heard = {"progress": progress} if isinstance(embedder, EmbeddingCache) else {}
    vectors = embedder.passages(wanted, **heard) if wanted else np.empty((0, embedder.dimension))
    places = {title: at for at, title in enumerate(named)}
    arrays: dict[str, Array] = {
        "vectors": vectors[: len(texts)].astype(np.float16),
        "first_vectors": np.cumsum([0, *map(len, pieces)], dtype=np.int64)[:-1],
        "title_vectors": vectors[len(texts) :].astype(np.float16),
        "title_of": np.array([places[title] for title in titles], dtype=np.int32),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return len(texts), len(vectors)
