"""What people also ask and this service does not answer; each topic with its reason.

The topics stand in the index as decoys: a question nearer to one of them than to any guide is refused.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from core.vietnamese.text import nfc
from knowledge.passages import Passage

KIND = "outside"
DEFAULT_TOPICS = Path(__file__).with_name("outside.yaml")


def read_topics(path: Path = DEFAULT_TOPICS) -> tuple[Passage, ...]:
    """Read the topics as passages of kind ``outside``; the reason stands in ``heading``."""
    topics = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(
        Passage(
            id=f"{KIND}#{topic['id']}",
            title=nfc(topic["title"]),
            text="",
            kind=KIND,
            heading="",
            area=topic["reason"],
            source=path.name,
            questions=tuple(map(nfc, topic["questions"])),
        )
        for topic in topics
    )


def is_outside(passage: Passage) -> bool:
    """Tell whether *passage* is a decoy."""
    return passage.kind == KIND


def reason_of(passage: Passage) -> str:
    """Return why questions of this topic are refused, a key."""
    return passage.area
