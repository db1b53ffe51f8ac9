"""How exact the release in use is: every worked case judged again, once for each content, and what the law leaves open.

Judging takes some seconds: it happens beside the service in a thread and is kept in a file named after the documents.
"""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import structlog

from core.clock import Clock
from rules.checking import CheckedCase, check_cases, read_cases
from rules.engine.model import Confidence, Release, Source, Unsettled
from rules.store.active import RuleSet

_BREATH_SECONDS: Final = 0.002  # between two cases, so that citizens' answers go first
_KEPT: Final = 5

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Gap:
    """One point that the law or its reading leaves open: the benefit and the words that citizens hear."""

    benefit: str
    text: str


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What came of the worked cases: by benefit (cases, passed), and the names of those that did not pass."""

    content_hash: str
    at: datetime
    cases: int
    passed: int
    benefits: Mapping[str, tuple[int, int]]
    failed: Sequence[str]

    @property
    def rate(self) -> float | None:
        """Return the share that passed, in percent."""
        return 100 * self.passed / self.cases if self.cases else None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {**dataclasses.asdict(self), "at": self.at.isoformat()}

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Accuracy:
        """Read what ``to_json`` gave."""
        benefits = {name: (int(cases), int(passed)) for name, (cases, passed) in told["benefits"].items()}
        at = datetime.fromisoformat(told["at"])
        return cls(told["content_hash"], at, told["cases"], told["passed"], benefits, tuple(told["failed"]))


class AccuracyKeeper:
    """Gives the accuracy of a rule set, computing it beside the service where it is not known yet."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock
        self._lock = threading.Lock()
        self._computing: set[str] = set()
        self._known: dict[str, Accuracy] = {}

    def of(self, rules: RuleSet) -> Accuracy | None:
        """Return what is known of *rules*; ``None`` while it is being computed, which this call begins."""
        content = rules.documents.content_hash
        with self._lock:
            if (known := self._known.get(content) or self._read(content)) is not None:
                self._known[content] = known
                return known
            if content not in self._computing:
                self._computing.add(content)
                threading.Thread(target=self._compute, args=(rules,), name="accuracy", daemon=True).start()
        return None

    def _compute(self, rules: RuleSet) -> None:
        content = rules.documents.content_hash
        try:
            found = judge(rules, self._clock)
        except Exception as error:  # the page then goes on saying that it is being computed
            log.warning("accuracy_not_computed", error=type(error).__name__)
            return
        with self._lock:
            self._known[content] = found
            self._computing.discard(content)
        self._keep(found)

    def _path(self, content: str) -> Path:
        return self._folder / f"{content[:32]}.json"

    def _read(self, content: str) -> Accuracy | None:
        try:
            found = Accuracy.of_json(json.loads(self._path(content).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if found.content_hash == content else None

    def _keep(self, found: Accuracy) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(found.content_hash)
        temporary = path.with_suffix(".new")
        temporary.write_text(json.dumps(found.to_json(), ensure_ascii=False), encoding="utf-8")
        temporary.replace(path)
        for old in sorted(self._folder.glob("*.json"), key=lambda one: one.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)


def judge(rules: RuleSet, clock: Clock) -> Accuracy:
    """Judge every worked case of the documents of *rules*."""
    cases: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    total, right, failed = 0, 0, []
    for checked in _checked(rules):
        total += 1
        right += checked.passed
        if not checked.passed:
            failed.append(checked.case.title or checked.case.id)
        wrong = {difference.benefit for difference in checked.differences}
        for benefit in {str(entry.get("benefit")) for entry in checked.case.expect}:
            cases[benefit] += 1
            passed[benefit] += benefit not in wrong and not checked.findings
    benefits = {benefit: (cases[benefit], passed[benefit]) for benefit in sorted(cases)}
    return Accuracy(rules.documents.content_hash, clock.now(), total, right, benefits, tuple(failed))


def _checked(rules: RuleSet) -> Iterator[CheckedCase]:
    for path, text in rules.documents.of_kind("cases"):
        found, _ = read_cases(text, path)
        for checked in check_cases(rules.service, found):
            time.sleep(_BREATH_SECONDS)
            yield checked


def gaps(release: Release) -> Sequence[Gap]:
    """Return every point of the release left open, each text once for each benefit."""
    found = [
        Gap(name, one.text)
        for name, benefit in release.benefits.items()
        for one in _parts(benefit, Unsettled)
        if one.text
    ]
    return list(dict.fromkeys(found))


def unsure(release: Release) -> Mapping[str, int]:
    """Return how many statements of each benefit were checked without certainty."""
    counts = {
        name: sum(one.confidence is not None and one.confidence < Confidence.HIGH for one in _parts(benefit, Source))
        for name, benefit in release.benefits.items()
    }
    return {name: count for name, count in counts.items() if count}


def _parts(value: Any, kind: type) -> Iterator[Any]:
    """Walk dataclasses, mappings and tuples, and give every *kind* in them."""
    if isinstance(value, kind):
        yield value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for one in dataclasses.fields(value):
            yield from _parts(getattr(value, one.name), kind)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _parts(inner, kind)
    elif isinstance(value, tuple | list | frozenset):
        for inner in value:
            yield from _parts(inner, kind)
