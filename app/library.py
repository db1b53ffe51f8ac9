"""The knowledge room as this service builds it: guides, embedding model, index, answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from knowledge.answer import Answerer
from knowledge.embedder import CombinedEmbedder, EmbeddingCache, Progress
from knowledge.figures import Figures
from knowledge.index.build import BuiltIndex, IndexParameters, IndexStore
from knowledge.retrieval.hybrid import PassageSearch
from knowledge.seed import plant
from knowledge.sources import all_passages


@dataclass(frozen=True)
class Library:
    """Builds the index where it is stale and answers from it; the model is loaded when first used."""

    state_folder: Path
    figures: Figures

    @cached_property
    def store(self) -> IndexStore:
        """Return the builds of the index."""
        return IndexStore(self.state_folder / "index")

    @cached_property
    def embedder(self) -> EmbeddingCache:
        """Return the embedding model that travels with its package, with what it already computed."""
        return EmbeddingCache(
            CombinedEmbedder(self.state_folder / "model"), self.state_folder / "index" / "embeddings.sqlite"
        )

    def is_stale(self) -> bool:
        """Tell whether the index was built from anything but the guides and model of now."""
        return self.store.is_stale(all_passages(), self.embedder.model, IndexParameters())

    def ensure(self, progress: Progress | None = None) -> BuiltIndex:
        """Build the index where it is stale and make it the active one."""
        if self.is_stale():
            plant(self.embedder)
        return self.store.ensure(all_passages(), self.embedder, progress=progress)

    @cached_property
    def search(self) -> PassageSearch:
        """Return the search over the active build."""
        return PassageSearch(self.store, self.embedder, self.figures)

    @cached_property
    def answerer(self) -> Answerer:
        """Return the answers."""
        return Answerer(self.search)
