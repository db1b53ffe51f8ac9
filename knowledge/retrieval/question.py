"""A question as the index hears it: written out, with its accents put back."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.retrieval.accents import ACCENTED_SHARE, LOYALTY, AccentModel, accented_share
from knowledge.retrieval.expand import Expander
from knowledge.syllables import syllables


@dataclass(frozen=True, slots=True)
class Question:
    """``syllables``: the question written out, with its accents."""

    text: str
    syllables: tuple[str, ...]
    has_accents: bool

    @property
    def for_dense(self) -> str:
        """The text to embed: never without accents, which the model does not understand."""
        return " ".join(self.syllables)


def understand(text: str, expander: Expander, accents: AccentModel) -> Question:
    """Read *text* for searching."""
    has_accents = accented_share(syllables(text)) >= ACCENTED_SHARE
    written = syllables(expander.question(text))
    restored = accents.restore(written, loyalty=LOYALTY if has_accents else 0.0)
    # Words of a dialect are known again once they have their accents.
    return Question(text, tuple(syllables(expander.question(" ".join(restored)))), has_accents)
