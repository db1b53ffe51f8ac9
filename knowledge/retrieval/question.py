"""A question as the index hears it: written out, with its accents put back."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.retrieval.accents import ACCENTED_SHARE, AccentModel, accented_share
from knowledge.retrieval.expand import Expander
from knowledge.syllables import syllables


@dataclass(frozen=True, slots=True)
class Question:
    """``typed``: the syllables after writing out; ``restored``: the same with accents."""

    text: str
    typed: tuple[str, ...]
    restored: tuple[str, ...]
    has_accents: bool

    @property
    def for_dense(self) -> str:
        """The text to embed: never without accents, which the model does not understand."""
        return " ".join(self.restored)


def understand(text: str, expander: Expander, accents: AccentModel) -> Question:
    """Read *text* for searching."""
    typed = syllables(expander.question(text))
    return Question(
        text, tuple(typed), tuple(accents.restore(typed)), accented_share(syllables(text)) >= ACCENTED_SHARE
    )
