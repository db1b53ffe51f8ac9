"""The builder of conditions on the page: fields of a tree, its buttons, what it says in words.

Every button is a plain one of the form; where scripts run only the builder is drawn again.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import FormData

from console.admin.shelf import Shelf
from core.vietnamese.text import nfc
from rules.editing import Named, condition_model
from rules.editing.condition_form import ConditionForm
from rules.editing.conditions import Condition, structured
from rules.editing.preview import Preview, Previews
from rules.editing.terms import JOINS, Term, changed, term_of, walk
from rules.findings import Finding
from rules.store.active import RuleSet

COMMAND: Final = "do"
MODE: Final = "mode"
BY_HAND: Final = "yaml"
LEAVES: Final = ("group", "benefit", "definition", "place", "formula", "yaml")
_UNITS: Final[Mapping[str, tuple[str, ...]]] = {
    "money_vnd": ("vnd",),
    "percent": ("percent",),
    "int": ("age", "years", "months", "days", "count"),
    "date": ("date",),
}


@dataclass(frozen=True)
class Builder:
    """One tree as a template draws it. ``focus`` is the path of the term to go to; ``errors`` are by field."""

    root: Term
    form: ConditionForm
    benefit: str = ""
    focus: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    preview: Preview | None = None

    joins: tuple[str, ...] = JOINS
    leaves: tuple[str, ...] = LEAVES

    @property
    def model(self) -> Mapping[str, Any]:
        """What there is to choose from."""
        return self.form.model

    @property
    def kinds(self) -> Mapping[str, str]:
        """The kinds of conditions with their words."""
        return dict(self.model["kinds"])

    def fact(self, term: Term) -> Mapping[str, Any] | None:
        """Return the fact that a term is about."""
        return self.form.facts.get(term.word("fact"))

    @property
    def benefits(self) -> list[tuple[str, str]]:
        """Return the benefits by name."""
        return [(id_, name) for id_, name, _groups in self.model["benefits"]]

    def groups(self, benefit: str = "") -> list[tuple[str, str]]:
        """Return the groups of *benefit* (the one that is edited without)."""
        asked = benefit or self.benefit
        return next((groups for name, _, groups in self.model["benefits"] if name == asked), [])

    def parameters(self, term: Term, chosen: str) -> list[tuple[str, str]]:
        """Return the figures of the law that a term may be measured against."""
        units = _UNITS.get(self.form.type_of(term))
        return [
            (key, name) for key, name, unit in self.model["parameters"] if not units or unit in units or key == chosen
        ]

    def days(self) -> list[tuple[str, str]]:
        """Return the facts that are days."""
        return [(fact["id"], fact["name"]) for fact in self.model["facts"] if fact["type"] == "date"]

    @property
    def size(self) -> int:
        """How many terms there are."""
        return sum(1 for _ in walk(self.root))


@dataclass(frozen=True)
class Building:
    """Makes builders, over the release in use and what a draft adds to its names; *key* tells the names apart."""

    shelf: Shelf
    named: Named
    key: Hashable = ""

    def shows(self, condition: str, benefit: str) -> Builder | None:
        """Return the builder of a condition that stands as YAML; ``None`` where it cannot be read."""
        read = structured(condition) if condition.strip() else []
        if not isinstance(read, Mapping) and any(isinstance(part, Finding) for part in read):
            return None
        form = self._form
        root = form.taken_apart(read)
        return self._drawn(root, benefit)

    def sent(self, data: FormData, benefit: str) -> Builder:
        """Return the builder that was sent, after what its button asked for."""
        root = self._root(data)
        focus = ""
        command = str(data.get(COMMAND, ""))
        for path, term in walk(root):  # a name that was typed and is one fact's counts as chosen
            if term.kind == "fact" and not term.word("fact") and (found := self._form.fact_called(term.word("find"))):
                root, focus = changed(root, f"fact.{path}.{found}")
        if command not in ("", "refresh"):
            root, focus = changed(root, command)
        self._operators(root)
        return self._drawn(root, benefit, focus=focus)

    def read(self, data: FormData, benefit: str) -> tuple[str, Builder | None]:
        """Return what was sent as YAML, and the builder with its errors where it cannot be read."""
        root = self._root(data)
        told, findings = self._form.put_together(root)
        if findings:
            return "", self._drawn(root, benefit, findings=findings)
        return self._previews.of(told).yaml, None

    def found(self, words: str) -> list[Mapping[str, Any]]:
        """Return the facts that *words* may mean."""
        return self._form.find(nfc(words)) if words.strip() else []

    def _drawn(self, root: Term, benefit: str, *, focus: str = "", findings: Sequence[Finding] = ()) -> Builder:
        told: Condition
        told, wrong = self._form.put_together(root)
        preview = None if wrong else self._previews.of(told, benefit)
        errors = {finding.path: finding.message for finding in findings}
        return Builder(root, self._form, benefit, focus, errors, preview)

    def _operators(self, root: Term) -> None:
        """Give every term an operator that fits; values that the new operator cannot take go."""
        for _, term in walk(root):
            if term.kind not in ("fact", "formula") or (term.kind == "fact" and not term.word("fact")):
                continue
            fitting = [name for name, _ in self._form.operators_of(term)]
            for number in range(term.tests):
                if term.word(f"op{number}") not in fitting:
                    taken = {term.word(f"op{other}") for other in range(term.tests)}
                    term.put(f"op{number}", next((name for name in fitting if name not in taken), fitting[0]))

    @staticmethod
    def _root(data: FormData) -> Term:
        return term_of((name, nfc(value)) for name, value in data.multi_items() if isinstance(value, str))

    @property
    def _rules(self) -> RuleSet:
        return self.shelf.current

    @property
    def _form(self) -> ConditionForm:
        service, key = self._rules.service, (self._rules.documents.content_hash, "condition form", self.key)
        return self.shelf.drawn(
            key, lambda: ConditionForm(condition_model(self.named, service.vocabulary, service.places))
        )

    @property
    def _previews(self) -> Previews:
        service, key = self._rules.service, (self._rules.documents.content_hash, "previews", self.key)
        return self.shelf.drawn(key, lambda: Previews(service.release, service.vocabulary, service.places, self.named))
