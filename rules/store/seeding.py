"""How the rule files of the package come into the store.

An empty store takes them as its first release. Where nothing was edited here, the files of a newer package replace
those of the older. Where something was edited, they are only offered: a draft merges them with the edits, and goes
the way of every draft. Files that were seen before (an older package started again) are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from rules.documents import Documents
from rules.store.records import ReleaseKind, ReleaseRecord, manifest_text, release_of
from rules.store.releases import NewRelease, ReleaseStore, locked_head
from rules.store.tables import ReleaseRow, SeedRow
from rules.store.texts import keep

PACKAGE = "package"


@dataclass(frozen=True, slots=True)
class SeedOffer:
    """Rule files of the package that are not in the newest release. ``is_older``: they were replaced by others once."""

    documents: Documents
    package: str
    is_older: bool


class Seeder:
    """Brings the files of this package version into the store."""

    def __init__(self, releases: ReleaseStore, package: str, documents: Documents | None = None) -> None:
        self._releases, self._package = releases, package
        self.documents = documents or Documents.read()

    def ensure(self) -> ReleaseRecord | None:
        """Take the files into use where that loses nothing; return the release where there is a new one."""
        with self._releases.database.session() as session:
            head = locked_head(session)
            newest = session.get(ReleaseRow, head.seq)
            is_new = session.get(SeedRow, self.documents.content_hash) is None
            if is_new:
                self._remember(session)
            if newest is not None and not (is_new and is_untouched(release_of(newest))):
                return None
            return self._adopt(session)

    def adopt(self) -> ReleaseRecord | None:
        """Take the files into use although they were seen before; only where nothing was edited."""
        with self._releases.database.session() as session:
            newest = session.get(ReleaseRow, locked_head(session).seq)
            if newest is not None:
                record = release_of(newest)
                if not is_untouched(record) or record.content_hash == self.documents.content_hash:
                    return None
            if session.get(SeedRow, self.documents.content_hash) is None:
                self._remember(session)
            return self._adopt(session)

    def offer(self) -> SeedOffer | None:
        """Return the files where the newest release does not hold them; ``None`` where it does."""
        newest = self._releases.newest()
        if newest is None or newest.seed_hash == self.documents.content_hash:
            return None
        with self._releases.database.session() as session:
            known = session.get(SeedRow, self.documents.content_hash)
            now = session.get(SeedRow, newest.seed_hash)
        is_older = bool(known and now and known.first_seen_at < now.first_seen_at)
        return SeedOffer(self.documents, self._package, is_older)

    def _remember(self, session: Session) -> None:
        keep(session, self.documents.texts.values())
        session.add(
            SeedRow(
                content_hash=self.documents.content_hash,
                manifest=manifest_text(self.documents.manifest),
                package=self._package,
                first_seen_at=self._releases.clock.now(),
            )
        )
        session.flush()

    def _adopt(self, session: Session) -> ReleaseRecord:
        new = NewRelease(
            ReleaseKind.SEED,
            self.documents,
            self.documents.content_hash,
            f"ansinh {self._package}",
            PACKAGE,
            PACKAGE,
            PACKAGE,
            self._releases.clock.now(),
        )
        return self._releases.append(session, new, head=locked_head(session))


def is_untouched(release: ReleaseRecord) -> bool:
    """Tell whether *release* says what the package said, nothing more."""
    return release.content_hash == release.seed_hash
