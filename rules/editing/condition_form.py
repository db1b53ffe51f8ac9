"""A condition as a form shows it, and back: what the form cannot show stays as YAML, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from rules.editing.conditions import Condition
from rules.editing.emit import emit
from rules.editing.fact_names import FactNames
from rules.editing.terms import JOINS, ROOT, Term
from rules.editing.typed import PLAIN_DAY, Wrong, by_hand, cite_typed, cite_written, day, needed, single, whole, written
from rules.findings import Finding

_DAYS: Final = ("from", "to", "known_from")
_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "group": ("group",),
    "chosen": ("chosen",),
    "place": ("place", "former"),
}
_UNITS: Final = ("years", "months", "days")


class ConditionForm:
    """Takes conditions apart and puts them together, over a :func:`rules.editing.forms.condition_model`."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        self.model = model
        self.facts: Mapping[str, Mapping[str, Any]] = {fact["id"]: fact for fact in model["facts"]}
        self.parameters = {key: (name, unit) for key, name, unit in model["parameters"]}
        self._names = FactNames({fact["id"]: fact["name"] for fact in model["facts"]})

    def find(self, words: str) -> list[Mapping[str, Any]]:
        """Return the facts that *words* may mean; see :meth:`FactNames.find`."""
        return [self.facts[fact] for fact in self._names.find(words)]

    def fact_called(self, words: str) -> str:
        """Return the id of the one fact that *words* name, else nothing."""
        return self._names.called(words)

    def taken_apart(self, condition: Condition) -> Term:
        """Return *condition* as a tree of terms."""
        if not isinstance(condition, Mapping):
            return Term("all", {"bare": ["1"]}, [self.taken_apart(child) for child in condition])
        term = self._term(condition)
        if term is not None:
            together, findings = self.put_together(term)
            if not findings and together == condition:
                return term
        return Term("yaml", {"yaml": [emit(condition, 0)]})

    def put_together(self, term: Term, path: str = ROOT) -> tuple[Any, list[Finding]]:
        """Return what the tree says as plain values, and a finding per field that cannot be read.

        The path of a finding is the field's name (``c-0.value0``).
        """
        findings: list[Finding] = []
        told = self._said(term, path, findings)
        return told, findings

    # --- a condition as texts ---

    def _term(self, condition: Mapping[str, Any]) -> Term | None:
        kind = next((k for k in ("benefit", *JOINS, "fact", "formula", "group", "definition", "chosen", "place")
                     if k in condition), None)  # fmt: skip
        if kind is None:
            return None
        term = Term(kind, _common_words(condition))
        if kind in JOINS:
            below = [condition[kind]] if kind == "not" else condition[kind]
            if isinstance(below, list):
                term.below = [self.taken_apart(child) for child in below]
            return term
        for name in _LISTS.get(kind, ()):
            _put_list(term, name, condition.get(name))
        if kind in ("fact", "formula", "definition", "benefit"):
            term.put(kind, str(condition[kind]))
        if kind == "benefit":
            term.put("outcome", *([str(condition["outcome"])] if "outcome" in condition else []))
            _put_list(term, "group", condition.get("group"))
        if kind in ("fact", "formula"):
            if "at" in condition:
                term.put("at", str(condition["at"]))
            tests = [(name, condition[name]) for name in condition if name in self.model["operators"]]
            for number, (operator, value) in enumerate(tests):
                self._put_test(term, number, operator, value)
        return term

    def _put_test(self, term: Term, number: int, operator: str, value: Any) -> None:
        term.put(f"op{number}", operator)
        if isinstance(value, Mapping):
            unit = next((unit for unit in _UNITS if unit in value), _UNITS[0])
            term.put(f"value{number}", str(value.get(unit, "")))
            term.put(f"unit{number}", unit)
            term.put(f"exclusive{number}", *(["1"] if value.get("exclusive") else []))
        elif isinstance(value, list):
            term.put(f"value{number}", *map(str, value))
        elif self.type_of(term) == "enum":
            term.put(f"value{number}", str(value))
            term.put(f"shape{number}", "one")
        elif isinstance(value, str) and not PLAIN_DAY.fullmatch(value):
            term.put(f"how{number}", "parameter" if value in self.parameters else "formula")
            term.put(f"value{number}", value)
        else:
            term.put(f"value{number}", written(value, self.type_of(term)))

    def type_of(self, term: Term) -> str:
        """Return the type of the fact a term is about; empty for a formula and a fact nobody knows."""
        fact = self.facts.get(term.word("fact")) if term.kind == "fact" else None
        return str(fact["type"]) if fact else ""

    def operators_of(self, term: Term) -> list[tuple[str, str]]:
        """Return the operators a term may have, with their words."""
        words = self.model["operators"]
        fact = self.facts.get(term.word("fact"))
        if term.kind == "fact" and fact is not None:
            return [(name, words[name]) for name in fact["operators"]]
        ordered = ("at_least", "more_than", "at_most", "less_than", "on_or_after", "after", "on_or_before", "before")
        return [(name, words[name]) for name in ordered]

    # --- texts as a condition ---

    def _said(self, term: Term, path: str, findings: list[Finding]) -> Any:
        """Return what one term says; what cannot be read of it is left out and noted."""

        def tried(read: Callable[[], Any]) -> Any:
            try:
                return read()
            except Wrong as error:
                findings.append(Finding(error.code, f"{path}.{error.field}", params={"value": error.value}))
                return {}

        if term.kind == "yaml":
            return tried(lambda: by_hand(term))
        told = tried(lambda: self._own(term, path, findings))
        if not isinstance(told, Mapping):
            return told
        common = {name: tried(partial(read, term)) for name, read in _COMMON.items()}
        return {**told, **{name: value for name, value in common.items() if value}}

    def _own(self, term: Term, path: str, findings: list[Finding]) -> Any:
        if term.is_join:
            below = [self._said(child, f"{path}-{n}", findings) for n, child in enumerate(term.below)]
            if term.word("bare") and term.kind == "all":
                return below
            if not below:
                raise Wrong("nothing_joined", "kind")
            if term.kind == "not" and len(below) > 1:
                raise Wrong("one_only", "kind")
            return {term.kind: below[0] if term.kind == "not" else below}
        if term.kind in ("fact", "formula"):
            return self._measured(term)
        if term.kind in _LISTS:
            told = {name: _list(term, name) for name in _LISTS[term.kind] if term.many(name)}
            if not told:
                raise Wrong("required", term.kind)
            return told
        if term.kind == "benefit":
            told = {"benefit": needed(term, "benefit")}
            told |= {"outcome": term.word("outcome")} if term.word("outcome") else {}
            return told | ({"group": _list(term, "group")} if term.many("group") else {})
        if term.kind == "definition":
            return {"definition": needed(term, "definition")}
        raise Wrong("unknown_kind", "kind", term.kind)

    def _measured(self, term: Term) -> dict[str, Any]:
        about = term.word(term.kind)
        if term.kind == "fact" and not about:
            about = self.fact_called(term.word("find"))
            if not about:
                raise Wrong("unknown_fact_typed" if term.word("find") else "required", "find", term.word("find"))
        told: dict[str, Any] = {term.kind: about or needed(term, term.kind)}
        if term.word("at"):
            told["at"] = term.word("at")
        for number in range(term.tests):
            operator = needed(term, f"op{number}")
            if operator in told:
                raise Wrong("same_operator", f"op{number}")
            told[operator] = self._value(term, number, operator)
        return told

    def _value(self, term: Term, number: int, operator: str) -> Any:
        name, kind = f"value{number}", self.type_of(term)
        texts = term.many(name)
        if not texts:
            raise Wrong("required", name)
        if operator == "within":
            length: dict[str, Any] = {term.word(f"unit{number}") or _UNITS[0]: whole(texts[0], name)}
            return length | ({"exclusive": True} if term.word(f"exclusive{number}") else {})
        if kind == "enum":
            one = len(texts) == 1 and (term.word(f"shape{number}") or operator in ("is", "is_not"))
            return texts[0] if one else list(texts)
        if kind == "bool" or operator == "exists":
            if texts[0] not in ("true", "false"):
                raise Wrong("not_a_choice", name, texts[0])
            return texts[0] == "true"
        if term.word(f"how{number}"):
            return texts[0].strip()
        return single(texts[0], name, kind)


