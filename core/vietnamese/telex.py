"""Undo Telex typing that an input method never finished: ``khuyeets taatj``.

The result carries the right letters and accents; which of them is a word is for the caller's word list to say.
"""

from __future__ import annotations

import unicodedata

_VOWELS = "aeiouyăâêôơưáàảãạ"
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_PAIRS = (("dd", "đ"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("uow", "ươ"), ("uwow", "ươ"), ("aw", "ă"))
_LAST_PAIRS = (("ow", "ơ"), ("uw", "ư"))


def from_telex(word: str) -> str | None:
    """Return *word* with its Telex keys turned into accents; None where it holds none."""
    text, tone = _take_tone(word)
    for keys, letter in _PAIRS + _LAST_PAIRS:
        text = text.replace(keys, letter)
    if text.endswith("w"):
        text = _late_horn(text[:-1])
    if not tone and text == word:
        return None
    return _with_tone(text, tone)


def _take_tone(word: str) -> tuple[str, str]:
    first_vowel = next((i for i, c in enumerate(word) if c in _VOWELS), len(word))
    for at in range(len(word) - 1, first_vowel, -1):
        if word[at] in _TELEX_TONES:
            return word[:at] + word[at + 1 :], _TELEX_TONES[word[at]]
    return word, ""


def _late_horn(text: str) -> str:
    """A ``w`` typed at the end of the word: ``luongw`` is ``lương``."""
    for plain, horned in (("uo", "ươ"), ("o", "ơ"), ("u", "ư"), ("a", "ă")):
        if plain in text:
            return text.replace(plain, horned, 1)
    return text


def _with_tone(text: str, tone: str) -> str:
    """Put *tone* on the last vowel but for a closing glide; readers compare tones by word, not by letter."""
    if not tone:
        return unicodedata.normalize("NFC", text)
    vowels = [i for i, c in enumerate(text) if c in _VOWELS]
    if not vowels:
        return text
    at = vowels[-1]
    return unicodedata.normalize("NFC", text[: at + 1] + tone + text[at + 1 :])
