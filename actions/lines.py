"""Lines of a message by weight, so that a long message loses what matters least."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actions.replies import READABLE_CHARACTERS


@dataclass(frozen=True)
class Line:
    """One line of a message; the lightest give way when the message grows too long."""

    text: str
    weight: int
    # The law the line rests on, as written.
    citations: tuple[str, ...] = ()
    # Whether the line says nothing but that law.
    is_law: bool = False


def cited(lines: Iterable[Line]) -> list[str]:
    """Return the law behind *lines*, each text once."""
    return list(dict.fromkeys(citation for line in lines for citation in line.citations))


def fitted(lines: Sequence[Line], limit: int = READABLE_CHARACTERS) -> str:
    """Join *lines*, leaving out the lightest (the last of them first) until the text can be read on a phone."""
    kept = [line for line in lines if line.text]
    while len(kept) > 1 and sum(len(line.text) + 1 for line in kept) > limit:
        lightest = min(line.weight for line in kept)
        kept.pop(max(i for i, line in enumerate(kept) if line.weight == lightest))
    return "\n".join(line.text for line in kept)


def unmarked(text: str) -> str:
    """Return *text* without the marks of important words."""
    return text.replace("**", "")
