"""Documents in service: kept, corrected, published, ended by others, retired, tried; nothing half done."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.archive import DocumentArchive
from knowledge.collection import KEPT_BUILDS, Collection, Outcome, safe_name
from knowledge.errors import (
    InvalidCorrectionError,
    StaleDocumentError,
    UnknownDocumentError,
    UnreadableFileError,
)
from knowledge.index.build import IndexStore
from knowledge.ingest.guide import read_guides
from knowledge.ingest.understand import Understanding
from knowledge.tables import Status
from tests.knowledge.conftest import SAMPLE, SyllableEmbedder
from tests.knowledge.ingest.conftest import DECREE

OLD = (
    DECREE.replace("999/2026", "888/2020")
    .replace("ngày 02 tháng 3 năm 2026", "ngày 01 tháng 02 năm 2020")
    .replace("01 tháng 5 năm 2026", "01 tháng 4 năm 2020")
    .split("2. Nghị định số")[0]
)
AMENDING = """CHÍNH PHỦ

Số: 1001/2026/NĐ-CP

Hà Nội, ngày 02 tháng 8 năm 2026

NGHỊ ĐỊNH

Sửa đổi, bổ sung một số điều của Nghị định số 999/2026/NĐ-CP quy định mẫu

Điều 1. Sửa đổi một số điều

1. Sửa đổi, bổ sung khoản 1 Điều 2 như sau:

“1. Người từ đủ bảy mươi tuổi theo Điều 4.”.

2. Bãi bỏ Điều 3.

Điều 2. Hiệu lực thi hành

Nghị định này có hiệu lực từ ngày 01 tháng 9 năm 2026.
"""
QUESTION = "trợ giúp thử nghiệm cho người cao tuổi bảy mươi lăm tuổi"


def add(collection: Collection, text: str, name: str = "decree.txt") -> str:
    preview = collection.add(text.encode(), name)
    assert preview.known is not None
    return preview.known.id


def found(collection: Collection, index: IndexStore, day: date) -> list[tuple[str, bool, str]]:
    """What the active index shows for the question: source, whether in force, by what it was replaced."""
    trial = collection.compare(QUESTION, as_of=day)
    hits = [(h.passage.source, h.in_force, h.passage.replaced_by) for h in trial.active]
    return list(dict.fromkeys(hits))


@pytest.fixture
def index(tmp_path: Path) -> IndexStore:
    return IndexStore(tmp_path / "index")


def test_a_draft_is_not_searched_until_it_is_published(collection: Collection, index: IndexStore) -> None:
    """An upload changes no answer; its publication does, for every process that follows the pointer."""
    collection.refresh()
    id_ = add(collection, DECREE)
    before = collection.compare(QUESTION, id_, as_of=date(2026, 6, 1))

    collection.publish({id_: 1})

    assert (before.active, before.changed) == ((), True)
    assert before.draft[0].passage.source == "999-2026-nd-cp"
    assert index.current().law is not None
    assert found(collection, index, date(2026, 6, 1)) == [("999-2026-nd-cp", True, "")]


def test_superseded_text_comes_last_and_is_marked(collection: Collection, index: IndexStore) -> None:
    """The law in force on the day leads; what it replaced is shown as such, and leads on the days before."""
    collection.publish({add(collection, OLD): None, add(collection, DECREE): None})

    old, new = "888-2020-nd-cp", "999-2026-nd-cp"
    assert found(collection, index, date(2026, 5, 1)) == [(new, True, ""), (old, False, "999/2026/NĐ-CP")]
    assert found(collection, index, date(2026, 4, 30)) == [(old, True, "999/2026/NĐ-CP")]
    ended = {collection.document(id_).name: day for id_, day in collection.ended().items()}
    assert ended == {old: date(2026, 4, 30)}


def test_an_amended_article_says_so(collection: Collection, index: IndexStore) -> None:
    """The wording of an article that a later decree changed may be another by now: it is shown with that decree."""
    collection.publish({add(collection, DECREE): None, add(collection, AMENDING): None})

    passages = {p.id: p for p in index.current().law.passages}  # type: ignore[union-attr]

    changed = {key for key, passage in passages.items() if passage.amended_on(date(2026, 9, 1))}
    assert changed == {"999-2026-nd-cp#2", "999-2026-nd-cp#3"}
    assert passages["999-2026-nd-cp#2"].amended_on(date(2026, 8, 31)) == ()
    assert passages["999-2026-nd-cp#2"].amendments[0].by == "1001/2026/NĐ-CP"


def test_a_preview_keeps_nothing_and_tells_what_would_end(collection: Collection) -> None:
    """Before a document is kept, one sees what it is and which published one it ends."""
    collection.publish({add(collection, OLD): None})

    preview = collection.preview(DECREE.encode(), "new.txt")

    assert preview.outcome is Outcome.NEW
    assert [(e.entry.metadata.number, e.last_day) for e in preview.ends] == [("888/2020/NĐ-CP", date(2026, 4, 30))]
    assert len(collection.documents()) == 1


def test_a_correction_changes_dates_and_citations(collection: Collection, index: IndexStore) -> None:
    """What was misread is put right once, everywhere; what was read stays to compare with."""
    id_ = add(collection, DECREE)

    entry = collection.correct(id_, {"number": "997/2026/NĐ-CP", "effective_on": "2026-08-01"}, revision=1, by="ha")
    collection.publish({id_: entry.revision})

    assert (entry.metadata.effective_on, entry.understood.effective_on) == (date(2026, 8, 1), date(2026, 5, 1))
    assert found(collection, index, date(2026, 7, 31)) == []
    (first, *_) = collection.compare(QUESTION, as_of=date(2026, 8, 1)).active
    assert first.passage.citations[0].document == "997/2026/NĐ-CP"


def test_every_wrong_correction_is_told_at_once(collection: Collection) -> None:
    """Nothing is taken over as long as one field is wrong."""
    id_ = add(collection, DECREE)
    wrong = {"number": "không số", "effective_on": "31/02/2026", "kind": "story", "colour": "red", "replaces": "x"}

    with pytest.raises(InvalidCorrectionError) as told:
        collection.correct(id_, wrong, revision=1, by="ha")

    assert told.value.problems == {
        "number": "not_a_number",
        "effective_on": "not_a_day",
        "kind": "unknown_kind",
        "colour": "unknown_field",
        "replaces": "not_a_number",
    }
    assert collection.document(id_).revision == 1


def test_two_people_do_not_overwrite_each_other(collection: Collection) -> None:
    """The second one is told that the document changed, whether she corrects or publishes."""
    id_ = add(collection, DECREE)
    collection.correct(id_, {"title": "Một"}, revision=1, by="ha")

    with pytest.raises(StaleDocumentError):
        collection.correct(id_, {"title": "Hai"}, revision=1, by="ha")
    with pytest.raises(StaleDocumentError):
        collection.publish({id_: 1})

    assert collection.document(id_).metadata.title == "Một"
    assert collection.documents(Status.PUBLISHED) == ()


def test_a_publication_that_fails_leaves_everything_as_it_was(
    collection: Collection, index: IndexStore, words: SyllableEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that breaks half-way is no build: the old index serves, the document stays a draft, a retry works."""
    collection.refresh()
    before = index.active_name()
    id_ = add(collection, DECREE)
    with monkeypatch.context() as broken:
        broken.setattr(words, "passages", _no_space)
        with pytest.raises(OSError, match="No space"):
            collection.publish({id_: None})

    assert (index.active_name(), collection.document(id_).status) == (before, Status.DRAFT)
    assert not list((index.root / "builds").glob(".building*"))
    collection.publish({id_: None})
    assert index.active_name() != before


