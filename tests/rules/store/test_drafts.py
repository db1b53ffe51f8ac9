"""Two editors at once never lose an update."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from core.audit import AuditQuery
from rules.errors import BadDocumentPath
from rules.store.errors import (
    BaseMoved,
    MergeConflict,
    NothingChanged,
    StaleDraft,
    StoreError,
    UnknownDraft,
    WrongState,
)
from rules.store.records import DraftState
from tests.rules.store.conftest import LEVEL, RULES, Office, level


def test_the_second_of_two_editors_is_told(office: Office) -> None:
    """He sees by whom the draft was changed, reads it again and repeats his change."""
    office.seed()
    draft = office.drafts.open(actor="lan", title="x")
    office.drafts.save(draft.id, version=1, actor="minh", changes=level(150000))

    with pytest.raises(StaleDraft) as caught:
        office.drafts.save(draft.id, version=1, actor="lan", changes=level(170000))

    assert (caught.value.found, caught.value.by) == (2, "minh")
    assert "150000" in office.drafts.documents(office.drafts.get(draft.id)).texts[LEVEL]


def test_of_many_at_once_exactly_one_saves(office: Office) -> None:
    """No lost update under real concurrency."""
    office.seed()
    draft = office.drafts.open(actor="lan", title="x")
    together = Barrier(6)

    def save(number: int) -> bool:
        together.wait()
        try:
            office.drafts.save(draft.id, version=1, actor=f"user-{number}", changes=level(100000 + number))
        except StaleDraft:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        saved = list(pool.map(save, range(6)))

    assert sum(saved) == 1
    assert office.drafts.get(draft.id).version == 2
    assert str(100000 + saved.index(True)) in office.drafts.documents(office.drafts.get(draft.id)).texts[LEVEL]


def test_of_many_publishing_at_once_exactly_one_succeeds(office: Office) -> None:
    """No double publish: neither of one draft, nor of two drafts on the same base."""
    office.seed()
    drafts = [office.approved(level(150000 + number)) for number in range(2)]
    together = Barrier(6)

    def publish(number: int) -> bool:
        draft = drafts[number % 2]
        together.wait()
        try:
            office.publisher.publish(draft.id, version=draft.version, actor=f"approver-{number}")
        except (StaleDraft, BaseMoved, WrongState):
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        published = list(pool.map(publish, range(6)))

    assert sum(published) == 1
    assert [release.seq for release in office.releases.history()] == [2, 1]
    assert office.releases.verify() == []
    assert office.audit.verify() == []


def test_a_draft_goes_back_with_a_comment(office: Office) -> None:
    """Every step is kept: who, when, and what was said."""
    office.seed()
    draft = office.drafts.open(actor="lan", title="x", changes=level(150000))
    draft = office.drafts.submit(draft.id, version=1, actor="lan", comment="Theo nghị định mới")
    draft = office.drafts.send_back(draft.id, version=2, actor="minh", comment="Thiếu ngày biết")
    draft = office.drafts.save(draft.id, version=3, actor="lan", changes=level(160000))

    assert draft.state is DraftState.DRAFT
    assert [(s.action, s.actor, s.comment) for s in office.drafts.steps(draft.id)] == [
        ("opened", "lan", ""),
        ("submitted", "lan", "Theo nghị định mới"),
        ("sent_back", "minh", "Thiếu ngày biết"),
        ("saved", "lan", ""),
    ]
    assert len(office.audit.search(AuditQuery(action="rules.draft.", subject=f"draft/{draft.id}"))) == 4


def test_an_approved_draft_is_not_changed_any_more(office: Office) -> None:
    """What was approved is what is published."""
    office.seed()
    draft = office.approved(level(150000))

    with pytest.raises(WrongState):
        office.drafts.save(draft.id, version=draft.version, actor="lan", changes=level(1))


def test_a_text_as_in_the_base_is_no_change(office: Office) -> None:
    """Changing something and changing it back leaves nothing to release."""
    office.seed()
    draft = office.drafts.open(actor="lan", title="x", changes=level(150000))
    draft = office.drafts.save(draft.id, version=1, actor="lan", changes={LEVEL: RULES[LEVEL]})

    assert draft.changes == {}
    with pytest.raises(NothingChanged):
        office.drafts.submit(draft.id, version=2, actor="lan")


def test_the_same_lines_changed_on_both_sides_need_a_person(office: Office) -> None:
    """Nobody's change is dropped by a machine."""
    office.seed()
    mine = office.drafts.open(actor="lan", title="x", changes={LEVEL: RULES[LEVEL].replace("100000", "110000")})
    office.published({LEVEL: RULES[LEVEL].replace("100000", "120000")})

    with pytest.raises(MergeConflict) as caught:
        office.drafts.rebase(mine.id, version=1, actor="lan")

    assert caught.value.conflicts == ((LEVEL, 6),)


def test_no_document_outside_the_rules(office: Office) -> None:
    """A path is a place of a rule document, never a way out of the folder."""
    office.seed()

    with pytest.raises(BadDocumentPath):
        office.drafts.open(actor="lan", title="x", changes={"parameters/../../etc/passwd": ""})


def test_an_unknown_draft_and_an_empty_store_are_named(office: Office) -> None:
    """The message says what to do."""
    with pytest.raises(UnknownDraft):
        office.drafts.get("nope")
    with pytest.raises(StoreError, match="no release yet"):
        office.drafts.open(actor="lan", title="x")
