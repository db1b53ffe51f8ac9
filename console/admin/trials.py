"""What a change does, worked out in the background: in words, on worked cases, stored interviews, screened lists.

A trial is known by the content of both sides and kept in memory, so that every page that asks is quick. What keeps a
change from being released is known once its trial is over; until then nobody can send or publish it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

import structlog

from console.admin.lists import kept_lists
from console.admin.shelf import Shelf
from console.admin.timeline import timeline_of
from console.deps import ConsoleDeps
from rules.authoring.comparison import law_of, subjects_of
from rules.authoring.validation import differences_of, judged_cases, validate, worked_cases
from rules.checking import WorkedCase
from rules.difference import Entry, Key, difference, touched_benefits
from rules.documents import Documents, kind_of
from rules.errors import RulesError
from rules.findings import Finding
from rules.impact import Impact, Subject, impact
from rules.list_impact import impact_on_lists
from rules.service import EligibilityService
from rules.store.active import RuleSet

MOST_KEPT: Final = 24
MOST_INTERVIEWS: Final = 5000
_BREATH_SECONDS: Final = 0.002  # between two cases: the service answers citizens meanwhile

log = structlog.get_logger(__name__)


class Stage(StrEnum):
    """Where a trial is. ``unfit``: the documents make no release; ``failed``: it could not be worked out."""

    WAITING = "waiting"
    WORDS = "words"
    CASES = "cases"
    INTERVIEWS = "interviews"
    LISTS = "lists"
    DONE = "done"
    UNFIT = "unfit"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Turned:
    """A figure that is another from a day on, as people read it; ``old`` is ``None`` where there was none."""

    day: date
    old: str | None
    new: str


@dataclass(slots=True)
class Trial:
    """One comparison. ``on`` is the day on which people are judged: when the change counts."""

    stage: Stage = Stage.WAITING
    done: int = 0
    total: int = 0
    findings: tuple[Finding, ...] = ()
    entries: tuple[Entry, ...] = ()
    turned: Mapping[Key, Turned] = field(default_factory=dict)
    touched: tuple[str, ...] = ()
    on: date | None = None
    cases: Impact = field(default_factory=Impact)
    interviews: Impact = field(default_factory=Impact)
    lists: Impact = field(default_factory=Impact)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will happen to it."""
        return self.stage in (Stage.DONE, Stage.UNFIT, Stage.FAILED)


class TrialOpen(Exception):
    """The trial of these documents is not over yet: whether they may be released is not known."""


