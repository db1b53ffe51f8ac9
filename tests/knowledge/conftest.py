"""What the tests of this room share: figures of three days, a small embedder, and an index over sample guides."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from core.clock import FixedClock
from core.database import Base, Database
from core.vietnamese.format import money, percent, short_money
from knowledge.archive import DocumentArchive
from knowledge.collection import Collection
from knowledge.embedder import EmbeddingCache, SentenceEmbedder, Vectors
from knowledge.index.build import BuiltIndex, IndexStore
from knowledge.ingest.guide import read_guides
from knowledge.ingest.understand import Understanding
from knowledge.outside import read_topics
from knowledge.passages import Hit
from knowledge.retrieval.hybrid import PassageSearch
from knowledge.retrieval.law import LawSearch
from knowledge.syllables import syllables

SAMPLE = Path(__file__).with_name("sample")


class FakeFigures:
    """A few figures with their first days; a figure without a value that day is ``None``."""

    VALUES: ClassVar[dict[str, list[tuple[date, float, str]]]] = {
        "social_pension.level": [(date(2025, 7, 1), 500_000, "vnd"), (date(2026, 7, 1), 540_000, "vnd")],
        "social_pension.age": [(date(2025, 7, 1), 75, "age")],
        "social_pension.age_poor": [(date(2025, 7, 1), 70, "age")],
        "loan.poor_household.rate": [(date(2015, 6, 5), 6.6, "percent"), (date(2025, 12, 1), 6.24, "percent")],
        "loan.poor_household.max": [(date(2019, 3, 1), 100_000_000, "vnd")],
    }

    def show(self, key: str, *, as_of: date, province: str | None, short: bool = False) -> str | None:
        known = [(value, unit) for since, value, unit in self.VALUES.get(key, []) if since <= as_of]
        if not known:
            return None
        value, unit = known[-1]
        if key == "social_pension.level" and province == "ha_noi" and as_of >= date(2026, 1, 1):
            value = 650_000
        if unit == "vnd":
            return short_money(int(value)) if short else money(int(value))
        return percent(value) if unit == "percent" else f"{int(value)} tuổi"


class SyllableEmbedder:
    """Adds up one fixed random direction per syllable: texts with common syllables are near. Counts its work."""

    model = "syllables"
    dimension = 64

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text) for text in texts])

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self.queries(texts)

    def _vector(self, text: str) -> Vectors:
        total = np.full(self.dimension, 1e-3, dtype=np.float32)
        for syllable in syllables(text):
            seed = int.from_bytes(hashlib.blake2b(syllable.encode(), digest_size=4).digest())
            total += np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)


@pytest.fixture(scope="session")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> EmbeddingCache:
    """The real model, cached for the session."""
    return EmbeddingCache(SentenceEmbedder(), tmp_path_factory.mktemp("vectors") / "cache.sqlite")


@pytest.fixture(scope="session")
def store(embedder: EmbeddingCache, tmp_path_factory: pytest.TempPathFactory) -> IndexStore:
    """An index of the sample guides and of the topics outside the scope."""
    store = IndexStore(tmp_path_factory.mktemp("index"))
    store.ensure([*read_guides(SAMPLE).passages, *read_topics()], embedder)
    return store


@pytest.fixture(scope="session")
def search(store: IndexStore, embedder: EmbeddingCache) -> PassageSearch:
    """Search over the sample index with the real model."""
    return PassageSearch(store, embedder, FakeFigures())


@pytest.fixture
def archive(tmp_path: Path) -> DocumentArchive:
    """An empty archive."""
    database = Database(f"sqlite:///{tmp_path / 'documents.sqlite'}")
    Base.metadata.create_all(database.engine)
    return DocumentArchive(database, FixedClock.on(date(2026, 11, 22)))


@pytest.fixture
def words() -> SyllableEmbedder:
    """The small embedder."""
    return SyllableEmbedder()


@pytest.fixture
def collection(archive: DocumentArchive, words: SyllableEmbedder, tmp_path: Path) -> Collection:
    """Documents over the sample guides, in an index of their own."""
    guides = read_guides(SAMPLE).passages
    law = LawSearch(words)

    def search(index: BuiltIndex, question: str, as_of: date, province: str | None) -> list[Hit]:
        return law.search(index, question, as_of=as_of, province=province)

    return Collection(archive, Understanding(), IndexStore(tmp_path / "index"), words, lambda: guides, search)
