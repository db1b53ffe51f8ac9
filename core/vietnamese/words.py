"""Words of a chat message with their place in it, and the test whether a spelling can mean a word.

A word keeps what was written; matching runs on its folded copy. Accents that *are* written must agree with
the word meant (``má`` is not ``mà``); accents that are left out never count against it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from core.vietnamese.text import fold

_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f])"
_TOKEN = re.compile(
    rf"(?P<number>[0-9]{{2}}(?=,[0-9]{{2}}(?![0-9.,%]))|[0-9]+(?:[.,][0-9]+)*)"
    rf"|(?P<word>{_LETTER}+)"
    r"|(?P<mark>[.,;:!?/%()+~\-–—…\n])"
)
_SHAPES = "\u0302\u0306\u031b"  # circumflex, breve, horn
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TILDE, _HOOK = "\u0303", "\u0309"
_BOUNDARIES = frozenset(".;!?…\n")


@dataclass(frozen=True, slots=True)
class Word:
    """One word, number or mark: *text* is lower-case NFC, *folded* its accent-free copy."""

    text: str
    folded: str
    start: int
    end: int
    kind: str = "word"
    glued: bool = False  # written right after the word before, with no space between
    exact: bool = False  # the missing accents are meant: stands for itself alone

    def means(self, meant: str) -> bool:
        """Tell whether the word may stand for *meant*, accents left out included."""
        return self.text == meant or (not self.exact and can_mean(self.text, meant))

    @property
    def is_number(self) -> bool:
        """Tell whether the word is written in digits."""
        return self.kind == "number"

    @property
    def is_mark(self) -> bool:
        """Tell whether this is punctuation."""
        return self.kind == "mark"

    @property
    def ends_sentence(self) -> bool:
        """Tell whether a sentence ends here."""
        return self.kind == "mark" and self.text in _BOUNDARIES

    def spelled(self, text: str, *, exact: bool = False) -> Word:
        """Return the same place in the message, read as another spelling."""
        return replace(self, text=text, folded=fold(text), kind="word", exact=exact)


def split_words(text: str, *, limit: int = 1000) -> list[Word]:
    """Split *text* into at most *limit* words; the places refer to *text* as it stands."""
    words: list[Word] = []
    for found in _TOKEN.finditer(text):
        shown = unicodedata.normalize("NFC", found.group().lower())
        glued = bool(words) and words[-1].end == found.start()
        words.append(Word(shown, fold(shown), found.start(), found.end(), str(found.lastgroup), glued))
        if len(words) == limit:
            break
    return words


def sentences(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield the index ranges of the sentences in *words*, the closing mark included."""
    start = 0
    for at, word in enumerate(words):
        if word.ends_sentence:
            yield start, at + 1
            start = at + 1
    if start < len(words):
        yield start, len(words)


@lru_cache(maxsize=65536)
def can_mean(written: str, meant: str) -> bool:
    """Tell whether *written* may stand for *meant*: same letters, and every accent written is one of its own.

    Hook and tilde count as one tone, since half the country speaks them alike.
    """
    if written == meant:
        return True
    if fold(written) != fold(meant):
        return False
    said, said_tone = _dissect(written)
    full, full_tone = _dissect(meant)
    if said_tone and said_tone != full_tone:
        return False
    return len(said) == len(full) and all(s <= f for s, f in zip(said, full, strict=True))


@lru_cache(maxsize=65536)
def _dissect(text: str) -> tuple[tuple[frozenset[str], ...], str]:
    shapes: list[set[str]] = []
    tone = ""
    for char in unicodedata.normalize("NFD", text):
        if char in _TONES:
            tone = _HOOK if char == _TILDE else char
        elif char in _SHAPES and shapes:
            shapes[-1].add(char)
        else:
            shapes.append({"đ"} if char == "đ" else set())
    return tuple(frozenset(s) for s in shapes), tone


def is_bare(word: Word) -> bool:
    """Tell whether the word is written without any accent."""
    return word.text == word.folded


class OneOf:
    """A small set of words that share a meaning; tells whether a written word may be one of them.

    A form with ``!`` before it counts only with its accents written (``!cỡ``: without them it is *có* as well).
    """

    def __init__(self, *forms: str) -> None:
        self._by_fold: dict[str, tuple[str, ...]] = {}
        for form in forms:
            key = fold(form.lstrip("!"))
            self._by_fold[key] = (*self._by_fold.get(key, ()), form)

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, Word):
            return False
        forms = self._by_fold.get(word.folded, ())
        return any(word.text == form[1:] if form[0] == "!" else word.means(form) for form in forms)

    def at(self, words: Sequence[Word], index: int) -> bool:
        """Tell whether there is a word at *index* and it is one of these."""
        return 0 <= index < len(words) and words[index] in self
