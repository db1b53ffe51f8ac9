"""Compare where dialogues ended with where they should have.

Only what an expectation names is compared, as the format of the dialogues says: outcomes and figures exactly, rates
to four decimals, ``missing`` as a subset, groups as sets, citations by document and article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.citations import Citation

RATE_DECIMALS = 4


@dataclass(frozen=True)
class Ending:
    """Where one dialogue ended: every reply by turn, and the state of the interview."""

    id: str
    replies: Sequence[Sequence[str]]
    state: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """One dialogue judged; no difference means it ended as it should."""

    id: str
    differences: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Tell whether the dialogue ended as expected."""
        return not self.differences


def evaluate_dialogues(items: Iterable[Mapping[str, Any]], endings: Iterable[Ending]) -> list[Verdict]:
    """Judge each item by its ending; an item without one has not been held."""
    by_id = {ending.id: ending for ending in endings}
    return [_judge(item, by_id.get(str(item["id"])), by_id) for item in items]


def _judge(item: Mapping[str, Any], ending: Ending | None, by_id: Mapping[str, Ending]) -> Verdict:
    if ending is None:
        return Verdict(str(item["id"]), ("the dialogue was not held",))
    differences = [
        difference
        for key, expected in item["after_last"].items()
        if key in _CHECKS
        for difference in _CHECKS[key](expected, ending)
    ]
    twin = by_id.get(str(item["after_last"].get("twin")))
    return Verdict(ending.id, (*differences, *(_unlike(ending, twin) if twin else ())))


def _unlike(ending: Ending, twin: Ending) -> Iterable[str]:
    """Name every verdict that is another one in the same conversation in another spelling."""
    here, there = ({(r["person"], r["benefit"]): r for r in one.state.get("results") or ()} for one in (ending, twin))
    for about in sorted(here.keys() | there.keys()):
        if here.get(about) != there.get(about):
            yield f"{'/'.join(about)}: not as in its twin {twin.id}"


def _results(expected: Sequence[Mapping[str, Any]], ending: Ending) -> Iterable[str]:
    for wanted in expected:
        about = f"{wanted['person']}/{wanted['benefit']}"
        found = _find(ending.state.get("results") or (), wanted)
        if found is None:
            yield f"{about}: no result"
            continue
        for key, value in wanted.items():
            told = found.get("citations" if key == "cites" else key)
            if not same(key, value, told):
                yield f"{about}: {key} is {told!r}, expected {value!r}"


def _find(results: Sequence[Mapping[str, Any]], wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for result in results:
        if result["person"] == wanted["person"] and result["benefit"] == wanted["benefit"]:
            return result
    return None


def same(key: str, expected: Any, found: Any) -> bool:
    """Tell whether a field of a result is as expected."""
    if key == "missing":
        return set(expected) <= set(found or ())
    if key == "group":
        return _as_set(expected) == _as_set(found)
    if key == "cites":
        return any(Citation(c).same_law(Citation(f)) for c in expected for f in found or ())
    if isinstance(expected, float) and isinstance(found, (int, float)) and not isinstance(found, bool):
        return round(expected, RATE_DECIMALS) == round(found, RATE_DECIMALS)
    return bool(expected == found)


def _as_set(value: Any) -> frozenset[str]:
    return frozenset(value if isinstance(value, (list, tuple)) else [value])


def _asks_next(expected: Sequence[str], ending: Ending) -> Iterable[str]:
    asked = ending.state.get("asks_next")
    if asked not in expected:
        yield f"asks {asked!r}, expected one of {list(expected)}"


def _equal(key: str) -> Callable[[Any, Ending], Iterable[str]]:
    def check(expected: Any, ending: Ending) -> Iterable[str]:
        found = ending.state.get(key)
        if found != expected:
            yield f"{key} is {found!r}, expected {expected!r}"

    return check


def _corrected(expected: Mapping[str, Any], ending: Ending) -> Iterable[str]:
    found = (ending.state.get("facts") or {}).get(expected["person"], {}).get(expected["fact"])
    if found != expected["value"]:
        yield f"{expected['person']}.{expected['fact']} is {found!r}, expected {expected['value']!r}"


def _must_not_say(expected: Sequence[str], ending: Ending) -> Iterable[str]:
    said = _said(ending).casefold()
    yield from (f"says {words!r}" for words in expected if words.casefold() in said)


def _answered(expected: Sequence[str], ending: Ending) -> Iterable[str]:
    said = _said(ending)
    yield from (f"never says {words!r}" for words in expected if words not in said)


def _said(ending: Ending) -> str:
    """Return everything that was said, without the marks of important words."""
    return "\n".join(reply for turn in ending.replies for reply in turn).replace("**", "")


def _cleared(expected: Any, ending: Ending) -> Iterable[str]:
    facts = ending.state.get("facts") or {}
    names = expected if isinstance(expected, list) else None
    left = [f for known in facts.values() for f in known if names is None or f in names]
    if expected and left:
        yield f"still knows {left}"


_CHECKS: Mapping[str, Callable[[Any, Ending], Iterable[str]]] = {
    "results": _results,
    "asks_next": _asks_next,
    "action": _equal("action"),
    "province": _equal("province"),
    "corrected_fact": _corrected,
    "must_not_say": _must_not_say,
    "answered_in_between": _answered,
    "facts_cleared": _cleared,
}
