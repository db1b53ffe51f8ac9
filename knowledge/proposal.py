"""A correction of a published document that waits for a second person; until then the published text is searched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from knowledge.ingest.documents import Counts, Document
from knowledge.ingest.metadata import Metadata


@dataclass(frozen=True)
class Proposal:
    """How the document would read. ``by``: all who worked on it; ``sent_back_by`` and ``comment``: who wants another.

    ``corrections`` are all that hold then, those that are published already included.
    """

    name: str
    metadata: Metadata
    corrections: Mapping[str, Any]
    counts: Counts
    findings: tuple[str, ...]
    by: tuple[str, ...]
    sent_back_by: str | None = None
    comment: str = ""

    @classmethod
    def of(cls, document: Document, corrections: Mapping[str, Any], by: tuple[str, ...]) -> Proposal:
        """Return the proposal to read a published version as *document*."""
        return cls(document.name, document.metadata, corrections, document.counts, document.findings, by)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Proposal:
        """Read what :meth:`to_json` wrote."""
        parts = {"metadata": Metadata.from_json(plain["metadata"]), "counts": Counts(**plain["counts"])}
        lists = {name: tuple(plain[name]) for name in ("findings", "by")}
        return cls(**{**plain, **parts, **lists})

    def to_json(self) -> dict[str, Any]:
        """Return the plain form, as it is kept."""
        return {**vars(self), "metadata": self.metadata.to_json(), "counts": asdict(self.counts)}

    def sent_back(self, by: str, comment: str) -> Proposal:
        """Return it as it waits for its editor again."""
        return replace(self, sent_back_by=by, comment=comment)

    def may_be_published_by(self, person: str | None) -> bool:
        """Tell whether *person* is a second one, and nobody wants it otherwise; a nameless one never is."""
        return person is not None and person not in self.by and self.sent_back_by is None
