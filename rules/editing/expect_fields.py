"""What a worked case expects of a benefit as it stands in fields, and back; what they cannot say stays as YAML."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rules.editing.conditions import structured
from rules.editing.emit import emit
from rules.editing.fields import Field
from rules.editing.typed import Wrong, written
from rules.engine.decision import plain

LIST: Final = "list"
NO_VALUE: Final = "–"
_OWN: Final = ("benefit", "outcome", "group", "missing", "cites", "refer_to_human")


@dataclass(frozen=True, slots=True)
class ExpectFields:
    """The texts in the fields of one expectation; ``results`` are those of the figures, by their name.

    ``shape`` tells a single group that is written as a list apart; ``rest`` is YAML.
    """

    benefit: str
    outcome: str = ""
    group: tuple[str, ...] = ()
    refer: str = ""
    missing: tuple[str, ...] = ()
    cites: str = ""
    results: Mapping[str, str] = dataclasses.field(default_factory=dict)
    shape: str = ""
    rest: str = ""

    def told(self, name: str) -> str:
        """Return the text of a figure."""
        return self.results.get(name, "")


def taken_apart(entry: Mapping[str, Any], results: Mapping[str, Field]) -> ExpectFields:
    """Return the fields of one entry of ``expect``; *results* are the figures of its benefit that have a field."""
    group = entry.get("group")
    fields = ExpectFields(
        benefit=str(entry.get("benefit", "")),
        outcome=str(entry.get("outcome", "")),
        group=tuple(map(str, group)) if isinstance(group, list) else (str(group),) if group else (),
        refer=written(entry["refer_to_human"]) if isinstance(entry.get("refer_to_human"), bool) else "",
        missing=tuple(map(str, entry.get("missing") or ())),
        cites="\n".join(map(str, entry.get("cites") or ())),
        results={name: result_text(value) for name, value in entry.items() if name in results and name not in _OWN},
        shape=LIST if isinstance(group, list) else "",
    )
    told, wrong = put_together(fields, results)
    left = {name: value for name, value in entry.items() if name not in told or plain(told[name]) != plain(value)}
    if not left and not wrong:
        return fields
    kept = {name: text for name, text in fields.results.items() if name not in left}
    return dataclasses.replace(_without(fields, left), results=kept, rest=emit(left, 0))


def put_together(fields: ExpectFields, results: Mapping[str, Field]) -> tuple[dict[str, Any], dict[str, Wrong]]:
    """Return the entry that the fields say, and what cannot be read, by the field it stands in."""
    wrong: dict[str, Wrong] = {}
    told: dict[str, Any] = {"benefit": fields.benefit, "outcome": fields.outcome}
    told["group"] = list(fields.group) if len(fields.group) > 1 or fields.shape == LIST else "".join(fields.group)
    told["refer_to_human"] = fields.refer == "true" if fields.refer else None
    for name, text in fields.results.items():
        if text.strip() and name in results:
            try:
                told[name] = _value(results[name], text.strip())
            except ValueError as error:
                wrong[f"r.{name}"] = Wrong(str(error), f"r.{name}", text)
    told["missing"] = list(fields.missing)
    told["cites"] = [line.strip() for line in fields.cites.splitlines() if line.strip()]
    rest = structured(fields.rest) if fields.rest.strip() else {}
    if not isinstance(rest, Mapping):
        wrong["rest"] = Wrong("not_a_condition.typed", "rest", fields.rest)
        rest = {}
    if not fields.benefit:
        wrong["benefit"] = Wrong("required", "benefit")
    if not fields.outcome and "outcome" not in rest:
        wrong["outcome"] = Wrong("required", "outcome")
    kept = {name: value for name, value in told.items() if value not in ("", [], None) or name in results}
    return {name: plain(value) for name, value in {**kept, **rest}.items()}, wrong


def _value(field: Field, text: str) -> Any:
    return None if text in (NO_VALUE, "-") else field.read(text)


def result_text(value: Any) -> str:
    """Return the value of a figure as it is typed; a dash where there must be none."""
    if value is None:
        return NO_VALUE
    return written(str(value)) if isinstance(value, str) and value[:4].isdigit() else written(value, "number")


def _without(fields: ExpectFields, names: Mapping[str, Any]) -> ExpectFields:
    """Return *fields* without what is said in YAML."""
    empty: dict[str, Any] = {"group": (), "missing": (), "cites": "", "outcome": ""}
    return dataclasses.replace(fields, **{name: value for name, value in empty.items() if name in names})
