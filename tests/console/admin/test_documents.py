"""Documents in the console: taken in, understood, corrected, published by a second person, tried, retired; attacks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.archive import DocumentArchive
from knowledge.collection import Collection
from knowledge.index.build import BuiltIndex, IndexStore
from knowledge.ingest.guide import read_guides
from knowledge.ingest.understand import Understanding
from knowledge.passages import Hit
from knowledge.retrieval.law import LawSearch
from knowledge.tables import Status
from tests.console.admin.conftest import small_desk
from tests.console.desk import Client, ConsoleUnderTest
from tests.knowledge.conftest import SAMPLE, SyllableEmbedder
from tests.knowledge.ingest.conftest import DECREE

NUMBER = "999/2026/NĐ-CP"


@dataclass(frozen=True)
class SmallKnowledge:
    """Documents over the sample guides; nothing else of the room is asked for here."""

    collection: Collection


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ConsoleUnderTest]:
    desk = small_desk(tmp_path)
    words, guides = SyllableEmbedder(), read_guides(SAMPLE).passages
    law = LawSearch(words)

    def search(index: BuiltIndex, question: str, as_of: date, province: str | None) -> list[Hit]:
        return law.search(index, question, as_of=as_of, province=province)

    archive = DocumentArchive(desk.database, desk.clock)
    collection = Collection(archive, Understanding(), IndexStore(tmp_path / "index"), words, lambda: guides, search)
    collection.refresh()
    desk.__dict__["deps"] = replace(desk.deps, knowledge=SmallKnowledge(collection))
    yield desk
    desk.close()


@pytest.fixture
def collection(desk: ConsoleUnderTest) -> Collection:
    return desk.deps.knowledge.collection


@pytest.fixture
def editor(desk: ConsoleUnderTest) -> Client:
    return desk.signed_in("editor")


@pytest.fixture
def approver(desk: ConsoleUnderTest) -> Client:
    return desk.signed_in("approver")


def upload(client: Client, data: bytes, name: str = "decree.txt") -> Any:
    return client.submit("/documents", files={"document": (name, io.BytesIO(data))})


def taken_in(client: Client, text: str = DECREE) -> str:
    answer = upload(client, text.encode())
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rsplit("/", 1)[1])


def test_a_decree_is_understood_corrected_and_published(
    desk: ConsoleUnderTest, collection: Collection, editor: Client, approver: Client
) -> None:
    """Structure and dates are shown, a field corrected, a second person publishes; all of it in the log."""
    id_ = taken_in(editor)
    page = editor.see(f"/documents/{id_}").text
    for words in (NUMBER, "2026-05-01", "Điều 2", "Nghị định", "888/2020/NĐ-CP"):
        assert words in page
    fields = {
        "number": NUMBER,
        "kind": "decree",
        "title": "Tên khác",
        "issuer": "Chính phủ",
        "replaces": "888/2020/NĐ-CP",
    }
    fields |= {"issued_on": "2026-03-02", "effective_on": "01/6/2026", "revision": "1"}

    assert editor.submit(f"/documents/{id_}/correct", fields).status_code == 303
    entry = collection.document(id_)
    assert (entry.metadata.effective_on, entry.metadata.title) == (date(2026, 6, 1), "Tên khác")
    move = {"revision": "2", "typed": NUMBER}
    assert editor.submit(f"/documents/{id_}/publish", move).status_code == 403
    assert approver.submit(f"/documents/{id_}/publish", {"revision": "2"}).status_code == 409
    assert approver.submit(f"/documents/{id_}/publish", move).status_code == 303
    assert collection.document(id_).status is Status.PUBLISHED
    assert approver.submit(f"/documents/{id_}/retire", {"revision": "3", "typed": NUMBER}).status_code == 303
    actions = [entry.action for entry in desk.audited()]
    assert [a for a in actions if a.startswith("documents.")] == [
        "documents.retire", "documents.publish", "documents.correct", "documents.add",
    ]  # fmt: skip


def test_a_question_is_tried_before_anybody_is_answered_by_it(editor: Client) -> None:
    """The draft index finds the article, the active one does not, and stays active."""
    id_ = taken_in(editor)

    page = editor.see(
        f"/documents/{id_}/try", params={"q": "trợ giúp thử nghiệm cho người cao tuổi", "as_of": "2026-06-01"}
    )

    assert "Kết quả khác đi" in page.text
    assert "chỉ có ở đây" in page.text


def test_every_wrong_correction_is_told_at_its_field(editor: Client) -> None:
    id_ = taken_in(editor)

    answer = editor.submit(
        f"/documents/{id_}/correct",
        {"number": "không phải", "kind": "decree", "effective_on": "2026-05-01", "replaces": "abc", "revision": "1"},
    )

    assert answer.status_code == 422
    assert 'id="e-number"' in answer.text
    assert 'id="e-replaces"' in answer.text


def test_the_second_of_two_who_correct_is_told(editor: Client) -> None:
    """What was typed stays in the fields."""
    id_ = taken_in(editor)
    fields = {"number": NUMBER, "kind": "decree", "title": "Một", "revision": "1"}
    editor.submit(f"/documents/{id_}/correct", fields)

    answer = editor.submit(f"/documents/{id_}/correct", {**fields, "title": "Hai"})

    assert answer.status_code == 409
    assert 'value="Hai"' in answer.text


def test_who_took_it_in_does_not_publish_it(desk: ConsoleUnderTest, collection: Collection) -> None:
    both = desk.signed_in("editor", "approver")
    id_ = taken_in(both)

    assert both.submit(f"/documents/{id_}/publish", {"revision": "1", "typed": NUMBER}).status_code == 409
    assert collection.document(id_).status is Status.DRAFT


@pytest.mark.parametrize("name", ["../../etc/cron.d/x.txt", "..\\..\\x.txt", "/etc/passwd.txt", "a\0b.txt"])
def test_the_name_of_a_file_leads_nowhere(
    desk: ConsoleUnderTest, collection: Collection, editor: Client, name: str, tmp_path: Path
) -> None:
    """Path traversal: the last part is shown, no file of that name is ever written."""
    before = sorted(tmp_path.rglob("*.txt"))
    answer = upload(editor, DECREE.encode(), name)

    assert answer.status_code in {303, 422}
    for entry in collection.documents():
        assert "/" not in entry.file_name
        assert ".." not in entry.file_name
    assert sorted(tmp_path.rglob("*.txt")) == before


def test_a_zip_bomb_is_refused(editor: Client, collection: Collection) -> None:
    """A small file that unpacks to hundreds of megabytes is not unpacked."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * 300_000_000)

    answer = upload(editor, packed.getvalue(), "bomb.docx")

    assert answer.status_code == 422
    assert "quá lớn" in answer.text
    assert collection.documents() == ()


@pytest.mark.parametrize(("name", "data"), [("x.exe", b"MZ"), ("x.docx", b"PK\x03\x04broken"), ("x.pdf", b"%PDF-")])
def test_what_is_no_document_is_told_at_the_field(editor: Client, name: str, data: bytes) -> None:
    answer = upload(editor, data, name)

    assert answer.status_code == 422
    assert 'id="e-document"' in answer.text


def test_words_of_a_document_are_never_markup(editor: Client) -> None:
    """XSS through what an authority, or somebody in its name, wrote."""
    id_ = taken_in(editor, DECREE.replace("Phạm vi điều chỉnh", "<img src=x onerror=alert(1)>"))

    page = editor.see(f"/documents/{id_}").text
    original = editor.see(f"/documents/{id_}/original")

    assert "<img src=x" not in page
    assert original.headers["content-disposition"].startswith("attachment")
    assert original.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("path", ["/documents/nothing", "/documents/nothing/try", "/documents/..%2f..%2fetc"])
def test_a_document_that_is_not_there_is_no_page(editor: Client, path: str) -> None:
    assert editor.see(path).status_code == 404
