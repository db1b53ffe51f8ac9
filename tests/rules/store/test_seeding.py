"""How an upgrade of the package meets edits made here."""

from __future__ import annotations

from rules.documents import Documents
from rules.store.records import ReleaseKind
from rules.store.seeding import Seeder
from tests.rules.store.conftest import LEVEL, RULES, Office, level

NEWER = RULES | {LEVEL: RULES[LEVEL].replace("Mức thử", "Mức chuẩn thử")}


def _seeder(office: Office, documents: dict[str, str], package: str = "1.1") -> Seeder:
    office.clock.advance(minutes=1)
    return Seeder(office.releases, package, Documents(documents))


def test_starting_twice_seeds_once(office: Office) -> None:
    """Every process of the service does it at its start."""
    office.seed()

    assert _seeder(office, RULES).ensure() is None
    assert len(office.releases.history()) == 1


def test_a_newer_package_replaces_what_nobody_edited(office: Office) -> None:
    """An upgrade brings new law without anybody's hand."""
    office.seed()
    release = _seeder(office, NEWER).ensure()

    assert release is not None
    assert office.releases.active_seq() == 2
    assert "Mức chuẩn thử" in office.releases.documents(2).texts[LEVEL]


def test_an_older_package_started_again_changes_nothing(office: Office) -> None:
    """Two versions side by side during an upgrade do not take turns."""
    office.seed()
    _seeder(office, NEWER).ensure()

    assert _seeder(office, RULES).ensure() is None
    assert office.releases.active_seq() == 2
    offer = _seeder(office, RULES).offer()
    assert offer is not None
    assert offer.is_older


def test_what_was_edited_here_is_kept_and_the_newer_files_are_offered(office: Office) -> None:
    """No edit is lost to an upgrade, and no upgrade is lost to an edit: a draft holds both."""
    office.seed()
    office.published(level(150000))
    seeder = _seeder(office, NEWER)

    assert seeder.ensure() is None
    offer = seeder.offer()
    assert offer is not None
    draft, merged = office.drafts.open_upgrade(actor="lan", title="Lên bản 1.1", offer=offer)
    assert merged.conflicts == ()
    office.drafts.submit(draft.id, version=1, actor="lan")
    office.drafts.approve(draft.id, version=2, actor="minh")
    release = office.publisher.publish(draft.id, version=3, actor="minh")

    text = office.releases.documents(release).texts[LEVEL]
    assert "Mức chuẩn thử" in text
    assert "150000" in text
    assert release.kind is ReleaseKind.UPGRADE
    assert seeder.offer() is None


def test_an_older_package_is_taken_where_a_person_says_so(office: Office) -> None:
    """Going back a version of the package is a decision."""
    office.seed()
    _seeder(office, NEWER).ensure()

    release = _seeder(office, RULES).adopt()
    assert release is not None
    assert office.releases.documents(release).texts == RULES
