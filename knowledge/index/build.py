"""Builds of the index: immutable folders, one active pointer, switched atomically.

A build is named by the hash of everything that went into it (model, parameters, passages), so an unchanged input
is never built twice and an interrupted build is never taken for a whole one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from knowledge.embedder import Embedder, EmbeddingCache, Progress
from knowledge.errors import BrokenBuildError, NoActiveIndexError
from knowledge.figures import without_placeholders
from knowledge.index.dense import DenseIndex
from knowledge.index.law import LawIndex, write_law
from knowledge.index.lexical import Bm25, LexicalIndex
from knowledge.index.passages import PassageStore
from knowledge.passages import Passage
from knowledge.retrieval.accents import EVERYDAY_WORDS, AccentModel, accented_share
from knowledge.retrieval.expand import Expander
from knowledge.retrieval.question import understand
from knowledge.syllables import syllables

FORMAT = 3
LAW = "law"
_WELL_WRITTEN = 0.6  # share of syllables with an accent from which on a sample question teaches accents
KEPT_OPEN = 2  # builds beside the active one
LARGE = 5000  # passages; from here on rare pairs of syllables are not kept


@dataclass(frozen=True, slots=True)
class IndexParameters:
    """What shapes a build: BM25 of the text and of the titles, and the longest piece that gets one vector.

    Documents of more pieces than ``most_law_vectors`` (about two hours of a CPU) are searched without vectors.
    """

    body: Bm25 = field(default_factory=Bm25)
    titles: Bm25 = field(default_factory=lambda: Bm25(k1=1.2, b=0.5))
    syllables_per_vector: int = 90
    syllables_overlap: int = 15
    most_law_vectors: int = 60_000


@dataclass(frozen=True)
class LawText:
    """The documents to search; ``fingerprint`` changes whenever what ``load`` returns does."""

    fingerprint: str
    load: Callable[[], Sequence[Passage]]


@dataclass(frozen=True)
class BuiltIndex:
    """One build, opened: our own texts, and beside them the law, which is searched apart."""

    name: str
    manifest: dict[str, Any]
    passages: PassageStore
    body: LexicalIndex
    titles: LexicalIndex
    dense: DenseIndex
    accents: AccentModel
    law: LawIndex | None = None

    @classmethod
    def open(cls, folder: Path) -> BuiltIndex:
        """Open the build in *folder*, memory-mapped."""
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            passages = PassageStore(folder)
            size = len(passages)
            return cls(
                folder.name,
                manifest,
                passages,
                LexicalIndex.open(folder / "body"),
                LexicalIndex.open(folder / "titles"),
                DenseIndex.open(folder / "dense", size),
                AccentModel.open(folder / "accents"),
                LawIndex.open(folder / LAW) if (folder / LAW).is_dir() else None,
            )
        except (OSError, ValueError, KeyError) as exc:
            raise BrokenBuildError(folder, str(exc)) from exc


class IndexStore:
    """The builds under one folder and the pointer to the active one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._opened: BuiltIndex | None = None
        self._beside: OrderedDict[str, BuiltIndex] = OrderedDict()
        self._turn = Lock()

    @property
    def _pointer(self) -> Path:
        return self.root / "ACTIVE"

    def active_name(self) -> str | None:
        """Return the name of the active build, ``None`` before the first."""
        try:
            return self._pointer.read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None

    def current(self) -> BuiltIndex:
        """Return the active build; a switch made by any process is seen at the next call."""
        name = self.active_name()
        with self._turn:
            if self._opened is None or self._opened.name != name:
                if name is None or not self._folder(name).is_dir():
                    raise NoActiveIndexError(self.root, name)
                self._opened = BuiltIndex.open(self._folder(name))
            return self._opened

    def activate(self, name: str) -> None:
        """Point to the build *name*, in one step."""
        if not self._folder(name).is_dir():
            raise NoActiveIndexError(self.root, name)
        handle, temporary = tempfile.mkstemp(dir=self.root, prefix=".active-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(name + "\n")
        os.replace(temporary, self._pointer)

    def is_stale(
        self,
        passages: Sequence[Passage],
        model: str,
        parameters: IndexParameters | None = None,
        *,
        law: LawText | None = None,
    ) -> bool:
        """Tell whether the active build was made from anything else."""
        name = build_name(passages, model, parameters or IndexParameters(), law)
        return self.active_name() != name or not self._folder(name).is_dir()

    def is_built(
        self,
        passages: Sequence[Passage],
        model: str,
        parameters: IndexParameters | None = None,
        *,
        law: LawText | None = None,
    ) -> bool:
        """Tell whether the build of these inputs is there, active or not."""
        return self._folder(build_name(passages, model, parameters or IndexParameters(), law)).is_dir()

    def ensure(
        self,
        passages: Sequence[Passage],
        embedder: Embedder,
        parameters: IndexParameters | None = None,
        *,
        law: LawText | None = None,
        progress: Progress | None = None,
    ) -> BuiltIndex:
        """Build if stale, make it the active one, and open it."""
        name = self._written(passages, embedder, parameters or IndexParameters(), law, progress)
        if self.active_name() != name:
            self.activate(name)
        return self.current()

    def build(
        self,
        passages: Sequence[Passage],
        embedder: Embedder,
        parameters: IndexParameters | None = None,
        *,
        law: LawText | None = None,
        progress: Progress | None = None,
    ) -> BuiltIndex:
        """Build where it is not there yet, and open it without making it the active one; the last few stay open."""
        name = self._written(passages, embedder, parameters or IndexParameters(), law, progress)
        with self._turn:
            if name not in self._beside:
                self._beside[name] = BuiltIndex.open(self._folder(name))
            self._beside.move_to_end(name)
            while len(self._beside) > KEPT_OPEN:
                self._beside.popitem(last=False)
            return self._beside[name]

    def prune(self, keep: int = 2) -> list[str]:
        """Delete all but the active and the *keep* newest builds; return the names of the deleted."""
        folders = sorted((self.root / "builds").glob("[!.]*"), key=lambda f: f.stat().st_mtime, reverse=True)
        doomed = [f for f in folders[keep:] if f.name != self.active_name()]
        for folder in doomed:
            shutil.rmtree(folder)
        return [folder.name for folder in doomed]

    def _folder(self, name: str) -> Path:
        return self.root / "builds" / name

    def _written(
        self,
        passages: Sequence[Passage],
        embedder: Embedder,
        parameters: IndexParameters,
        law: LawText | None,
        progress: Progress | None,
    ) -> str:
        """Return the name of the build of these inputs, written now where it was not."""
        name = build_name(passages, embedder.model, parameters, law)
        target = self._folder(name)
        if target.is_dir():
            return name
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=".building-"))
        try:
            self._write_parts(temporary, passages, embedder, parameters, law, progress)
            temporary.chmod(0o755)
            os.rename(temporary, target)
        except OSError:
            # Another process may have finished the same build first; then theirs is as good as ours.
            if not target.is_dir():
                raise
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return name

    def _write_parts(
        self,
        folder: Path,
        passages: Sequence[Passage],
        embedder: Embedder,
        parameters: IndexParameters,
        law: LawText | None,
        progress: Progress | None,
    ) -> None:
        """Write the law and then the guides; the law of an earlier build is taken over where it is the same."""
        if law is not None:
            part = part_name(law.fingerprint, embedder.model, parameters)
            if earlier := self._with_law(part):
                shutil.copytree(earlier, folder / LAW, copy_function=os.link)
            else:
                write_law(
                    folder / LAW,
                    law.load(),
                    embedder,
                    most_vectors=parameters.most_law_vectors,
                    part=part,
                    progress=progress,
                )
        write_build(folder, passages, embedder, parameters, progress)

    def _with_law(self, part: str) -> Path | None:
        """Return the folder of this very part in any build, ``None`` if there is none."""
        for manifest in (self.root / "builds").glob(f"[!.]*/{LAW}/manifest.json"):
            if json.loads(manifest.read_text(encoding="utf-8")).get("part") == part:
                return manifest.parent
        return None


