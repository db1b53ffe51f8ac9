"""A set to measure retrieval on: ``corpus.jsonl[.xz]``, ``queries.jsonl``, ``qrels.tsv``, and lists of query ids."""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.vietnamese.text import nfc
from knowledge.errors import UnreadableSetError

# References that the codification prints below an article: names of other articles, noise for retrieval.
_RELATED = re.compile(r"\(Điều này có nội dung liên quan đến .*", re.DOTALL)


@dataclass(frozen=True)
class TestSet:
    """A set as it stands in a folder; ``cuts`` are lists of query ids that get a line of their own."""

    __test__ = False  # not a class of tests, whatever pytest thinks of its name

    ids: list[str]
    titles: list[str]
    texts: list[str]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]
    cuts: dict[str, frozenset[str]]

    @classmethod
    def read(cls, folder: Path, *, only: Path | None = None) -> TestSet:
        """Read *folder*; *only* names a file with the corpus ids to keep, one a line.

        Raises :class:`UnreadableSetError` naming the file, the line and what is wrong with it.
        """
        kept = _lines(only) if only else None
        rows = [row for row in _rows(_corpus(folder)) if kept is None or row["id"] in kept]
        queries = {row["id"]: nfc(row["text"]) for row in _rows(folder / "queries.jsonl")}
        if not rows or not queries:
            raise UnreadableSetError(folder, "no article" if not rows else "no question", "Give a set that has some.")
        lists = {path.stem.removesuffix("_ids"): _lines(path) for path in sorted(folder.glob("*_ids.txt"))}
        return cls(
            ids=[row["id"] for row in rows],
            titles=[nfc(str(row.get("title") or "")) for row in rows],
            texts=[_RELATED.sub("", nfc(row["text"])) for row in rows],
            queries=queries,
            relevant=_relevant(folder / "qrels.tsv"),
            cuts={name: ids for name, ids in lists.items() if ids and ids <= queries.keys()},
        )

    def documents(self) -> NDArray[np.int32]:
        """Return the number of each article's document: what stands before the "#" of its id."""
        _, numbers = np.unique([key.partition("#")[0] for key in self.ids], return_inverse=True)
        return numbers.astype(np.int32)

    def digest(self) -> str:
        """Return the hash of the corpus."""
        digest = hashlib.sha256()
        for parts in zip(self.ids, self.titles, self.texts, strict=True):
            digest.update("\0".join(parts).encode())
        return digest.hexdigest()[:16]


def _corpus(folder: Path) -> Path:
    packed = folder / "corpus.jsonl.xz"
    return packed if packed.is_file() else folder / "corpus.jsonl"


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    opener = lzma.open if path.suffix == ".xz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _row(path, number, line)
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError) as exc:
        raise UnreadableSetError(path, str(exc), "A set has corpus.jsonl[.xz], queries.jsonl and qrels.tsv.") from exc


def _row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as exc:
        raise UnreadableSetError(path, f"line {number}: {exc.msg}", "Write one JSON object a line.") from exc
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
        raise UnreadableSetError(path, f"line {number}: no id or no text", "Give every row an id and a text.")
    return {**row, "id": str(row["id"])}


def _relevant(path: Path) -> dict[str, dict[str, int]]:
    relevant: dict[str, dict[str, int]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise UnreadableSetError(path, str(exc), "A set has corpus.jsonl[.xz], queries.jsonl and qrels.tsv.") from exc
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != 3 or not cells[2].strip().lstrip("-").isdigit():
            wanted = "Write: query id, tab, article id, tab, a whole number; the first line is a heading."
            raise UnreadableSetError(path, f"line {number}: {line[:60]!r}", wanted)
        if (gain := int(cells[2])) > 0:
            relevant.setdefault(cells[0], {})[cells[1]] = gain
    return relevant


def _lines(path: Path) -> frozenset[str]:
    try:
        return frozenset(filter(None, path.read_text(encoding="utf-8").split("\n")))
    except (OSError, UnicodeDecodeError) as exc:
        raise UnreadableSetError(path, str(exc), "Give a file with one id a line.") from exc
