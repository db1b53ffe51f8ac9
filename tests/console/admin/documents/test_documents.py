"""Documents in the console: taken in, understood, corrected, published, tried, retired; attacks."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from knowledge.collection import Collection
from knowledge.jobs import JobKind
from knowledge.tables import Status
from knowledge.worker import IndexWorker
from tests.console.admin.documents.library import NUMBER, taken_in, upload
from tests.console.desk import Client, ConsoleUnderTest
from tests.knowledge.ingest.conftest import DECREE


def test_a_decree_is_understood_corrected_and_published(
    desk: ConsoleUnderTest, collection: Collection, work: IndexWorker, editor: Client, approver: Client
) -> None:
    """Structure and dates are shown, a field corrected, a second person publishes; all of it in the log."""
    id_ = taken_in(editor)
    page = editor.see(f"/documents/{id_}").text
    for words in (NUMBER, "01/5/2026", "Điều 2", "Nghị định", "888/2020/NĐ-CP"):
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
    work.run_waiting()
    assert collection.document(id_).status is Status.PUBLISHED
    assert approver.submit(f"/documents/{id_}/retire", {"revision": "3", "typed": NUMBER}).status_code == 303
    work.run_waiting()
    assert collection.document(id_).status is Status.RETIRED
    actions = [entry.action for entry in desk.audited()]
    assert [a for a in actions if a.startswith("documents.")] == [
        "documents.retire", "documents.retire_ask", "documents.publish", "documents.publish_ask", "documents.correct",
        "documents.add",
    ]  # fmt: skip


def test_publishing_is_watched_and_builds_nothing_in_the_request(
    collection: Collection, work: IndexWorker, editor: Client, approver: Client
) -> None:
    """The answer comes at once; the page says how far it is, and opens anew when it is over; a second press is one."""
    id_ = taken_in(editor)
    move = {"revision": "1", "typed": NUMBER}

    assert [approver.submit(f"/documents/{id_}/publish", move).status_code for _ in range(2)] == [303, 303]

    assert collection.document(id_).status is Status.DRAFT
    assert len(work.jobs.open()) == 1
    page = approver.see(f"/documents/{id_}").text
    assert f'hx-get="/console/documents/{id_}/progress"' in page
    assert 'name="typed"' not in page
    job = work.jobs.take("somebody")
    assert job is not None
    work.jobs.beat(job, "somebody", 3, 12)
    assert 'max="12" value="3"' in approver.see(f"/documents/{id_}/progress").text
    assert "đang đưa vào" in editor.see("/documents").text
    work.jobs.give_back(job, "somebody")
    work.run_waiting()
    assert approver.see(f"/documents/{id_}/progress").headers["hx-refresh"] == "true"
    assert "Đưa vào tra cứu xong" in approver.see(f"/documents/{id_}").text


def test_a_publication_that_failed_says_why(
    collection: Collection, work: IndexWorker, editor: Client, approver: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason stands on the page after the work is over, and the button is there again."""
    id_ = taken_in(editor)
    approver.submit(f"/documents/{id_}/publish", {"revision": "1", "typed": NUMBER})

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(collection, "publish", full)
    work.run_waiting()
    page = approver.see(f"/documents/{id_}").text

    assert "hết chỗ trống" in page
    assert 'name="typed"' in page


def test_a_question_is_tried_before_anybody_is_answered_by_it(editor: Client, work: IndexWorker) -> None:
    """The draft index is built beside the service and finds the article; the active one does not, and stays active."""
    id_ = taken_in(editor)
    asked = {"q": "trợ giúp thử nghiệm cho người cao tuổi", "as_of": "2026-06-01"}

    waiting = editor.see(f"/documents/{id_}/try", params=asked).text
    assert f"/documents/{id_}/progress?kind=trial" in waiting
    assert [job.kind for job in work.jobs.open()] == [JobKind.TRIAL]
    work.run_waiting()
    page = editor.see(f"/documents/{id_}/try", params=asked)

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
