"""What the index is made from: our guides, the topics outside the scope, and documents taken in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from knowledge.ingest.guide import read_guides
from knowledge.outside import read_topics
from knowledge.passages import Passage

GUIDES = Path(__file__).with_name("guides")


def all_passages(guides: Path = GUIDES, documents: Sequence[Passage] = ()) -> tuple[Passage, ...]:
    """Return every passage to index, in a stable order."""
    return (*read_guides(guides).passages, *documents, *read_topics())
