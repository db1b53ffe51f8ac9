"""Bring what a citizen typed into the one form that is stored and understood.

Commands of the dialogue manager cannot be typed: Rasa reads ``/check{"age":"81"}`` as an intent with entities.
"""

from __future__ import annotations

from core.vietnamese.text import squeeze

LONGEST_STORED = 4096  # characters; more than any channel lets a person type at once
LONGEST_ASKED = 2000  # characters given to the dialogue

_COMMAND_SIGNS = "/\\\uff0f\u2044\u2215 "  # also the signs that only look like a slash


def tidy(text: str) -> str:
    """Return *text* in NFC with single spaces, without invisible and control characters, cut to a length to keep."""
    readable = "".join(c if c.isprintable() or c.isspace() else "" for c in text[: LONGEST_STORED * 4])
    return cut(squeeze(readable), LONGEST_STORED)


def harmless(text: str) -> str:
    """Return *text* so that the dialogue manager reads it as words, never as one of its own commands."""
    return text.lstrip(_COMMAND_SIGNS)


def cut(text: str, longest: int) -> str:
    """Return at most *longest* characters of *text*, ending with a whole word where there is one."""
    if len(text) <= longest:
        return text
    head, space, _ = text[: longest + 1].rpartition(" ")
    return head if space else text[:longest]
