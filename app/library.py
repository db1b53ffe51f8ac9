"""The knowledge room as this service builds it: guides, documents, embedding model, index, answers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock

from core.audit import AuditLog
from core.clock import Clock
from core.database import Database
from core.vietnamese.text import fold
from knowledge.answer import Answerer
from knowledge.archive import DocumentArchive
from knowledge.collection import Collection
from knowledge.embedder import CombinedEmbedder, EmbeddingCache, Progress
from knowledge.figures import Figures
from knowledge.index.build import KEPT_OPEN, BuiltIndex, IndexStore
from knowledge.ingest.understand import Understanding, nowhere
from knowledge.jobs import Jobs
from knowledge.passages import Hit, Passage
from knowledge.retrieval.hybrid import PassageSearch
from knowledge.seed import plant
from knowledge.sources import all_passages
from knowledge.worker import IndexWorker
from rules.places import Places

SHOWN = 5  # hits of each kind in a trial


def province_of(issuer: str, places: Places) -> str | None:
    """Return the province whose council or committee *issuer* is, ``None`` for any other authority."""
    if not fold(issuer).startswith(("hoi dong nhan dan", "uy ban nhan dan", "hdnd", "ubnd")):
        return None
    found = places.find(issuer)
    return found[0].province if len(found) == 1 else None


@dataclass(frozen=True)
class FixedIndex:
    """One build, whichever is active."""

    build: BuiltIndex

    def current(self) -> BuiltIndex:
        """Return it."""
        return self.build


@dataclass(frozen=True)
class Library:
    """Builds the index where it is stale and answers from it; the model is loaded when first used."""

    state_folder: Path
    figures: Figures
    database: Callable[[], Database]
    clock: Clock
    place_of: Callable[[str], str | None] = nowhere

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

    @cached_property
    def collection(self) -> Collection:
        """Return the authorities' documents."""
        return Collection(
            DocumentArchive(self.database(), self.clock),
            Understanding(place_of=self.place_of),
            self.store,
            self.embedder,
            lambda: self._guides,
            self._tried,
        )

    @cached_property
    def _guides(self) -> Sequence[Passage]:
        return all_passages()

    @cached_property
    def index_work(self) -> IndexWorker:
        """Return what publishes and retires documents in the background."""
        database = self.database()
        return IndexWorker(Jobs(database, self.clock), lambda: self.collection, AuditLog(database, self.clock))

    def is_stale(self) -> bool:
        """Tell whether the index was built from anything but the guides, documents and model of now."""
        return self.collection.is_stale()

    def ensure(self, progress: Progress | None = None) -> BuiltIndex:
        """Build the index where it is stale and make it the active one."""
        if self.is_stale():
            plant(self.embedder)
        return self.collection.refresh(progress)

    @cached_property
    def search(self) -> PassageSearch:
        """Return the search over the active build."""
        return PassageSearch(self.store, self.embedder, self.figures)

    @cached_property
    def answerer(self) -> Answerer:
        """Return the answers."""
        return Answerer(self.search)

    @cached_property
    def _search_of(self) -> Callable[[BuiltIndex], PassageSearch]:
        kept: OrderedDict[str, PassageSearch] = OrderedDict()
        lock = Lock()

        def search_of(index: BuiltIndex) -> PassageSearch:
            with lock:
                if index.name not in kept:
                    kept[index.name] = PassageSearch(FixedIndex(index), self.embedder, self.figures)
                while len(kept) > KEPT_OPEN + 1:
                    kept.popitem(last=False)
                return kept[index.name]

        return search_of

    def _tried(self, index: BuiltIndex, question: str, as_of: date, province: str | None) -> Sequence[Hit]:
        """Return what *index* finds: sections of guides first, then the law."""
        search = self._search_of(index)
        guides = search.search(question, as_of=as_of, province=province, limit=SHOWN)
        return [*guides, *search.law(question, as_of=as_of, province=province, limit=SHOWN)]
