"""Bytes to text, and the tell-tale of fonts from before Unicode."""

from __future__ import annotations

import codecs
import re

from core.vietnamese.text import nfc
from knowledge.errors import UnreadableFileError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_VIETNAMESE = re.compile(r"[ạảãăằắẳẵặâầấẩẫậẹẻẽêềếểễệịỉĩọỏõôồốổỗộơờớởỡợụủũưừứửữựỳỵỷỹđ]", re.IGNORECASE)
# Letters that TCVN3 (".VnTime") and VNI texts show for Vietnamese ones when read as Latin-1.
_TCVN3 = re.compile(r"[¨©ª«¬®µ¶·¸¹»¼½¾ÆÇÉÊËÌÎÏÐÑÒÔÕÖ×ØÜÞßãåæçëîïñøþÿ]")
_VNI = re.compile(r"[aeouyAEOUY][ùøûõïâêëéèäåæüúÙØÛÕÏÂÊËÉÈÄÅÆÜÚ]|[öôÖÔ][ùøûõï]")


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the text of *data* and a warning key ("" if none)."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, name), ""
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    if data.count(0) > len(data) // 5:
        encoding = "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
        return _strict(data, encoding, name), "encoding_guessed"
    text = nfc(data.decode("cp1258", "replace"))
    if _VIETNAMESE.search(text):
        return text, "encoding_guessed"
    return data.decode("latin-1"), "encoding_guessed"


def looks_like_old_font(text: str) -> bool:
    """Tell whether *text* is Vietnamese in TCVN3 or VNI letters: many of their signs, hardly a letter of Unicode's."""
    letters = sum(map(str.isalpha, text))
    modern = len(_VIETNAMESE.findall(nfc(text)))
    old = max(len(_TCVN3.findall(text)), len(_VNI.findall(text)))
    return letters >= 40 and old >= 0.06 * letters and modern < 0.4 * old


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as exc:
        raise UnreadableFileError(name, "unknown_encoding", str(exc)) from exc
