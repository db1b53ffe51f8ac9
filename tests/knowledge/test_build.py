"""Builds are immutable, named by their content, switched in one step, and only changed texts are embedded again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedder import EmbeddingCache
from knowledge.errors import BrokenBuildError, NoActiveIndexError
from knowledge.index.build import BuiltIndex, IndexParameters, IndexStore
from knowledge.index.dense import DenseIndex
from knowledge.ingest.guide import read_guides
from knowledge.passages import Passage
from tests.knowledge.conftest import SAMPLE, SyllableEmbedder

PASSAGES = read_guides(SAMPLE).passages


def test_an_unchanged_input_is_not_built_twice(tmp_path: Path) -> None:
    """The second start skips what is done."""
    store, embedder = IndexStore(tmp_path), SyllableEmbedder()
    store.ensure(PASSAGES, embedder)
    embedder.embedded.clear()

    again = store.ensure(PASSAGES, embedder)

    assert embedder.embedded == []
    assert not store.is_stale(PASSAGES, embedder.model, IndexParameters())
    assert again.manifest["passages"] == len(PASSAGES)


def test_a_changed_passage_makes_a_new_build_and_embeds_only_itself(tmp_path: Path) -> None:
    """The old build stays whole beside the new one until it is pruned."""
    store, inner = IndexStore(tmp_path / "index"), SyllableEmbedder()
    embedder = EmbeddingCache(inner, tmp_path / "cache.sqlite")
    first = store.ensure(PASSAGES, embedder).name
    inner.embedded.clear()
    changed = (replace(PASSAGES[0], text="Chữ mới hoàn toàn."), *PASSAGES[1:])

    second = store.ensure(changed, embedder).name

    assert second != first
    assert len(inner.embedded) == 1
    assert "chữ mới hoàn toàn" in inner.embedded[0]
    assert store.current().passages[0].text == "Chữ mới hoàn toàn."
    assert store.prune(keep=1) == [first]


def test_a_switch_by_another_process_is_seen(tmp_path: Path) -> None:
    """A serving process follows the pointer without a restart."""
    serving, building = IndexStore(tmp_path), IndexStore(tmp_path)
    building.ensure(PASSAGES, SyllableEmbedder())
    before = serving.current().name

    building.ensure(PASSAGES[:3], SyllableEmbedder())

    assert serving.current().name != before
    assert len(serving.current().passages) == 3


def test_no_index_is_told_with_what_to_do(tmp_path: Path) -> None:
    """Asking before the first build names the folder."""
    with pytest.raises(NoActiveIndexError, match="Build the index"):
        IndexStore(tmp_path).current()


def test_a_broken_build_is_named(tmp_path: Path) -> None:
    """A build that lost a part is not half used."""
    store = IndexStore(tmp_path)
    name = store.ensure(PASSAGES, SyllableEmbedder()).name
    (tmp_path / "builds" / name / "offsets.npy").unlink()

    with pytest.raises(BrokenBuildError, match="build the index again"):
        BuiltIndex.open(tmp_path / "builds" / name)


def test_the_manifest_tells_what_went_in(tmp_path: Path) -> None:
    """Model, parameters and a hash for every document."""
    name = IndexStore(tmp_path).ensure(PASSAGES, SyllableEmbedder()).name

    manifest = json.loads((tmp_path / "builds" / name / "manifest.json").read_text(encoding="utf-8"))

    assert manifest["model"] == "syllables"
    assert set(manifest["documents"]) == {"card.md", "loan.md", "pension.md"}
    assert not list((tmp_path / "builds").glob(".*"))


def test_passages_come_back_whole(tmp_path: Path) -> None:
    """What is read from disk is what was put in."""
    index = IndexStore(tmp_path).ensure(PASSAGES, SyllableEmbedder())

    assert tuple(index.passages) == PASSAGES


def test_days_and_places_filter(tmp_path: Path) -> None:
    """A passage counts on its last day and not on the next; a place of one's own is not told elsewhere."""
    passages = [
        Passage("old", "T", "x", valid_to=date(2025, 11, 30)),
        Passage("new", "T", "x", valid_from=date(2025, 12, 1)),
        Passage("there", "T", "x", place="ha_noi"),
    ]
    store = IndexStore(tmp_path).ensure(passages, SyllableEmbedder()).passages

    assert store.open_to(date(2025, 11, 30), None).tolist() == [True, False, False]
    assert store.open_to(date(2025, 12, 1), "ha_noi").tolist() == [False, True, True]
    assert store.open_to(date(2025, 12, 1), "hai_phong").tolist() == [False, True, False]


def test_the_best_vector_of_a_passage_counts(tmp_path: Path) -> None:
    """Three vectors, two passages; saved and mapped, the scores stay."""
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)
    index = DenseIndex.build(vectors, [0, 0, 1], 2)
    index.save(tmp_path)

    scores = DenseIndex.open(tmp_path, 2).scores(np.array([0, 1], dtype=np.float32))

    np.testing.assert_allclose(scores, [1.0, 0.8], rtol=1e-6)
