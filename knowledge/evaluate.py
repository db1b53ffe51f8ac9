"""Measures retrieval on a set: ``corpus.jsonl[.xz]``, ``queries.jsonl``, ``qrels.tsv``.

Ranks by BM25 over text and titles, then re-ranks the first candidates. The index of a corpus and every vector are
kept by content under the work folder, so that a second run does only what is new.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import filterfalse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.vietnamese.text import fold
from knowledge.embedder import BulkEmbedder, Embedder, EmbeddingCache, SentenceEmbedder
from knowledge.index.lexical import Bm25, LexicalIndex
from knowledge.index.texts import TermTexts
from knowledge.measures import Scores, is_for_fitting, measure, write_run
from knowledge.retrieval.accents import AccentModel
from knowledge.retrieval.first import first
from knowledge.retrieval.rerank import LinearReranker, Nearness, Reading, read, with_scores
from knowledge.syllables import syllables
from knowledge.testset import TestSet

DEPTH, RERANKED = 100, 40
FORMAT = 2  # of the index of a corpus
Progress = Callable[[str, int, int], None]
Array = NDArray[Any]


@dataclass(frozen=True)
class Evaluation:
    """What a run measured; times in seconds, a query's in milliseconds."""

    documents: int
    accents: bool
    scores: Scores
    halves: Mapping[str, Scores] = field(default_factory=dict)
    cuts: Mapping[str, Scores] = field(default_factory=dict)
    index_s: float = 0.0
    rerank_s: float = 0.0
    lexical_query_ms: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the plain form."""
        return asdict(self)

    def lines(self) -> dict[str, dict[str, float]]:
        """Return one line of measures for all queries, each half, and each list of queries."""
        return {name: asdict(one) for name, one in {"all": self.scores, **self.halves, **self.cuts}.items()}


@dataclass(frozen=True)
class Corpus:
    """The indices over the texts of a set."""

    body: LexicalIndex
    titles: LexicalIndex
    accents: AccentModel
    texts: TermTexts

    @classmethod
    def ensure(cls, tests: TestSet, work: Path) -> Corpus:
        """Open the index of this very corpus, building it the first time."""
        folder = work / f"corpus-{tests.digest()}-{FORMAT}"
        if not folder.is_dir():
            work.mkdir(parents=True, exist_ok=True)
            temporary = Path(tempfile.mkdtemp(dir=work, prefix=".building-"))
            cls._build(tests).save(temporary)
            os.rename(temporary, folder)
        return cls(
            LexicalIndex.open(folder / "body"),
            LexicalIndex.open(folder / "titles"),
            AccentModel.open(folder / "accents"),
            TermTexts.open(folder / "texts"),
        )

    @classmethod
    def _build(cls, tests: TestSet) -> Corpus:
        titles = [syllables(title) for title in tests.titles]
        bodies = [[*title, *syllables(text)] for title, text in zip(titles, tests.texts, strict=True)]
        body = LexicalIndex.build(bodies, Bm25())
        texts = TermTexts.build(tests.titles, tests.texts, body.vocabulary)
        return cls(body, LexicalIndex.build(titles, Bm25()), AccentModel.train(bodies, fewest=2), texts)

    def save(self, folder: Path) -> None:
        """Write every part."""
        self.body.save(folder / "body")
        self.titles.save(folder / "titles")
        self.accents.save(folder / "accents")
        self.texts.save(folder / "texts")


@dataclass(frozen=True)
class Ranked:
    """One query with its candidates in lexical order."""

    words: list[str]
    rows: Array
    body: Array
    titles: Array


def evaluate_set(
    folder: Path,
    *,
    work: Path,
    accents: bool = True,
    run_out: Path | None = None,
    only: Path | None = None,
    reranker: LinearReranker | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure retrieval on the set in *folder*.

    ``accents=False`` takes the accents from every question. *work* keeps indices and vectors. *run_out* gets the
    first hundred of every query in TREC format. *only* cuts the corpus to the ids in a file.
    """
    tests = TestSet.read(folder, only=only)
    if run_out:
        run_out.parent.mkdir(parents=True, exist_ok=True)  # a wrong place is told before the long work
        run_out.touch()
    started = time.perf_counter()
    corpus = Corpus.ensure(tests, work)
    indexed = time.perf_counter()
    questions = {key: text if accents else fold(text) for key, text in tests.queries.items()}
    ranked = {key: rank(text, corpus) for key, text in questions.items()}
    searched = time.perf_counter()
    embedder = embedder or EmbeddingCache(BulkEmbedder(work / "model"), work / "vectors.sqlite", batch_size=256)
    table = feature_table(tests, corpus, ranked, embedder, progress)
    orders = reordered(ranked, table, reranker or LinearReranker.load())
    found = {key: [tests.ids[row] for row in order] for key, order in orders.items()}
    finished = time.perf_counter()
    if run_out:
        write_run(run_out, found, depth=DEPTH)
    return Evaluation(
        documents=len(tests.ids),
        accents=accents,
        scores=measure(found, tests.relevant, tests.queries),
        halves={
            "fitted_half": measure(found, tests.relevant, filter(is_for_fitting, tests.queries)),
            "other_half": measure(found, tests.relevant, filterfalse(is_for_fitting, tests.queries)),
        },
        cuts={name: measure(found, tests.relevant, ids) for name, ids in tests.cuts.items()},
        index_s=round(indexed - started, 1),
        rerank_s=round(finished - searched, 1),
        lexical_query_ms=round(1000 * (searched - indexed) / max(len(ranked), 1), 1),
    )


