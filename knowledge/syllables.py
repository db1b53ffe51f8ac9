"""Syllables: the unit of matching. Vietnamese writes each syllable apart, so no word segmentation is needed.

Both ways of placing a tone mark ("hoà", "hòa") become one. Folding maps a syllable to its accent-free twin.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.vietnamese.text import fold, nfc

_SYLLABLE = re.compile(r"\w+", re.UNICODE)
_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
_NEW_STYLE = re.compile(rf"^(.*)(oa|oe|uy)([{_TONES}])$")


def syllables(text: str) -> list[str]:
    """Return the syllables of *text*: lower case, NFC, tone marks placed the old way; numbers count as syllables."""
    return [_placed(s) for s in _SYLLABLE.findall(nfc(text).lower())]


@lru_cache(maxsize=16384)  # the language has some seven thousand
def folded(syllable: str) -> str:
    """Return the accent-free twin of one syllable."""
    return fold(syllable)


def _placed(syllable: str) -> str:
    """Move the tone mark of a final oa, oe, uy to the first vowel; "quý" keeps its own (qu is a consonant)."""
    if len(syllable) < 3 or syllable.isascii() or syllable.startswith("qu"):
        return syllable
    if syllable[-1] not in "àáãảạèéẽẻẹỳýỹỷỵ" or syllable[-2] not in "ou":
        return syllable
    decomposed = unicodedata.normalize("NFD", syllable)
    if found := _NEW_STYLE.match(decomposed):
        head, vowels, tone = found.groups()
        return nfc(f"{head}{vowels[0]}{tone}{vowels[1]}")
    return syllable
