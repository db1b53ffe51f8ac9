"""Break the plain text of a reply into blocks the page can build without ever parsing markup.

Known marks: ``**bold**``, lines that start with ``- `` or ``1. ``, ``https`` addresses, and the phone numbers the
service names. Everything else is text. The template and the script both draw these blocks, so they look the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby
from typing import Any

_BULLET = re.compile(r"^\s*[-•*]\s+(?P<rest>.+)$")
_NUMBER = re.compile(r"^\s*(?P<number>\d{1,2})[.)]\s+(?P<rest>.+)$")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:đ|%)(?!\w))")  # an amount is never torn from its unit
_ADDRESS = r"https://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style; ``href`` is an ``https:`` or ``tel:`` address."""

    text: str
    bold: bool = False
    href: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the run as the script reads it."""
        extra = {"b": 1} if self.bold else {}
        return {"t": self.text, **extra, **({"href": self.href} if self.href else {})}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (``para``) or list (``bullets``, ``numbers``) of lines."""

    kind: str
    lines: tuple[tuple[Run, ...], ...]
    start: int = 1

    def split(self) -> Iterable[Block]:
        """Yield the block line by line."""
        for index, line in enumerate(self.lines):
            yield replace(self, lines=(line,), start=self.start + index)

    def to_json(self) -> dict[str, Any]:
        """Return the block as the script reads it."""
        lines = [[run.to_json() for run in line] for line in self.lines]
        return {"kind": self.kind, "lines": lines, **({"start": self.start} if self.kind == "numbers" else {})}


@dataclass(frozen=True, slots=True)
class RichText:
    """A reply ready to be drawn: what is seen at once, what is folded away, and its sources."""

    shown: tuple[Block, ...]
    folded: tuple[Block, ...] = ()
    question: tuple[Block, ...] = ()  # what the reply ends by asking; never folded
    sources: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the reply as the script reads it, without empty parts."""
        parts: dict[str, Any] = {"shown": [block.to_json() for block in self.shown]}
        for name in ("folded", "question"):
            if blocks := getattr(self, name):
                parts[name] = [block.to_json() for block in blocks]
        if self.sources:
            parts["sources"] = list(self.sources)
        return parts


@dataclass(frozen=True, slots=True)
class RichTextReader:
    """Reads replies; *source_prefixes* open the lines that cite the law, as the dialogue writes them."""

    source_prefixes: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    fold_after: int = 620  # characters seen before the fold
    fold_least: int = 180  # fewer than these are not worth a fold
    _links: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        numbers = (rf"(?<![\d.]){re.escape(phone)}(?![\d.]*\d)" for phone in self.phones)
        object.__setattr__(self, "_links", re.compile("|".join((_ADDRESS, *numbers))))

    def read(self, text: str, citations: Sequence[str] = ()) -> RichText:
        """Break *text* into blocks; *citations* are its sources where the text itself names none."""
        lines = [line.strip() for line in text.strip().splitlines()]
        named = [rest for line in lines if (rest := self._source(line)) is not None]
        blocks = self._blocks(line for line in lines if self._source(line) is None)
        asks = bool(blocks) and _text(blocks[-1]).endswith("?")
        question = tuple(blocks[-1:]) if asks else ()
        shown, folded = self._fold(blocks[:-1] if asks else blocks)
        return RichText(shown, folded, question, tuple(named or citations))

    def _source(self, line: str) -> str | None:
        for prefix in self.source_prefixes:
            if line.startswith(prefix):
                return line[len(prefix) :].strip()
        return None

    def _blocks(self, lines: Iterable[str]) -> list[Block]:
        blocks: list[Block] = []
        for kind, group in groupby((line for line in lines if line), key=_kind):
            members = list(group)
            if kind == "para":
                blocks += [Block(kind, (self._runs(line),)) for line in members]
            else:
                pattern = _BULLET if kind == "bullets" else _NUMBER
                rests = [match["rest"] for line in members if (match := pattern.match(line))]
                first = _NUMBER.match(members[0])
                start = int(first["number"]) if first else 1
                blocks.append(Block(kind, tuple(self._runs(rest) for rest in rests), start))
        return blocks

    def _runs(self, line: str) -> tuple[Run, ...]:
        runs: list[Run] = []
        for index, piece in enumerate(_BOLD.split(_BEFORE_UNIT.sub("\u00a0", line))):
            runs += self._linked(piece, bold=index % 2 == 1)
        return tuple(runs)

    def _linked(self, piece: str, *, bold: bool) -> Iterable[Run]:
        end = 0
        for match in self._links.finditer(piece):
            if match.start() > end:
                yield Run(piece[end : match.start()], bold)
            found, end = match[0], match.end()
            is_address = found.startswith("https://")
            yield Run(found, bold, found if is_address else "tel:" + re.sub(r"\D", "", found))
        if end < len(piece):
            yield Run(piece[end:], bold)

    def _fold(self, blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        single = [one for block in blocks for one in block.split()]
        ends = accumulate(len(_text(block)) for block in single)
        cut = next((index for index, end in enumerate(ends, start=1) if end >= self.fold_after), len(single))
        rest = sum(len(_text(block)) for block in single[cut:])
        if rest < self.fold_least:
            return tuple(blocks), ()
        return _joined(single[:cut]), _joined(single[cut:])


def _joined(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Put the lines of one list together again."""
    joined: list[Block] = []
    for block in blocks:
        if joined and block.kind == joined[-1].kind != "para":
            joined[-1] = replace(joined[-1], lines=joined[-1].lines + block.lines)
        else:
            joined.append(block)
    return tuple(joined)


def _kind(line: str) -> str:
    if _BULLET.match(line):
        return "bullets"
    return "numbers" if _NUMBER.match(line) else "para"


def _text(block: Block) -> str:
    return " ".join("".join(run.text for run in line) for line in block.lines)
