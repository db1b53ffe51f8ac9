"""The engine's answer: a decision per benefit, with everything needed to explain it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from core.citations import Citation
from rules.engine.model import Confidence, Outcome

ResultValue = int | float | str | bool
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Asked(NamedTuple):
    """What a condition asks, by which law: the same for everybody on the day and in the place."""

    fact: str
    operator: str
    threshold: Any
    since: date | None
    level: str
    citation: Citation | None
    label_vi: str


class Leaf(NamedTuple):
    """One condition, judged: what was asked, what was told, and the verdict. (Made a hundred times a decision.)"""

    asked: Asked
    verdict: bool | None
    value: Any
    source: str

    @property
    def fact(self) -> str:
        """Return the fact it looks at."""
        return self.asked.fact

    @property
    def operator(self) -> str:
        """Return how the value is compared."""
        return self.asked.operator

    @property
    def threshold(self) -> Any:
        """Return what the value is compared with."""
        return self.asked.threshold

    @property
    def since(self) -> date | None:
        """Return since when it is law."""
        return self.asked.since

    @property
    def level(self) -> str:
        """Return who set it: ``national`` or a province."""
        return self.asked.level

    @property
    def citation(self) -> Citation | None:
        """Return the article."""
        return self.asked.citation

    @property
    def label_vi(self) -> str:
        """Return the condition in Vietnamese."""
        return self.asked.label_vi

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "fact": self.fact,
            "verdict": self.verdict,
            "value": self.value,
            "source": self.source,
            "operator": self.operator,
            "threshold": plain(self.threshold),
            "since": self.since.isoformat() if self.since else None,
            "level": self.level,
            "citation": self.citation.text if self.citation else None,
            "label": self.label_vi,
        }


class Reason(NamedTuple):
    """Why a person has to decide, or why there is no figure: a key and the text of the rule file."""

    id: str
    text: str


class Note(NamedTuple):
    """What the law leaves open of a figure, where nobody has to be asked before the answer stands."""

    id: str
    text: str
    citations: tuple[Citation, ...] = ()

    @property
    def cited(self) -> str:
        """Return the text with its articles in brackets."""
        articles = "; ".join(citation.text for citation in self.citations)
        return f"{self.text.rstrip('.')} ({articles})." if articles else self.text

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"id": self.id, "text": self.text, "citations": [citation.text for citation in self.citations]}


class Verdict(NamedTuple):
    """The bare verdict on one benefit: ``missing`` are the facts that would settle it.

    ``candidates`` are the groups that may still be chosen.
    """

    benefit: str
    outcome: Outcome
    group: str | tuple[str, ...] | None = None
    missing: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


class Explanation(NamedTuple):
    """Why a decision is as it is: articles, conditions, what was taken for granted, how sure it is."""

    citations: tuple[Citation, ...] = ()
    reasons: Sequence[Leaf] = ()
    presumed: Mapping[str, Any] = NOTHING
    confidence: Confidence = Confidence.HIGH


class Why:
    """Carries why a decision is as it is: worked out when first asked for, from what decided, and kept."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: Explanation | None = None

    @property
    def found(self) -> Explanation:
        """Return the explanation."""
        if self._found is None:
            self._found = self.find_out()
        return self._found

    def find_out(self) -> Explanation:
        """Work the explanation out."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Why) and self.found == other.found

    def __hash__(self) -> int:
        return hash(self.found.citations)

    def __repr__(self) -> str:
        return repr(self.found)


class Known(Why):
    """An explanation that is there already."""

    __slots__ = ()

    def __init__(self, found: Explanation) -> None:
        self._found = found


UNEXPLAINED: Final = Known(Explanation())


class Decision(NamedTuple):
    """The verdict on one benefit, its figures and why.

    ``missing`` are the facts that would settle it (or a figure still open); ``improvable_by`` those that could still
    lead to a higher group although the verdict stands; ``bounds`` what is already sure of a figure that is not exact;
    ``notes`` say why a figure is not given where nobody has to be asked for it. ``why`` is read by ``citations``,
    ``reasons``, ``presumed`` and ``confidence``. ``granted_anyhow`` tells of an open verdict that only a figure keeps
    open: whichever way it turns out, the benefit is due.
    """

    benefit: str
    outcome: Outcome
    group: str | tuple[str, ...] | None = None
    results: Mapping[str, ResultValue] = NOTHING
    missing: tuple[str, ...] = ()
    refer_to_human: bool = False
    refer_reasons: tuple[Reason, ...] = ()
    improvable_by: tuple[str, ...] = ()
    bounds: Mapping[str, tuple[Any, Any]] = NOTHING
    candidates: tuple[str, ...] = ()
    why: Why = UNEXPLAINED
    notes: tuple[Note, ...] = ()
    granted_anyhow: bool = False

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return the articles of law behind it, in order."""
        return self.why.found.citations

    @property
    def reasons(self) -> Sequence[Leaf]:
        """Return the conditions behind it."""
        return self.why.found.reasons

    @property
    def presumed(self) -> Mapping[str, Any]:
        """Return what was taken for granted."""
        return self.why.found.presumed

    @property
    def confidence(self) -> Confidence:
        """Return how sure the rules behind it are."""
        return self.why.found.confidence

    @property
    def reservation(self) -> bool:
        """Tell whether the answer must carry a reservation."""
        return self.confidence is not Confidence.HIGH

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; result fields lie flat beside the outcome."""
        group = list(self.group) if isinstance(self.group, tuple) else self.group
        return {
            "benefit": self.benefit,
            "outcome": self.outcome.value,
            "group": group,
            **self.results,
            "missing": list(self.missing),
            "granted_anyhow": self.granted_anyhow,
            "refer_to_human": self.refer_to_human,
            "refer_reasons": [{"id": reason.id, "text": reason.text} for reason in self.refer_reasons],
            "notes": [note.to_json() for note in self.notes],
            "citations": [citation.text for citation in self.citations],
            "reasons": [leaf.to_json() for leaf in self.reasons],
            "presumed": dict(self.presumed),
            "confidence": self.confidence.name.lower(),
            "reservation": self.reservation,
            "improvable_by": list(self.improvable_by),
            "bounds": {name: [plain(lo), plain(hi)] for name, (lo, hi) in self.bounds.items()},
        }


@dataclass(frozen=True, slots=True)
class Assessment:
    """All decisions on one case, with the two times and the release they were made by."""

    as_of: date
    known_on: date
    release: str
    decisions: tuple[Decision, ...]

    def decision(self, benefit: str) -> Decision:
        """Return the decision on *benefit*; raises ``KeyError`` when it was not asked for."""
        for decision in self.decisions:
            if decision.benefit == benefit:
                return decision
        raise KeyError(benefit)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "as_of": self.as_of.isoformat(),
            "known_on": self.known_on.isoformat(),
            "release": self.release,
            "decisions": [decision.to_json() for decision in self.decisions],
        }


def plain(value: Any) -> Any:
    """Turn decimals, days, tuples and what is inside mappings into JSON values; whole numbers stay whole."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list | frozenset | set):
        return [plain(part) for part in (sorted(value) if isinstance(value, frozenset | set) else value)]
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    return value