def _common_words(condition: Mapping[str, Any]) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for name in ("label", "confidence"):
        if name in condition:
            words[name] = [str(condition[name])]
    for name in _DAYS:
        if condition.get(name) is not None:
            words[name] = [written(str(condition[name]))]
    cites = condition.get("cites")
    if isinstance(cites, list) and cites:
        words["cites"] = ["\n".join(map(cite_written, cites))]
    return words


def _days_of(name: str) -> Callable[[Term], str]:
    return lambda term: day(term.word(name), name) if term.word(name) else ""


_COMMON: Final[Mapping[str, Callable[[Term], Any]]] = {
    **{name: _days_of(name) for name in _DAYS},
    "confidence": lambda term: term.word("confidence"),
    "cites": lambda term: [cite_typed(line.strip()) for line in term.word("cites").splitlines() if line.strip()],
    "label": lambda term: term.word("label").strip(),
}


def _put_list(term: Term, name: str, value: Any) -> None:
    if isinstance(value, list):
        term.put(name, *map(str, value))
    elif value is not None:
        term.put(name, str(value))
        term.put(f"{name}_one", "1")


def _list(term: Term, name: str) -> str | list[str]:
    texts = term.many(name)
    return texts[0] if len(texts) == 1 and term.word(f"{name}_one") else list(texts)