def build_name(passages: Sequence[Passage], model: str, parameters: IndexParameters, law: LawText | None = None) -> str:
    """Return the name of the build that these inputs make."""
    digest = hashlib.sha256(part_name(law.fingerprint if law else "", model, parameters).encode())
    for passage in passages:
        digest.update(_canonical(passage))
    return digest.hexdigest()[:16]


def part_name(fingerprint: str, model: str, parameters: IndexParameters) -> str:
    """Return the name of what is made of texts with *fingerprint* by this code, model and words."""
    digest = hashlib.sha256(json.dumps([FORMAT, model, asdict(parameters), fingerprint], sort_keys=True).encode())
    for data in (Path(__file__).parent.parent / "retrieval" / "expand.yaml", EVERYDAY_WORDS):
        digest.update(data.read_bytes())
    return digest.hexdigest()


def write_build(
    folder: Path,
    passages: Sequence[Passage],
    embedder: Embedder,
    parameters: IndexParameters,
    progress: Progress | None = None,
) -> None:
    """Write passages with their indices into *folder*; the manifest comes last."""
    expander = Expander.load()
    accents = _accent_model(passages, expander)
    accents.save(folder / "accents")
    passages_read = [Readable.of(p, expander, accents) for p in passages]
    LexicalIndex.build([r.everything for r in passages_read], parameters.body).save(folder / "body")
    LexicalIndex.build([r.titles for r in passages_read], parameters.titles).save(folder / "titles")
    pieces = [(row, piece) for row, read in enumerate(passages_read) for piece in read.pieces(parameters)]
    texts = [piece for _, piece in pieces]
    vectors = embedder.passages(texts, progress) if isinstance(embedder, EmbeddingCache) else embedder.passages(texts)
    DenseIndex.build(vectors, [row for row, _ in pieces], len(passages)).save(folder / "dense")
    PassageStore.write(folder, passages)
    manifest = _manifest(passages, embedder, parameters, len(texts))
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def pieces_of(passages: Sequence[Passage], parameters: IndexParameters) -> list[str]:
    """Return the texts that get a vector, as a build of *passages* embeds them."""
    expander = Expander.load()
    accents = _accent_model(passages, expander)
    return [piece for p in passages for piece in Readable.of(p, expander, accents).pieces(parameters)]


