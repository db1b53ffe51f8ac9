"""A switch of the index that fails after the decision stands: told plainly, tried again, done once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from knowledge.collection import Collection
from knowledge.jobs import JobKind
from knowledge.tables import Status
from knowledge.worker import IndexWorker
from tests.console.admin.documents.library import NUMBER, published, taken_in
from tests.console.desk import Client, ConsoleUnderTest

LACKS = "Đã duyệt nhưng chưa vào chỉ mục"


def failing(collection: Collection, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the switch fail *times* times."""
    refresh: Callable[..., object] = collection.refresh
    left = [times]

    def once_more(*given: object) -> object:
        if left[0]:
            left[0] -= 1
            raise OSError(28, "No space left on device")
        return refresh(*given)

    monkeypatch.setattr(collection, "refresh", once_more)


def test_a_switch_that_failed_once_succeeds_at_the_second_try(
    desk: ConsoleUnderTest,
    collection: Collection,
    work: IndexWorker,
    editor: Client,
    approver: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The decision stands, the reason is told, one button tries again; the log tells each try."""
    id_ = taken_in(editor)
    failing(collection, monkeypatch, 1)
    approver.submit(f"/documents/{id_}/publish", {"revision": "1", "typed": NUMBER})
    work.run_waiting()

    assert (collection.document(id_).status, collection.is_stale()) == (Status.PUBLISHED, True)
    page = approver.see(f"/documents/{id_}").text
    assert LACKS in page
    assert "hết chỗ trống" in page
    assert f'action="/console/documents/{id_}/switch"' in page
    assert "/switch" not in editor.see(f"/documents/{id_}").text
    assert editor.submit(f"/documents/{id_}/switch").status_code == 403

    assert [approver.submit(f"/documents/{id_}/switch").status_code for _ in range(2)] == [303, 303]
    assert [job.kind for job in work.jobs.open()] == [JobKind.SWITCH]
    assert "Đang chuyển chỉ mục" in approver.see(f"/documents/{id_}").text
    work.run_waiting()

    assert not collection.is_stale()
    page = approver.see(f"/documents/{id_}").text
    assert LACKS not in page
    assert "Chuyển chỉ mục xong" in page
    assert collection.document(id_).revision == 2
    actions = [entry.action for entry in desk.audited() if entry.action.startswith("documents.")]
    assert actions[:4] == [
        "documents.switch", "documents.switch_ask", "documents.publish_failed", "documents.publish_ask"
    ]  # fmt: skip


def test_a_switch_may_fail_again(
    collection: Collection, work: IndexWorker, editor: Client, approver: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a retired version too: the button is there until the index follows; afterwards a press changes nothing."""
    id_ = published(work, editor)
    failing(collection, monkeypatch, 2)
    approver.submit(f"/documents/{id_}/retire", {"revision": "2", "typed": NUMBER})
    work.run_waiting()
    assert "Đã rút nhưng chỉ mục chưa bỏ" in approver.see(f"/documents/{id_}").text

    approver.submit(f"/documents/{id_}/switch")
    work.run_waiting()
    assert "Đã rút nhưng chỉ mục chưa bỏ" in approver.see(f"/documents/{id_}").text
    approver.submit(f"/documents/{id_}/switch")
    work.run_waiting()

    assert not collection.is_stale()
    assert approver.submit(f"/documents/{id_}/switch").status_code == 303
    assert work.jobs.open() == []
    assert collection.document(id_).status is Status.RETIRED


def test_an_index_that_followed_by_itself_is_not_asked_again(
    collection: Collection, work: IndexWorker, editor: Client, approver: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next publication of anything, or the next start, switches as well: then nothing is lacking."""
    id_ = taken_in(editor)
    failing(collection, monkeypatch, 1)
    approver.submit(f"/documents/{id_}/publish", {"revision": "1", "typed": NUMBER})
    work.run_waiting()

    collection.refresh()

    page = approver.see(f"/documents/{id_}").text
    assert LACKS not in page
    assert "Chưa đưa vào tra cứu được" not in page