def _no_space(_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_retired_document_is_gone_from_the_search_and_can_come_back(
    collection: Collection, index: IndexStore
) -> None:
    """A mistake is undone by retiring; adding the same file again makes a draft of it."""
    id_ = add(collection, DECREE)
    collection.publish({id_: None})

    collection.retire(id_)

    assert found(collection, index, date(2026, 6, 1)) == []
    assert collection.document(id_).status is Status.RETIRED
    assert collection.add(DECREE.encode(), "again.txt").outcome is Outcome.NEW
    assert collection.document(id_).status is Status.DRAFT


def test_a_new_version_takes_the_place_of_the_old(collection: Collection, index: IndexStore) -> None:
    """Two wordings of one number never stand side by side."""
    first = add(collection, DECREE)
    collection.publish({first: None})
    second = add(collection, DECREE.replace("bảy mươi lăm", "bảy mươi"))

    collection.publish({second: None})

    standing = {e.id: e.status for e in collection.versions(second)}
    assert standing == {first: Status.RETIRED, second: Status.PUBLISHED}
    texts = "\n".join(p.text for p in index.current().law.passages)  # type: ignore[union-attr]
    assert "bảy mươi lăm" not in texts


def test_changed_guides_do_not_build_the_law_again(
    collection: Collection, index: IndexStore, words: SyllableEmbedder
) -> None:
    """The part of a build that did not change is taken over from the last one."""
    collection.publish({add(collection, DECREE): None})
    words.embedded.clear()

    built = index.ensure(read_guides(SAMPLE).passages[:2], words, law=collection.law())

    assert built.law is not None
    assert not any("thử nghiệm" in text for text in words.embedded)


def test_earlier_builds_are_cleared_away(collection: Collection, index: IndexStore) -> None:
    """Every publication makes a build; only the last few are kept."""
    for number in range(6):
        collection.publish({add(collection, DECREE.replace("999/2026", f"{number + 1}/2026")): None})

    assert len(list((index.root / "builds").iterdir())) <= KEPT_BUILDS + 1
    assert index.current().name == index.active_name()


def test_the_file_is_kept_as_it_came(collection: Collection, archive: DocumentArchive) -> None:
    """What was understood can always be compared with what was handed over."""
    id_ = add(collection, DECREE, "quyết định.txt")

    assert collection.original(id_).decode() == DECREE
    assert archive.entry(id_).file_name == "quyết định.txt"
    with pytest.raises(UnknownDocumentError):
        collection.original("nothing")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\nghị định.docx", "nghị định.docx"),
        ("a\0b\u202e.pdf", "ab.pdf"),
        ("x" * 400 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_from_outside_leads_nowhere(given: str, kept: str) -> None:
    """Only the last part of a name is kept, without signs that mislead."""
    assert safe_name(given) == kept


@pytest.mark.parametrize("given", ["", "..", "/", "a/..", "\0"])
def test_a_name_without_a_name_is_refused(given: str) -> None:
    """Such an upload is no file of anybody."""
    with pytest.raises(UnreadableFileError):
        safe_name(given)


def test_a_provincial_document_holds_in_its_province() -> None:
    """A council's resolution is told to the people of that province only."""
    text = DECREE.replace("CHÍNH PHỦ", "HỘI ĐỒNG NHÂN DÂN TỈNH MẪU").replace("999/2026/NĐ-CP", "12/2026/NQ-HĐND")
    place = {"Hội đồng nhân dân tỉnh Mẫu": "mau"}

    document = Understanding(place_of=place.get).of(text.encode(), "nq.txt", {"place": "mau"})

    assert {p.place for p in document.passages} == {"mau"}
