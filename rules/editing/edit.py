"""What came of a change: the documents as they would be, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.documents import Documents
from rules.findings import Finding


@dataclass(frozen=True, slots=True)
class Edit:
    """The documents after a change. With ``refused`` nothing was changed, and the findings say why."""

    documents: Documents
    changes: Mapping[str, str | None]
    findings: tuple[Finding, ...]
    refused: bool = False

    @property
    def is_fit(self) -> bool:
        """Tell whether the documents may go to a second person as they are."""
        return not self.findings
