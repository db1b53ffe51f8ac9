"""Corrections of what is published: they wait for a second person, and answer nobody before."""

from __future__ import annotations

from datetime import date

from knowledge.collection import Collection
from knowledge.jobs import JobKind
from knowledge.worker import IndexWorker
from tests.console.admin.documents.library import NUMBER, correction, published
from tests.console.desk import Client, ConsoleUnderTest


def test_a_correction_of_a_published_document_waits_for_a_second_person(
    desk: ConsoleUnderTest, collection: Collection, work: IndexWorker, editor: Client, approver: Client
) -> None:
    """Every build takes the published text until somebody else publishes the correction; the log tells both."""
    id_ = published(work, editor)
    before = collection.document(id_)

    assert editor.submit(f"/documents/{id_}/correct", correction("Tên khác", 2)).status_code == 303

    waiting = collection.document(id_)
    assert waiting.metadata == before.metadata
    assert not collection.is_stale()
    page = approver.see(f"/documents/{id_}").text
    assert "chờ người thứ hai" in page
    assert "Tên khác" in page
    assert "có bản sửa chờ duyệt" in approver.see("/documents").text
    move = {"revision": "3", "typed": NUMBER}
    assert editor.submit(f"/documents/{id_}/publish", move).status_code == 403
    assert approver.submit(f"/documents/{id_}/publish", move).status_code == 303
    work.run_waiting()
    after = collection.document(id_)
    assert (after.metadata.title, after.proposal, after.revision) == ("Tên khác", None, 4)
    assert not collection.is_stale()
    deeds = [entry.action for entry in desk.audited() if entry.action.startswith("documents.")][:3]
    assert deeds == ["documents.publish", "documents.publish_ask", "documents.propose"]


def test_who_corrected_it_does_not_publish_the_correction(
    desk: ConsoleUnderTest, collection: Collection, work: IndexWorker, editor: Client
) -> None:
    """Role escalation: with both roles at once, by the page or by work that was queued behind its back."""
    id_, both = published(work, editor), desk.signed_in("editor", "approver")
    both.submit(f"/documents/{id_}/correct", correction("Tên khác", 2))
    name = collection.document(id_).proposal.by[0]  # type: ignore[union-attr]

    assert both.submit(f"/documents/{id_}/publish", {"revision": "3", "typed": NUMBER}).status_code == 409
    work.jobs.ask(JobKind.PUBLISH, id_, actor=name, revision=3)
    work.run_waiting()

    assert collection.document(id_).metadata.title != "Tên khác"
    assert "cần một người duyệt khác" in both.see(f"/documents/{id_}").text


def test_who_helped_with_a_correction_does_not_publish_it_either(
    desk: ConsoleUnderTest, collection: Collection, work: IndexWorker, editor: Client
) -> None:
    """Whoever wrote any part of what waits is no second person; one who only took the document in is."""
    id_, both = published(work, editor), desk.signed_in("editor", "approver")
    editor.submit(f"/documents/{id_}/correct", correction("Tên khác", 2))
    both.submit(f"/documents/{id_}/correct", correction("Tên khác nữa", 3))

    assert both.submit(f"/documents/{id_}/publish", {"revision": "4", "typed": NUMBER}).status_code == 409
    assert len(collection.document(id_).proposal.by) == 2  # type: ignore[union-attr]


def test_a_correction_changed_after_it_was_read_is_not_published(
    collection: Collection, work: IndexWorker, editor: Client, approver: Client
) -> None:
    """Two at once: what the approver saw is what she publishes, also where the editor is faster than the index."""
    id_ = published(work, editor)
    editor.submit(f"/documents/{id_}/correct", correction("Một", 2))
    approver.submit(f"/documents/{id_}/publish", {"revision": "3", "typed": NUMBER})

    editor.submit(f"/documents/{id_}/correct", correction("Hai", 3))
    work.run_waiting()

    entry = collection.document(id_)
    assert entry.metadata.title not in {"Một", "Hai"}
    assert "đã đổi sau khi được duyệt" in approver.see(f"/documents/{id_}").text
    assert approver.submit(f"/documents/{id_}/publish", {"revision": "3", "typed": NUMBER}).status_code == 409
    assert editor.submit(f"/documents/{id_}/correct", correction("Ba", 3)).status_code == 409


def test_a_correction_is_sent_back_with_a_word_and_sent_again(
    collection: Collection, work: IndexWorker, editor: Client, approver: Client
) -> None:
    """What was sent back is not published by anybody until an editor changed it."""
    id_ = published(work, editor)
    editor.submit(f"/documents/{id_}/correct", correction("Một", 2))

    assert approver.submit(f"/documents/{id_}/send-back", {"revision": "3"}).status_code == 422
    back = {"revision": "3", "comment": "Tên phải đủ chữ"}
    assert editor.submit(f"/documents/{id_}/send-back", back).status_code == 403
    assert approver.submit(f"/documents/{id_}/send-back", back).status_code == 303

    assert "Tên phải đủ chữ" in editor.see(f"/documents/{id_}").text
    assert approver.submit(f"/documents/{id_}/publish", {"revision": "4", "typed": NUMBER}).status_code == 409
    editor.submit(f"/documents/{id_}/correct", correction("Hai", 4))
    assert approver.submit(f"/documents/{id_}/publish", {"revision": "5", "typed": NUMBER}).status_code == 303
    work.run_waiting()
    assert collection.document(id_).metadata.title == "Hai"


def test_a_correction_is_withdrawn(collection: Collection, work: IndexWorker, editor: Client, approver: Client) -> None:
    """Then there is nothing to publish; a second press finds nothing."""
    id_ = published(work, editor)
    editor.submit(f"/documents/{id_}/correct", correction("Một", 2))

    assert editor.submit(f"/documents/{id_}/withdraw", {"revision": "3"}).status_code == 303

    assert collection.document(id_).proposal is None
    assert editor.submit(f"/documents/{id_}/withdraw", {"revision": "3"}).status_code == 409
    assert approver.submit(f"/documents/{id_}/publish", {"revision": "4", "typed": NUMBER}).status_code == 409


def test_a_correction_is_tried_before_it_answers_anybody(
    collection: Collection, work: IndexWorker, editor: Client
) -> None:
    """The trial asks the index as it would be with the correction, and leaves the active one alone."""
    id_ = published(work, editor)
    later = correction("Tên", 2) | {"effective_on": "2026-09-01"}
    editor.submit(f"/documents/{id_}/correct", later)
    asked = {"q": "trợ giúp thử nghiệm cho người cao tuổi", "as_of": "2026-06-01"}

    editor.see(f"/documents/{id_}/try", params=asked)
    work.run_waiting()
    found = collection.compare(asked["q"], id_, as_of=date(2026, 6, 1))

    assert (bool(found.active), found.draft) == (True, ())  # not in force on that day any more
    assert not collection.is_stale()