def searchable(passage: Passage) -> str:
    """Return everything a passage may be found by."""
    parts = [passage.title, passage.heading, *passage.questions, without_placeholders(passage.text)]
    return "\n".join(filter(None, parts))


def _accent_model(passages: Sequence[Passage], expander: Expander) -> AccentModel:
    """Learn accents from what is written with them: sample questions may be typed without."""
    everyday = EVERYDAY_WORDS.read_text(encoding="utf-8").splitlines()
    questions = (q for p in passages for q in p.questions if accented_share(syllables(q)) >= _WELL_WRITTEN)
    texts = [
        *(expander.document(f"{p.title}. {p.heading}. {without_placeholders(p.text)}") for p in passages),
        *map(expander.question, questions),
        *everyday,
    ]
    return AccentModel.train(map(syllables, texts), fewest=1 if len(passages) < LARGE else 2)


@dataclass(frozen=True, slots=True)
class Readable:
    """A passage as syllables: title and heading, sample questions with their accents, and text."""

    titles: list[str]
    questions: tuple[list[str], ...]
    text: list[str]

    @classmethod
    def of(cls, passage: Passage, expander: Expander, accents: AccentModel) -> Readable:
        """Write everything out."""
        return cls(
            syllables(expander.document(f"{passage.title} {passage.heading}")),
            tuple(list(understand(q, expander, accents).syllables) for q in passage.questions),
            syllables(expander.document(without_placeholders(passage.text))),
        )

    @property
    def everything(self) -> list[str]:
        """All syllables a passage may be found by."""
        return [*self.titles, *(s for question in self.questions for s in question), *self.text]

    def pieces(self, parameters: IndexParameters) -> Iterator[str]:
        """Yield the texts that stand for the passage among the vectors."""
        yield from map(" ".join, self.questions)
        step = parameters.syllables_per_vector - parameters.syllables_overlap
        last = max(len(self.text) - parameters.syllables_overlap, 1)
        for start in range(0, last, step):
            piece = self.text[start : start + parameters.syllables_per_vector]
            if self.titles or piece:
                yield " ".join([*self.titles, *piece])


def _manifest(
    passages: Sequence[Passage], embedder: Embedder, parameters: IndexParameters, vectors: int
) -> dict[str, Any]:
    documents: dict[str, Any] = {}
    for passage in passages:
        documents.setdefault(passage.source, hashlib.sha256()).update(_canonical(passage))
    return {
        "format": FORMAT,
        "model": embedder.model,
        "parameters": asdict(parameters),
        "passages": len(passages),
        "vectors": vectors,
        "numpy": np.__version__,
        "documents": {source: digest.hexdigest() for source, digest in documents.items()},
    }


def _canonical(passage: Passage) -> bytes:
    return json.dumps(passage.to_json(), ensure_ascii=False, sort_keys=True).encode()