def rank(question: str, corpus: Corpus) -> Ranked:
    """Return the first hundred by BM25 of text and title."""
    typed = syllables(question)
    restored = corpus.accents.restore(typed)
    found = first(restored, corpus.body, corpus.titles, restored=restored != typed, count=DEPTH)
    return Ranked(restored, found.rows, found.body, found.titles)


def feature_table(
    tests: TestSet,
    corpus: Corpus,
    ranked: Mapping[str, Ranked],
    embedder: Embedder,
    progress: Progress | None = None,
) -> dict[str, Array]:
    """Return for every query the features of its first candidates; embeds what was not embedded before."""
    readings: dict[str, Reading] = {}
    pieces: dict[str, list[str]] = {}
    for done, (key, one) in enumerate(ranked.items()):
        rows = one.rows[:RERANKED]
        readings[key] = read(one.words, rows, corpus.body, corpus.texts)
        chosen = zip(rows, readings[key].pieces, strict=True)
        pieces[key] = [f"{tests.titles[r]}. {corpus.texts.piece(r, int(n), tests.texts[r])}" for r, n in chosen]
        if progress:
            progress("pieces", done + 1, len(ranked))
    shown = {key: [tests.titles[row] for row in one.rows[:RERANKED]] for key, one in ranked.items()}
    texts = list(dict.fromkeys(text for some in (*pieces.values(), *shown.values()) for text in some))
    heard = (lambda done, total: progress("vectors", done, total)) if progress else None
    vectors = embedder.passages(texts, heard) if isinstance(embedder, EmbeddingCache) else embedder.passages(texts)
    places = {text: row for row, text in enumerate(texts)}
    questions = SentenceEmbedder() if isinstance(embedder, EmbeddingCache) else embedder
    documents = tests.documents()
    table = {}
    for done, (key, one) in enumerate(ranked.items()):
        query = questions.queries([" ".join(one.words)])[0]
        by_piece, by_title = (vectors[[places[t] for t in some]] @ query for some in (pieces[key], shown[key]))
        size = len(pieces[key])
        near = Nearness(by_piece, by_title, documents[one.rows[:size]])
        table[key] = with_scores(readings[key], one.body[:size], one.titles[:size], near)
        if progress:
            progress("questions", done + 1, len(ranked))
    return table


def reordered(ranked: Mapping[str, Ranked], table: Mapping[str, Array], reranker: LinearReranker) -> dict[str, Array]:
    """Return for every query its rows, the first candidates in the order of the model."""
    orders = {}
    for key, one in ranked.items():
        size = len(table[key])
        order = np.argsort(-reranker.scores(table[key]), kind="stable")
        orders[key] = np.concatenate([one.rows[:size][order], one.rows[size:]])
    return orders
