"""The documents that make a release: texts by their path under ``rules/``, from a folder or from the store.

What the code itself is written against (the vocabulary of facts, the provinces) is no part of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from rules.errors import BadDocumentPath

RULES: Final = Path(__file__).parent
KINDS: Final[Mapping[str, re.Pattern[str]]] = {
    "benefit": re.compile(r"benefits/[a-z0-9_]+/rules\.yaml"),
    "parameters": re.compile(r"parameters/[a-z0-9_]+\.yaml"),
    "definitions": re.compile(r"definitions/[a-z0-9_]+\.yaml"),
    "combinations": re.compile(r"combinations\.yaml"),
    "figures": re.compile(r"figures/[a-z0-9_]+\.yaml"),
    "cases": re.compile(r"benefits/[a-z0-9_]+/(?:figure_)?cases\.yaml"),
}
_PLACES: Final = (
    "benefits/*/rules.yaml",
    "parameters/*.yaml",
    "definitions/*.yaml",
    "combinations.yaml",
    "figures/*.yaml",
    "benefits/*/cases.yaml",
    "benefits/*/figure_cases.yaml",
)


def kind_of(path: str) -> str:
    """Return what kind of document stands at *path*; raises :class:`BadDocumentPath`."""
    for kind, pattern in KINDS.items():
        if pattern.fullmatch(path):
            return kind
    raise BadDocumentPath(path)


def cases_path(benefit: str) -> str:
    """Return where the worked cases of a benefit stand."""
    return f"benefits/{benefit}/cases.yaml"


def text_hash(text: str) -> str:
    """Return the hash by which a text is known."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Documents:
    """Texts by path, in the order in which they are read. ``shown`` stands before the path in findings."""

    texts: Mapping[str, str]
    shown: str = ""

    def __post_init__(self) -> None:
        kinds = list(KINDS)
        ordered = sorted(self.texts, key=lambda path: (kinds.index(kind_of(path)), path))
        object.__setattr__(self, "texts", {path: self.texts[path] for path in ordered})

    @classmethod
    def read(cls, root: Path = RULES) -> Documents:
        """Read the documents of a folder, every byte as it is; raises :class:`BadDocumentPath`, ``OSError``."""
        paths = [path for place in _PLACES for path in root.glob(place)]
        return cls(
            {path.relative_to(root).as_posix(): path.read_bytes().decode("utf-8") for path in paths}, f"{root.name}/"
        )

    def of_kind(self, *kinds: str) -> Iterator[tuple[str, str]]:
        """Yield path and text of the documents of these kinds."""
        return ((path, text) for path, text in self.texts.items() if kind_of(path) in kinds)

    def changed(self, changes: Mapping[str, str | None]) -> Documents:
        """Return the documents with *changes*: a text replaces or adds, ``None`` removes."""
        kept = {path: text for path, text in self.texts.items() if path not in changes}
        return Documents({**kept, **{path: text for path, text in changes.items() if text is not None}}, self.shown)

    def changes_from(self, base: Documents) -> dict[str, str | None]:
        """Return what makes these documents of *base*; the counterpart of :meth:`changed`."""
        new: dict[str, str | None] = {p: text for p, text in self.texts.items() if base.texts.get(p) != text}
        return new | dict.fromkeys(path for path in base.texts if path not in self.texts)

    def write(self, folder: Path) -> None:
        """Write every document below *folder*, byte for byte."""
        for path, text in self.texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text.encode())

    @cached_property
    def manifest(self) -> Mapping[str, str]:
        """The hash of every document, by path."""
        return {path: text_hash(text) for path, text in self.texts.items()}

    @cached_property
    def content_hash(self) -> str:
        """The hash of everything: the same documents are the same content."""
        return _digest(self.manifest.items())

    @cached_property
    def law_id(self) -> str:
        """The id of the law they state; worked cases do not matter for it."""
        return _digest((path, hash_) for path, hash_ in self.manifest.items() if kind_of(path) != "cases")[:16]


def _digest(parts: Iterable[tuple[str, str]]) -> str:
    digest = hashlib.sha256()
    for path, hash_ in parts:
        digest.update(f"{path}\0{hash_}\n".encode())
    return digest.hexdigest()
