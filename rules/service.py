"""The room's front door: facts in, decisions out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rules.cases import CaseBuilder
from rules.documents import Documents
from rules.engine.case import Case
from rules.engine.decision import Assessment, Decision, Leaf, Reason, Verdict
from rules.engine.model import Outcome, Release
from rules.engine.snapshot import Engine, change_days
from rules.errors import UnknownBenefit
from rules.facts.vocabulary import Vocabulary
from rules.findings import Finding
from rules.places import Places
from rules.schema.compiled_cache import Read, cached
from rules.schema.release import RULES, load_release, read_id

__all__ = ["Assessment", "Decision", "EligibilityService", "Leaf", "Outcome", "Reason", "Verdict"]


class EligibilityService:
    """Judges cases by one release of the law."""

    def __init__(self, release: Release, vocabulary: Vocabulary, places: Places, engine: Engine | None = None) -> None:
        self.release, self.vocabulary, self.places = release, vocabulary, places
        self.engine = engine or Engine(release)
        self.cases = CaseBuilder(vocabulary, places)

    @classmethod
    def load(cls, root: Path = RULES, *, cache: Path | None = None) -> EligibilityService:
        """Read the rule files of a folder; see :meth:`of`."""
        return cls.of(Documents.read(root), cache=cache)

    @classmethod
    def of(cls, documents: Documents, *, cache: Path | None = None) -> EligibilityService:
        """Read *documents*; raises :class:`rules.errors.InvalidRules` with every finding.

        *cache* is a folder of this service's own in which what was read is kept for the next start.
        """
        places = Places.load()
        vocabulary = Vocabulary.load(places=places)

        def read() -> Read:
            release = load_release(documents, vocabulary=vocabulary, places=places)
            days, known = change_days(release)
            return Read(release, tuple(days), tuple(known))

        found = read() if cache is None else cached(cache, read_id(documents), read)
        return cls(found.release, vocabulary, places, Engine(found.release, (found.days, found.known)))

    def assess(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        known_on: date | None = None,
        province: str | None = None,
        benefits: Sequence[str] | None = None,
        conversational: bool = False,
        explain: bool = True,
    ) -> Assessment:
        """Judge *facts* by the law of *as_of* as known on *known_on* (default: that day).

        Raises :class:`InvalidFacts` with every finding at once, :class:`UnknownBenefit`. With *conversational*, what
        people leave unsaid in a talk is presumed too. Without *explain*, leaves and citations are left out.
        """
        asked = self.asked(benefits)
        seen = known_on or as_of
        case = self.case(facts, as_of=as_of, known_on=seen, province=province, conversational=conversational)
        snapshot = self.engine.snapshot(as_of, seen)
        return Assessment(as_of, seen, self.release.id, snapshot.decide_all(asked, case, explain=explain))

    def verdicts(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        known_on: date | None = None,
        province: str | None = None,
        benefits: Sequence[str] | None = None,
        conversational: bool = False,
    ) -> tuple[Verdict, ...]:
        """Return only the verdicts and what is missing for them: half the work of :meth:`assess` or less."""
        asked = self.asked(benefits)
        seen = known_on or as_of
        case = self.case(facts, as_of=as_of, known_on=seen, province=province, conversational=conversational)
        snapshot = self.engine.snapshot(as_of, seen)
        return snapshot.verdicts(asked, case)

    def check(self, facts: Mapping[str, Any], *, as_of: date, province: str | None = None) -> list[Finding]:
        """Return everything that is wrong with *facts*, without judging them."""
        return self.cases.findings(facts, as_of=as_of, province=province)

    def case(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        known_on: date,
        province: str | None = None,
        conversational: bool = False,
    ) -> Case:
        """Return the case the engine judges; raises :class:`InvalidFacts` with every finding at once."""
        snapshot = self.engine.snapshot(as_of, known_on)
        return self.cases.build(
            facts, snapshot, as_of=as_of, known_on=known_on, province=province, conversational=conversational
        )

    def asked(self, benefits: Sequence[str] | None) -> Sequence[str]:
        """Return the benefits asked about, all where none is named; raises :class:`UnknownBenefit`."""
        for name in benefits or ():
            if name not in self.release.benefits:
                raise UnknownBenefit(name, list(self.release.benefits))
        return benefits if benefits is not None else list(self.release.benefits)
