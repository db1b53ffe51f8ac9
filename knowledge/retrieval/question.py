"""A question as the index hears it: written out, with its accents put back."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.retrieval.accents import ACCENTED_SHARE, LOYALTY, AccentModel, accented_share
from knowledge.retrieval.expand import Expander
from knowledge.syllables import syllables

LONGEST_TEXT, MOST_SYLLABLES, LONGEST_SYLLABLE = 2000, 200, 30


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
    """Read *text* for searching; of a very long one the beginning, and no "syllable" that cannot be one."""
    text = text[:LONGEST_TEXT]
    has_accents = accented_share(syllables(text)) >= ACCENTED_SHARE
    written = [s for s in syllables(expander.question(text)) if len(s) <= LONGEST_SYLLABLE][:MOST_SYLLABLES]
    restored = accents.restore(written, loyalty=LOYALTY if has_accents else 0.0)
    # Words of a dialect are known again once they have their accents.
    return Question(text, tuple(syllables(expander.question(" ".join(restored)))), has_accents)
