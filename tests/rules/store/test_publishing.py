"""Releases are immutable, chained, published by a second person, and never half."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from core.audit import AuditQuery
from rules.store.errors import BaseMoved, SecondPersonNeeded, StaleDraft, TooEarly, UnfitDraft, WrongState
from rules.store.records import DraftState, ReleaseKind
from rules.store.releases import Tampering
from tests.rules.store.conftest import LEVEL, RULES, Office, level
from tests.tampering import tamper


def test_a_published_draft_is_one_release_one_audit_row_and_the_pointer(office: Office) -> None:
    """What is in use, what is told about it and the pointer never part."""
    office.seed()
    release = office.published(level(150000))

    assert office.releases.active_seq() == release.seq == 2
    assert office.releases.documents(2).texts[LEVEL].count("150000") == 1
    (entry,) = office.audit.search(AuditQuery(action="rules.publish", subject="release/2"))
    assert (entry.actor, entry.details["author"], entry.details["approver"]) == ("minh", "lan", "minh")
    assert office.releases.verify() == []
    assert office.audit.verify() == []


def test_documents_come_back_byte_for_byte(office: Office) -> None:
    """Comments and layout are part of what an editor wrote."""
    office.seed()

    assert dict(office.releases.documents(1).texts) == RULES


@pytest.mark.parametrize("step", ["approve", "publish"])
def test_nobody_releases_his_own_change(office: Office, step: str) -> None:
    """Two persons stand behind every rule a citizen is told, whatever a page allows."""
    office.seed()
    draft = office.drafts.open(actor="lan", title="x", changes=level(150000))
    draft = office.drafts.submit(draft.id, version=1, actor="lan")
    if step == "publish":
        draft = office.drafts.approve(draft.id, version=2, actor="minh")

    act = office.drafts.approve if step == "approve" else office.publisher.publish
    with pytest.raises(SecondPersonNeeded):
        act(draft.id, version=draft.version, actor="lan")


def test_who_helped_with_a_draft_is_no_second_person(office: Office) -> None:
    """An approver who changed the draft himself approves his own work."""
    office.seed()
    draft = office.drafts.open(actor="lan", title="x")
    draft = office.drafts.save(draft.id, version=1, actor="minh", changes=level(150000))
    draft = office.drafts.submit(draft.id, version=2, actor="lan")

    with pytest.raises(SecondPersonNeeded):
        office.drafts.approve(draft.id, version=3, actor="minh")


def test_a_release_from_a_day_on_waits_for_it(office: Office) -> None:
    """Published now, in use from the day: no job has to run at midnight."""
    office.seed()
    draft = office.approved(level(150000))
    day = office.clock.now() + timedelta(days=3)
    office.publisher.publish(draft.id, version=draft.version, actor="minh", active_from=day)

    before = office.releases.active_seq()
    office.clock.advance(days=3)

    assert (before, office.releases.active_seq()) == (1, 2)


def test_nothing_overtakes_a_release_that_waits(office: Office) -> None:
    """A draft built on a waiting release holds its change; in use earlier, it would bring it in early."""
    office.seed()
    draft = office.approved(level(150000))
    day = office.clock.now() + timedelta(days=3)
    office.publisher.publish(draft.id, version=draft.version, actor="minh", active_from=day)
    draft = office.approved(level(170000))

    with pytest.raises(TooEarly):
        office.publisher.publish(draft.id, version=draft.version, actor="minh")


def test_going_back_is_a_new_release(office: Office) -> None:
    """The history grows only; the older content is in use again, and a waiting release is set aside with it."""
    office.seed()
    draft = office.approved(level(150000))
    day = office.clock.now() + timedelta(days=3)
    office.publisher.publish(draft.id, version=draft.version, actor="minh", active_from=day)
    draft = office.drafts.open_return(actor="lan", title="Quay lại bản 1", to=1)
    office.drafts.submit(draft.id, version=1, actor="lan")
    office.drafts.approve(draft.id, version=2, actor="minh")
    release = office.publisher.publish(draft.id, version=3, actor="minh")
    office.clock.advance(days=5)

    active = office.releases.active()
    assert active == release
    assert (release.seq, release.kind, release.returns_to) == (3, ReleaseKind.RETURN, 1)
    assert release.content_hash == office.releases.get(1).content_hash
    assert office.releases.verify() == []


def test_a_draft_cannot_be_published_twice(office: Office) -> None:
    """A second click, or a second person at the same time, changes nothing."""
    office.seed()
    draft = office.approved(level(150000))
    office.publisher.publish(draft.id, version=draft.version, actor="minh")

    with pytest.raises((StaleDraft, BaseMoved)):
        office.publisher.publish(draft.id, version=draft.version, actor="hoa")
    with pytest.raises((WrongState, BaseMoved)):
        office.publisher.publish(draft.id, version=draft.version + 1, actor="hoa")
    assert len(office.releases.history()) == 2


def test_a_publish_that_fails_half_way_leaves_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last of the three writes fails; neither release, pointer nor draft moved."""
    office.seed()
    draft = office.approved(level(150000))
    entries = len(office.audit.search())

    def broken(*_args: object, **_kwargs: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(type(office.audit), "record", broken)
        with pytest.raises(OSError, match="disk full"):
            office.publisher.publish(draft.id, version=draft.version, actor="minh")

    assert office.releases.active_seq() == 1
    assert office.drafts.get(draft.id) == draft
    assert len(office.audit.search()) == entries
    assert office.publisher.publish(draft.id, version=draft.version, actor="minh").seq == 2


def test_unfit_documents_are_not_released(office: Office) -> None:
    """Every finding at once, and nothing changed."""
    office.seed()
    draft = office.drafts.open(actor="lan", title="x", changes={LEVEL: RULES[LEVEL].replace("vnd", "dong")})

    with pytest.raises(UnfitDraft) as caught:
        office.drafts.submit(draft.id, version=1, actor="lan")

    assert [finding.code for finding in caught.value.findings] == ["unknown_word"]
    assert office.drafts.get(draft.id).state is DraftState.DRAFT


def test_a_draft_on_an_older_release_is_brought_up_to_date_first(office: Office) -> None:
    """Publishing it as it is would undo what others released meanwhile."""
    office.seed()
    other = {"parameters/other.yaml": RULES[LEVEL].replace("test.level", "other.level")}
    mine = office.approved(level(150000))
    office.published(other)

    with pytest.raises(BaseMoved):
        office.publisher.publish(mine.id, version=mine.version, actor="minh")
    mine = office.drafts.rebase(mine.id, version=mine.version, actor="lan")
    mine = office.drafts.submit(mine.id, version=mine.version, actor="lan")
    mine = office.drafts.approve(mine.id, version=mine.version, actor="minh")
    office.publisher.publish(mine.id, version=mine.version, actor="minh")

    texts = office.releases.documents(3).texts
    assert "150000" in texts[LEVEL]
    assert "parameters/other.yaml" in texts


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE rules_release SET author = 'minh' WHERE seq = 1", Tampering(1, "changed")),
        ("UPDATE rules_text SET text = text || ' '", Tampering(1, "text_changed", LEVEL)),
    ],
)
def test_tampering_is_found(office: Office, statement: str, found: Tampering) -> None:
    """Somebody with the database's password changes who wrote a release, or the rule itself."""
    office.seed()
    tamper(office.database, statement)

    assert found in office.releases.verify()


def test_the_database_refuses_to_change_a_release(office: Office) -> None:
    """Not even our own code can."""
    office.seed()

    with pytest.raises(DatabaseError, match="append-only"), office.database.session() as session:
        session.execute(text("UPDATE rules_release SET message = ''"))
