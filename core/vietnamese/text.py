"""Text forms: NFC for keeping and showing, folded copies for matching.

Match on folded copies, show the original.
"""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
_ACCENTED = re.compile(f"[{_LETTERS}]")
_PLAIN = {
    **{ord(letter): unicodedata.normalize("NFD", letter)[0] for letter in _LETTERS},
    **dict.fromkeys([place for place in range(0x300, 0x370) if unicodedata.combining(chr(place))]),
    ord("đ"): "d",
}
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")


def nfc(text: str) -> str:
    """Return *text* in NFC, the only form that is stored."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return *text* in lower case without accents (``Điều`` -> ``dieu``); same number of words."""
    plain = text.lower().translate(_PLAIN)
    if plain.isascii():  # nearly always; the rest is eight times slower
        return plain
    decomposed = unicodedata.normalize("NFD", plain)
    return nfc("".join(c for c in decomposed if not unicodedata.combining(c)))


def squeeze(text: str) -> str:
    """Return *text* in NFC without invisible characters and with single spaces."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", nfc(text))).strip()


def has_accents(text: str) -> bool:
    """Tell whether *text* carries any Vietnamese accent (a lone ``đ`` counts)."""
    return _ACCENTED.search(nfc(text).lower()) is not None