class Trials:
    """Works one trial out after the other."""

    def __init__(self, deps: ConsoleDeps, shelf: Shelf) -> None:
        self._deps, self._shelf = deps, shelf
        self._kept: OrderedDict[tuple[str, str], Trial] = OrderedDict()
        self._findings: OrderedDict[str, tuple[Finding, ...]] = OrderedDict()
        self._lock, self._turn = threading.Lock(), threading.Lock()

    def of(self, base: Documents, new: Documents) -> Trial:
        """Return the trial of *new* against *base*, begun now where it is not known."""
        key = (base.content_hash, new.content_hash)
        with self._lock:
            found = self._kept.get(key)
            if found is not None and found.stage is not Stage.FAILED:
                self._kept.move_to_end(key)
                return found
            trial = self._kept[key] = Trial()
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        threading.Thread(target=self._run, args=(trial, base, new), name="rules-trial", daemon=True).start()
        return trial

    def check(self, documents: Documents) -> list[Finding]:
        """Return what keeps *documents* from being released; raises :class:`TrialOpen` while that is not known."""
        found = self._findings.get(documents.content_hash)
        if found is None:
            raise TrialOpen
        return list(found)

    def _run(self, trial: Trial, base: Documents, new: Documents) -> None:
        with self._turn:
            try:
                self._work(trial, base, new)
            except Exception:
                log.exception("rules_trial_failed")
                trial.stage = Stage.FAILED
            finally:
                trial.over.set()

    def _work(self, trial: Trial, base: Documents, new: Documents) -> None:
        trial.stage = Stage.WORDS
        if findings := validate(new):
            self._conclude(trial, new, findings, Stage.UNFIT)
            return
        before, after = self._shelf.set_of(base), self._shelf.set_of(new)
        old, law = before.service, after.service
        trial.entries = tuple(difference(law_of(base, old), law_of(new, law)))
        trial.turned = turned(trial.entries, before, after)
        trial.touched = touched_benefits(old.release, law.release)
        trial.on = self._day_of(before, after, trial.touched)
        findings = self._judge_cases(trial, before, after)
        trial.stage = Stage.INTERVIEWS
        people = self._interviews(trial.on) if trial.touched else ()
        trial.done = trial.total = 0
        trial.interviews = impact(old, law, people, benefits=trial.touched, progress=self._heard(trial))
        trial.stage, trial.done = Stage.LISTS, 0
        if trial.touched:
            self._look_through_lists(trial, old, law)
        self._conclude(trial, new, findings, Stage.DONE)

    def _judge_cases(self, trial: Trial, before: RuleSet, after: RuleSet) -> list[Finding]:
        cases = concerned(before.documents, after.documents, trial.touched)
        trial.stage, trial.total = Stage.CASES, 2 * len(cases)
        heard, findings = self._heard(trial), []
        for number, checked in enumerate(judged_cases(after.service, cases), start=1):
            findings += differences_of(checked, after.service)
            heard(number)
        both = {case.id: case for case in (*worked_cases(before.documents)[0], *cases) if _expects(case, trial.touched)}
        trial.total = len(cases) + len(both)
        done = len(cases)
        trial.cases = impact(
            before.service,
            after.service,
            subjects_of(both.values()),
            benefits=trial.touched,
            progress=lambda n: heard(done + n),
        )
        return findings

    def _look_through_lists(self, trial: Trial, old: EligibilityService, law: EligibilityService) -> None:
        """Count over the screened lists; one that was removed meanwhile, or cannot be read, is passed over."""
        assert trial.on is not None  # noqa: S101  (the day was set before)
        for one in kept_lists(self._deps):
            try:
                found = impact_on_lists(old, law, [one], on=trial.on, benefits=trial.touched)
            except (OSError, RulesError):
                log.warning("rules_trial_list_unreadable", list=one.id)
                continue
            trial.lists.add(found)
            trial.done = trial.lists.looked_at

    def _conclude(self, trial: Trial, new: Documents, findings: Sequence[Finding], stage: Stage) -> None:
        trial.findings = tuple(findings)
        self._findings[new.content_hash] = trial.findings
        while len(self._findings) > 4 * MOST_KEPT:
            self._findings.popitem(last=False)
        trial.stage = stage

    def _interviews(self, on: date) -> Iterator[Subject]:
        for number, subject in enumerate(self._deps.interviewed(on)):
            if number >= MOST_INTERVIEWS:
                return
            yield subject

    def _day_of(self, before: RuleSet, after: RuleSet, touched: Iterable[str]) -> date:
        """Return the last day on which something new begins to count, today where that is past or nothing does."""
        days = {self._deps.clock.today()}
        for benefit in touched:
            old, new = (
                {moment.day for moment in timeline_of(rules.service.release, benefit)}
                if benefit in rules.service.release.benefits
                else set()
                for rules in (before, after)
            )
            days |= new - old
        return max(days)

    @staticmethod
    def _heard(trial: Trial) -> Callable[[int], None]:
        def heard(done: int) -> None:
            trial.done = done
            time.sleep(_BREATH_SECONDS)

        return heard


def turned(entries: Iterable[Entry], before: RuleSet, after: RuleSet) -> dict[Key, Turned]:
    """Return, for entries about the value of a parameter from a day on, what counted that day before and counts now."""
    found: dict[Key, Turned] = {}
    for entry in entries:
        if entry.key[0] != "parameter" or len(entry.key) != 5 or entry.new is None or not entry.key[3]:
            continue
        _, key, place, start, _known = entry.key
        day, province = date.fromisoformat(start), place or None
        if province is not None and province not in after.service.places.units:
            continue  # of a former province: its figure has no name of its own
        old, new = (rules.figures.show(key, as_of=day, province=province) for rules in (before, after))
        if new is not None and old != new:
            found[entry.key] = Turned(day, old, new)
    return found


def concerned(base: Documents, new: Documents, touched: Sequence[str]) -> list[WorkedCase]:
    """Return the cases of *new* that the change may turn: of benefits it touches, of figures, or in files that changed.

    All others were judged as written when *base* was released, and nothing they look at has changed.
    """
    cases = worked_cases(new)[0]
    changed = {path for path in new.changes_from(base) if kind_of(path) == "cases"}

    def is_concerned(case: WorkedCase) -> bool:
        return bool(case.figures) or _expects(case, touched) or case.path.removeprefix(new.shown) in changed

    return [case for case in cases if is_concerned(case)]


def _expects(case: WorkedCase, touched: Sequence[str]) -> bool:
    return any(str(entry.get("benefit")) in touched for entry in case.expect)
