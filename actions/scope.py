"""Which benefits an interview looks at for a person: those named, and those that what was told brings in.

The lists are data (``dialogue/phrases/scope.yml``); no benefit is named here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from actions.phrasebook import FOLDER
from actions.ports import BenefitId, FactId, Raw

_TOLD_AS_NO: tuple[Raw, ...] = (False, 0, "none", "other", [])


@dataclass(frozen=True)
class Scope:
    """The benefits of one area that are looked at, in the order they are told."""

    area: str
    benefits: tuple[BenefitId, ...]
    # Named one by one: then every one has to be settled, otherwise one of the area is enough.
    named: bool = False
    # Looked at only because nothing was named: told when it is clear, never asked about.
    asked: bool = True


@dataclass(frozen=True)
class Scoping:
    """Finds the scopes of an interview."""

    areas: Mapping[str, Sequence[BenefitId]]
    unnamed: Sequence[str]
    joins: Mapping[BenefitId, Mapping[str, Any]]
    # In place of a benefit that was named, the one that is meant by what was told.
    instead: Mapping[BenefitId, Mapping[str, Any]]
    hints: Mapping[str, Sequence[FactId]]
    unprompted_never: Mapping[FactId, Sequence[FactId]]
    questions_at_most: int
    grants: Sequence[Mapping[str, str]]

    @classmethod
    def load(cls, path: Path = FOLDER / "phrases" / "scope.yml") -> Scoping:
        """Read the lists."""
        return cls(**yaml.safe_load(path.read_text(encoding="utf-8")))

    def scopes(self, asked: Iterable[str], facts: Mapping[FactId, Raw]) -> list[Scope]:
        """Return what to look at: *asked* are areas or benefit ids, none meaning whatever may apply."""
        wanted = list(asked) or self._areas_hinted(facts)
        named = tuple(one for one in wanted if one not in self.areas)
        scopes = [Scope("", named, named=True)] if named else []
        scopes += [scope for area in wanted if area in self.areas for scope in self._of_area(area, facts)]
        return scopes or self._unnamed(facts)

    def narrowed(self, before: Sequence[str], asked: Sequence[str]) -> list[str]:
        """Return what is asked for now: an area named after one of its benefits does not widen the question."""
        kept = [benefit for benefit in before if self._area_of(benefit) in asked]
        return list(dict.fromkeys([*kept, *asked]))

    def meant(self, asked: Sequence[str], facts: Mapping[FactId, Raw]) -> list[str]:
        """Return *asked* with the benefits in it that *facts* show to be meant."""
        return list(dict.fromkeys(self._meant(one, facts) for one in asked))

    def _meant(self, benefit: BenefitId, facts: Mapping[FactId, Raw]) -> BenefitId:
        rule = self.instead.get(benefit)
        return str(rule["benefit"]) if rule is not None and _told(rule["facts"], facts) else benefit

    def _area_of(self, benefit: BenefitId) -> str | None:
        joined = self.joins.get(benefit)
        if joined is not None:
            return str(joined["area"])
        return next((area for area, benefits in self.areas.items() if benefit in benefits), None)

    @property
    def everything(self) -> list[str]:
        """Every area."""
        return list(self.areas)

    def unaskable(self, brought_up: Collection[FactId]) -> frozenset[FactId]:
        """Return the facts too private to be asked, given what she told or spoke of herself."""
        return frozenset(
            fact
            for fact, opened_by in self.unprompted_never.items()
            if not any(opening in brought_up for opening in opened_by)
        )

    def _areas_hinted(self, facts: Mapping[FactId, Raw]) -> list[str]:
        return [area for area, hints in self.hints.items() if any(hint in facts for hint in hints)]

    def _unnamed(self, facts: Mapping[FactId, Raw]) -> list[Scope]:
        first, *others = self.unnamed
        told = [scope for area in others for scope in self._of_area(area, facts)]
        return [*self._of_area(first, facts), *(replace(scope, asked=False) for scope in told)]

    def _of_area(self, area: str, facts: Mapping[FactId, Raw]) -> list[Scope]:
        """Return what an area is looked at for: what she speaks of first, then what is always looked at."""
        joining = [b for b, rule in self.joins.items() if rule["area"] == area and _told(rule["facts"], facts)]
        strong = tuple(benefit for benefit in joining if not self.joins[benefit].get("weak"))
        rest = tuple(dict.fromkeys([*self.areas[area], *joining]))
        if not strong:
            return [Scope(area, rest)]
        return [Scope(area, strong, named=True), Scope(area, tuple(b for b in rest if b not in strong), asked=False)]


def _told(rule: Mapping[FactId, Any], facts: Mapping[FactId, Raw]) -> bool:
    return any(_fits(facts[fact], wanted) for fact, wanted in rule.items() if fact in facts)


def _fits(value: Raw, wanted: Any) -> bool:
    if wanted == "any":
        return not any(value == no and type(value) is type(no) for no in _TOLD_AS_NO)
    values = value if isinstance(value, list) else [value]
    return any(one in wanted for one in values)
