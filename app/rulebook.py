"""The rules in use: read once for a command, watched by the service; and what shows them to the other rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from app.settings import Settings
from core.clock import Clock
from core.database import Database
from rules.authoring.validation import Remembered, release_findings
from rules.catalogue import BenefitCard, Procedure
from rules.documents import Documents
from rules.store.active import ActiveRules, RuleSet
from rules.store.drafts import DraftStore
from rules.store.publishing import Publisher
from rules.store.releases import ReleaseStore
from rules.store.seeding import Seeder, is_untouched
from rules.store.tables import ReleaseRow

Current = Callable[[], RuleSet]


def package_version() -> str:
    """Return the version of this package."""
    try:
        return version("ansinh")
    except PackageNotFoundError:
        return "unknown"


def seeder(releases: ReleaseStore) -> Seeder:
    """Return what brings the rule files of this package into the store."""
    return Seeder(releases, package_version())


@dataclass(frozen=True)
class Desk:
    """What rules are changed with: releases, drafts, publishing, the files of the package."""

    releases: ReleaseStore
    drafts: DraftStore
    publisher: Publisher
    seeder: Seeder


def rules_desk(database: Database, clock: Clock) -> Desk:
    """Return the desk over *database*, seeded where that loses nothing."""
    releases = ReleaseStore(database, clock)
    seeds = seeder(releases)
    seeds.ensure()
    check = Remembered(release_findings)
    drafts = DraftStore(releases, check)
    return Desk(releases, drafts, Publisher(drafts, check), seeds)


def rules_in_use(settings: Settings, clock: Clock) -> RuleSet:
    """Return the rules a command works with: the release in use here where something was edited, else the files.

    Reads only: no database is made and none is changed. Raises :class:`rules.errors.InvalidRules`.
    """
    cache = rules_cache(settings)
    with existing_releases(settings, clock) as releases:
        release = releases.active() if releases is not None else None
        if releases is not None and release is not None and not is_untouched(release):
            return RuleSet.of(releases.documents(release), release, cache=cache)
    return RuleSet.of(Documents.read(), cache=cache)


@contextmanager
def existing_releases(settings: Settings, clock: Clock) -> Iterator[ReleaseStore | None]:
    """Give the releases of the database of *settings*; ``None`` where there is none yet."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        yield None
        return
    database = Database(settings.database)
    try:
        has_releases = inspect(database.engine).has_table(ReleaseRow.__tablename__)
        yield ReleaseStore(database, clock) if has_releases else None
    finally:
        database.dispose()


@contextmanager
def watched_rules(settings: Settings, database: Database, clock: Clock) -> Iterator[ActiveRules]:
    """Seed the store where that loses nothing, and follow every release until the end."""
    releases = ReleaseStore(database, clock)
    seeder(releases).ensure()
    rules = ActiveRules(releases, cache=rules_cache(settings))
    rules.refresh()
    rules.start()
    try:
        yield rules
    finally:
        rules.stop()


def rules_cache(settings: Settings) -> Path:
    """Return the folder in which releases as read are kept."""
    return settings.state_folder / "rules"


@dataclass(frozen=True)
class LiveFigures:
    """The figures that prose shows, always of the release in use."""

    current: Current

    def show(self, key: str, *, as_of: date, province: str | None = None, short: bool = False) -> str | None:
        """Return the figure as people read it; ``None`` where there is none that day."""
        return self.current().figures.show(key, as_of=as_of, province=province, short=short)


@dataclass(frozen=True)
class LiveCatalogue:
    """The benefits by name, always of the release in use."""

    current: Current

    def cards(self, as_of: date) -> tuple[BenefitCard, ...]:
        """Return every benefit."""
        return self.current().catalogue.cards(as_of)

    def groups(self, benefit: str) -> Mapping[str, str]:
        """Return the names of the groups of *benefit*."""
        return self.current().catalogue.groups(benefit)

    def procedure(self, benefit: str, *, as_of: date, province: str | None = None) -> Procedure | None:
        """Return how one applies on the day."""
        return self.current().catalogue.procedure(benefit, as_of=as_of, province=province)
