"""Measuring retrieval: the metrics by hand, a small set end to end, and the run file."""

from __future__ import annotations

import json
import lzma
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import UnreadableSetError
from knowledge.evaluate import evaluate_set
from knowledge.index.lexical import Bm25, LexicalIndex
from knowledge.index.texts import TermTexts, pieces_of
from knowledge.measures import measure
from knowledge.retrieval.rerank import FEATURES, LinearReranker, read
from knowledge.syllables import syllables
from knowledge.testset import TestSet
from tests.knowledge.conftest import SyllableEmbedder

ARTICLES = {
    "l#1": ("Trợ cấp hưu trí xã hội", "Người từ đủ bảy mươi lăm tuổi không có lương hưu được trợ cấp."),
    "l#2": ("Thẻ bảo hiểm y tế", "Trẻ em dưới sáu tuổi được ngân sách đóng tiền thẻ bảo hiểm y tế."),
    "l#3": (
        "Cho vay hộ nghèo",
        "Hộ nghèo vay vốn không phải thế chấp. (Điều này có nội dung liên quan đến thẻ bảo hiểm y tế)",
    ),
    "l#4": ("Lãi suất", "Lãi suất cho vay do Chính phủ quy định."),
}
QUERIES = {"q1": "thẻ bảo hiểm y tế của trẻ em", "q2": "hộ nghèo vay vốn", "q3": "không ai hỏi"}
ONLY_DENSE = LinearReranker({name: float(name == "dense") for name in FEATURES})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set as they are handed over: a packed corpus, queries, judgements, and a list of some queries."""
    target = tmp_path / "set"
    target.mkdir()
    with lzma.open(target / "corpus.jsonl.xz", "wt", encoding="utf-8") as file:
        for key, (title, text) in ARTICLES.items():
            file.write(json.dumps({"id": key, "title": title, "text": text}, ensure_ascii=False) + "\n")
    lines = [json.dumps({"id": key, "text": text}, ensure_ascii=False) for key, text in QUERIES.items()]
    (target / "queries.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (target / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tl#2\t1\nq2\tl#3\t1\n", encoding="utf-8")
    (target / "social_ids.txt").write_text("q2\n", encoding="utf-8")
    return target


def test_metrics_are_the_textbook() -> None:
    """Second of two right ones at rank three: gains and recalls by hand."""
    scores = measure({"q": ["a", "x", "b"]}, {"q": {"a": 1, "b": 1}}, ["q"])

    assert scores.ndcg_at_10 == round((1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3)), 4)
    assert (scores.recall_at_1, scores.recall_at_10, scores.mrr_at_10) == (0.5, 1.0, 1.0)


@pytest.mark.parametrize("accents", [True, False])
def test_a_small_set_is_measured(folder: Path, tmp_path: Path, accents: bool) -> None:
    """Both spellings find the right article; a query nobody judged counts for nothing; the cut has its own line."""
    run = tmp_path / "run.trec"

    found = evaluate_set(
        folder,
        work=tmp_path / "work",
        accents=accents,
        run_out=run,
        reranker=ONLY_DENSE,
        embedder=SyllableEmbedder(),
    )

    assert found.documents == 4
    assert (found.scores.queries, found.scores.recall_at_1) == (2, 1.0)
    assert found.cuts["social"].queries == 1
    assert set(found.lines()) == {"all", "fitted_half", "other_half", "social"}
    first = run.read_text(encoding="utf-8").splitlines()[0].split()
    assert first[:4] == ["q1", "Q0", "l#2", "1"]


def test_a_cut_of_the_corpus_is_measured_alone(folder: Path, tmp_path: Path) -> None:
    """Only the named articles are searched."""
    only = tmp_path / "only.txt"
    only.write_text("l#2\nl#4\n", encoding="utf-8")

    assert TestSet.read(folder, only=only).ids == ["l#2", "l#4"]


def test_references_below_an_article_are_not_its_text(folder: Path) -> None:
    """The codification lists related articles; their words would draw questions of others."""
    assert "bảo hiểm" not in TestSet.read(folder).texts[2]


def test_the_piece_that_speaks_of_the_question_is_chosen() -> None:
    """Of a long text, the part with the question's words stands for it; short and empty ones have one piece."""
    long = " ".join(["quy định chung"] * 60 + ["mức vay tối đa của hộ nghèo"] + ["điều khoản khác"] * 60)
    titles, texts = ["Cho vay", "Hộ nghèo", ""], [long, "văn bản - khác", ""]
    lexical = LexicalIndex.build([syllables(f"{t} {x}") for t, x in zip(titles, texts, strict=True)], Bm25())
    numbered = TermTexts.build(titles, texts, lexical.vocabulary)

    reading = read(syllables("hộ nghèo vay tối đa"), [0, 1, 2], lexical, numbered)

    named = dict(zip(FEATURES[2:], reading.features.T, strict=False))
    assert "tối đa của hộ nghèo" in numbered.piece(0, int(reading.pieces[0]), long)
    assert named["question_in_piece"].tolist() == pytest.approx([1.0, 0.0, 0.0])
    assert named["title_in_question"].tolist()[1:] == pytest.approx([1.0, 0.0])
    assert [numbered.pieces(row) for row in range(3)] == [len(list(pieces_of(text))) for text in texts]


@given(st.lists(st.lists(st.sampled_from(["hộ", "nghèo", "vay", "-", "của"]), max_size=130), min_size=1, max_size=4))
def test_coverage_is_what_counting_gives(texts: list[list[str]]) -> None:
    """The fast way over numbered syllables agrees with reading the text."""
    bodies = [" ".join(words) for words in texts]
    lexical = LexicalIndex.build([syllables(body) for body in bodies], Bm25())
    numbered = TermTexts.build([""] * len(bodies), bodies, lexical.vocabulary)
    question = ["hộ", "nghèo", "vay"]
    known = [w for w in question if any(w in words for words in texts)]

    reading = read(question, range(len(bodies)), lexical, numbered)

    idf = dict(zip(known, lexical.idf(known, accents=True), strict=True)) if known else {}
    for row, words in enumerate(texts):
        expected = sum(idf[w] for w in known if w in words) / (sum(idf.values()) or 1.0)
        assert reading.features[row, FEATURES.index("question_in_text") - 2] == pytest.approx(expected, abs=1e-5)


def test_the_fitted_weights_cover_every_feature() -> None:
    """The weights in the repository belong to the features of the code."""
    assert set(LinearReranker.load().weights) == set(FEATURES)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("queries.jsonl", '{"id": "q1"}\n', "queries.jsonl: line 1: no id or no text"),
        ("queries.jsonl", '{"id": "q1", "text": "x"}\nnothing\n', "line 2: Expecting value"),
        ("qrels.tsv", "query\tarticle\tgain\nq1 l#2 1\n", "qrels.tsv: line 2"),
        ("corpus.jsonl.xz", "not packed", "corpus.jsonl.xz: "),
    ],
)
def test_a_broken_set_is_named_with_its_line(folder: Path, name: str, content: str, told: str) -> None:
    """Who hands over a wrong file learns which, where, and what is wanted."""
    (folder / name).write_text(content, encoding="utf-8")

    with pytest.raises(UnreadableSetError, match=told):
        TestSet.read(folder)


def test_a_folder_without_a_set_is_told(tmp_path: Path) -> None:
    """A wrong path is said to be one."""
    with pytest.raises(UnreadableSetError, match="A set has corpus"):
        TestSet.read(tmp_path / "nowhere")
