"""Fit a reply to what a channel can show: length, buttons or numbers, light or no markup.

A reply may mark words as ``**important**``; nothing else. Whoever sends turns the marks into the channel's own, or
drops them (``plain``). Citations are never cut in two.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.conversation.turn import Part
from bot.messages import Choice, Reply

MARK = "**"
_MARKED = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
# Places where a part may end, best first: paragraph, line, sentence, word.
_ENDS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…;:])\s"), re.compile(r"\s"))
_CITATION = re.compile(
    r"(?:\d+/\d{4}/[\w-]+|(?:Điều|khoản|điểm|Phụ lục|Mẫu số)\s+[\w.]+)"
    r"(?:[\s,;]+(?:\d+/\d{4}/[\w-]+|(?:Điều|khoản|điểm|Phụ lục|Mẫu số)\s+[\w.]+))*"
)


@dataclass(frozen=True, slots=True)
class Format:
    """What one channel can show. ``measure`` gives a text's length in the channel's own unit."""

    longest: int
    most_buttons: int
    longest_title: int
    measure: Callable[[str], int] = len


def utf16_units(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


TELEGRAM = Format(longest=4096, most_buttons=12, longest_title=64, measure=utf16_units)
ZALO = Format(longest=2000, most_buttons=5, longest_title=100)
ZALO_BOT = Format(longest=2000, most_buttons=0, longest_title=0)  # has no buttons


def fit(reply: Reply, format: Format, *, answer_by_number: str) -> list[Part]:
    """Return *reply* as the messages to send, in order; the last one carries the buttons."""
    text, buttons = reply.text.strip(), reply.choices
    if not _can_be_buttons(buttons, format):
        text, buttons = _with_listed_choices(text, reply, answer_by_number), ()
    pieces = split(text, format) if text else []
    parts = [Part(piece) for piece in pieces[:-1]]
    return [*parts, Part(pieces[-1], buttons)] if pieces else []


def split(text: str, format: Format) -> list[str]:
    """Cut *text* into pieces the channel takes, at the best places there are."""
    pieces: list[str] = []
    rest = text
    while format.measure(plain(rest)) > format.longest:
        at = _cut_at(rest, format)
        piece, rest = rest[:at].rstrip(), rest[at:].lstrip()
        if piece.count(MARK) % 2:
            piece, rest = piece + MARK, MARK + rest
        pieces.append(piece)
    return [*pieces, rest] if rest.strip(" *\n") else pieces


def plain(text: str) -> str:
    """Return *text* without marks."""
    return _MARKED.sub(r"\1", text).replace(MARK, "")


def mapped_marks(text: str, escape: Callable[[str], str], opening: str, closing: str) -> str:
    """Return *text* escaped, with its marked words between *opening* and *closing*."""
    pieces = _MARKED.split(text)
    return "".join(
        f"{opening}{escape(piece)}{closing}" if number % 2 else escape(piece.replace(MARK, ""))
        for number, piece in enumerate(pieces)
    )


def _can_be_buttons(choices: tuple[Choice, ...], format: Format) -> bool:
    return len(choices) <= format.most_buttons and all(
        format.measure(choice.title) <= format.longest_title for choice in choices
    )


def _with_listed_choices(text: str, reply: Reply, answer_by_number: str) -> str:
    if reply.numeric_answer:  # a number typed now is the answer itself
        return "\n".join([text, *(f"• {choice.title}" for choice in reply.choices)])
    numbered = (f"{number}. {choice.title}" for number, choice in enumerate(reply.choices, start=1))
    return "\n".join([text, *numbered, answer_by_number])


def _cut_at(text: str, format: Format) -> int:
    """Return where to cut *text* so that the first piece fits and no citation is torn."""
    most = _longest_head(text, format)
    citations = [m.span() for m in _CITATION.finditer(text, 0, min(len(text), most + 200))]

    def is_whole(at: int) -> bool:
        return not any(start < at < end for start, end in citations)

    for end in _ENDS:
        cuts = [m.start() for m in end.finditer(text, 0, most + 1) if 0 < m.start() <= most and is_whole(m.start())]
        if cuts and cuts[-1] >= most // 3:
            return cuts[-1]
    whole = next((start for start, stop in citations if start < most < stop and start > 0), most)
    return max(1, whole)


def _longest_head(text: str, format: Format) -> int:
    """Return the most characters of *text* that fit, with room for a closing mark."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if format.measure(text[:middle]) <= format.longest - len(MARK):
            low = middle
        else:
            high = middle - 1
    return low
