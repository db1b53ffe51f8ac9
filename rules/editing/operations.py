"""The changes an editor makes. Each gives the documents as they would be, and every finding of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from rules.authoring.validation import validate
from rules.documents import Documents, cases_path
from rules.editing.cases import SharedPart, case_id, cases_in, with_case
from rules.editing.conditions import Block, dated_conditions, in_place, new_version, structured, value_of
from rules.editing.edit import Edit
from rules.editing.emit import emit
from rules.editing.outline import Part, Text
from rules.editing.splice import append_item, set_key
from rules.editing.value_form import GROUP, ValueName, value_names
from rules.errors import BadDocumentPath
from rules.findings import Finding, near, yaml_problem

Condition = Mapping[str, Any] | Sequence[Any]
Check = Callable[[Documents], list[Finding]]


class Refused(Exception):
    """The change cannot be made: a finding says why."""

    def __init__(self, key: str, path: str, /, *, line: int = 0, **params: Any) -> None:
        self.finding = Finding(key, path, line, params=params)
        super().__init__(key)


class Editor:
    """Edits one set of documents; each operation begins with them as they were given."""

    def __init__(self, documents: Documents, check: Check = validate) -> None:
        self.documents, self._check = documents, check
        self._parsed: dict[str, Part] = {}  # by path: reading a long one takes a tenth of a second

    def add_value(
        self,
        key: str,
        *,
        value: int | Decimal | None,
        start: date,
        cites: Sequence[str],
        province: str | None = None,
        former_province: str | None = None,
        known_from: date | None = None,
        end: date | None = None,
        confidence: str | None = None,
        unsettled: Mapping[str, str] | None = None,
    ) -> Edit:
        """Give a parameter a new value from a day on: for the country, a province, or a former province.

        The value before runs on until this one begins (and is known): it is not touched. Instead of a value,
        *unsettled* (reason, text) says that the law leaves it open.
        """
        row = _filled(
            province=province, former_province=former_province, **{"from": start}, known_from=known_from, to=end,
            value=value, unsettled=unsettled, confidence=confidence, cites=list(cites),
        )  # fmt: skip

        def change() -> tuple[str, str]:
            path, parameter = self._entry("parameters", "parameters", key, "parameter")
            rows = parameter.get("rows")
            if rows is None:
                raise Refused("missing_key.rows", path, line=_line(parameter), key=key)
            same = [item for item in rows.items() if _place(item) == (province, former_province)]
            begins = (str(start), str(known_from) if known_from else None)
            for item in same:
                if (item.word("from"), item.word("known_from")) == begins:
                    raise Refused("already_stands", path, line=_line(item), key=key, start=start)
            return path, append_item(rows, row, after=same[-1] if same else None)

        return self._made(change)

    def set_conditions(
        self,
        benefit: str,
        condition: Condition,
        *,
        group: str | None = None,
        start: date | None = None,
        cites: Sequence[str] = (),
        known_from: date | None = None,
    ) -> Edit:
        """Change the condition of a group (or, without *group*, what is required of all), from a day on.

        The condition before is kept for the days before; without *start* the text is corrected as it stands.
        """

        def change() -> tuple[str, str]:
            path, root = self._benefit(benefit)
            place, name = (root, "requires") if group is None else (self._group(path, root, group), "when")
            block = Block(place, name)
            if start is None:
                if shared := block.shared_as:
                    raise Refused("shared", path, line=_line(place), name=shared)
                return path, in_place(block, condition)
            if problem := block.cannot_begin(start):
                key, told = problem
                raise Refused(
                    key, path, line=_line(place), what=f"{benefit}/{group or 'requires'}", start=start, **told
                )
            return path, new_version(block, condition, start=start, cites=list(cites), known_from=known_from)

        return self._made(change)

    def add_group(
        self,
        benefit: str,
        *,
        id: str,
        name: str,
        condition: Condition,
        cites: Sequence[str],
        start: date | None = None,
        known_from: date | None = None,
        order: int | None = None,
        outcome: str | None = None,
        refer: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        after: str | None = None,
    ) -> Edit:
        """Add a group of people or households, behind the group *after* (default: the last)."""
        entry = _filled(
            id=id, name=name, **{"from": start}, known_from=known_from, order=order, outcome=outcome, refer=refer,
            cites=list(cites), values=values, when=condition,
        )  # fmt: skip

        def change() -> tuple[str, str]:
            path, root = self._benefit(benefit)
            groups = root.get("groups")
            if groups is None or not groups.items():
                raise Refused("no_groups", path, benefit=benefit)
            behind = self._group(path, root, after) if after else None
            return path, append_item(groups, entry, after=behind)

        return self._made(change)

    def close_group(self, benefit: str, *, group: str, last_day: date) -> Edit:
        """End a group: *last_day* is the last on which it counts."""

        def change() -> tuple[str, str]:
            path, root = self._benefit(benefit)
            place = self._group(path, root, group)
            versions = place.get("versions")
            part = versions.items()[-1] if versions is not None and versions.items() else place
            first = part.word("from")
            if first is not None and first > str(last_day):
                what = f"{benefit}/{group}"
                raise Refused("ends_before_it_starts", path, line=_line(part), what=what, first=first, last=last_day)
            return path, set_key(part, "to", last_day, behind="from")

        return self._made(change)

    def set_case(self, benefit: str, case: Mapping[str, Any], *, replacing: str = "") -> Edit:
        """Add a worked case beside the rules of a benefit, or put it in place of the one called *replacing*."""
        path, name = cases_path(benefit), case_id(case)
        if name != replacing and any(case_id(one) == name for one in self.cases(benefit)):
            return self._refused(Finding("same_case", "k.id", params={"id": name}))

        def change() -> tuple[str, str]:
            self._benefit(benefit)
            try:
                return path, with_case(self.documents.texts.get(path, ""), case, replacing=replacing)
            except SharedPart as shared:
                raise Refused("shared_facts", path, line=shared.line, name=shared.name) from shared
            except yaml.YAMLError as error:
                raise Refused("not_yaml", path, problem=yaml_problem(error)) from error

        return self._made(change)

    def cases(self, benefit: str) -> list[dict[str, Any]]:
        """Return the worked cases beside the rules of a benefit as plain values, days as texts."""
        return list(cases_in(self.documents.texts.get(cases_path(benefit), "")))

    def replace(self, path: str, text: str | None) -> Edit:
        """Set the text of a document as it is written by hand; ``None`` removes the document."""
        try:
            return self._edit({path: text})
        except BadDocumentPath as error:
            return self._refused(Finding("bad_path", path, params={"path": error.path}))

    def conditions(self, benefit: str, group: str | None = None) -> list[dict[str, Any]]:
        """Return the condition of a group (or what is required of all) for every period, as plain values.

        Each is ``{from, to, known_from, cites, condition}``, ready for a form; an empty list where there is none.
        """
        try:
            path, root = self._benefit(benefit)
            place = root if group is None else self._group(path, root, group)
        except Refused:
            return []
        return dated_conditions(Block(place, "requires" if group is None else "when"))

    def values(self, benefit: str, group: str) -> dict[str, Any]:
        """Return the values of a group as plain ones; nothing where there are none."""
        try:
            path, root = self._benefit(benefit)
            found = self._group(path, root, group).get("values")
        except Refused:
            return {}
        return dict(value_of(found)) if found is not None else {}

    def value_names(self, benefit: str) -> list[ValueName]:
        """Return the values that groups of a benefit can have: those its results take, those its groups have."""
        try:
            _path, root = self._benefit(benefit)
        except Refused:
            return []
        results, groups = (root.get(name) for name in ("results", "groups"))
        units: dict[str, str] = {}
        decided: list[str] = []
        for name, _own, result in results.entries() if results is not None else ():
            units[name] = result.word("unit") or ""
            if all(result.get(key) is None for key in ("value", "clauses", "best", "unsettled")):
                decided.append(name)
        standing = [group.get("values") for group in (groups.items() if groups is not None else ())]
        return value_names(units, decided, [value_of(values) for values in standing if values is not None])

    def result_names(self, benefit: str) -> list[ValueName]:
        """Return the figures that the answer on a benefit can have; of unit ``group`` those that name a group."""
        try:
            _path, root = self._benefit(benefit)
        except Refused:
            return []
        results = root.get("results")
        units = {name: result.word("unit") or "" for name, _own, result in results.entries()} if results else {}
        places = [root, *(result for _name, _own, result in results.entries())] if results else [root]
        groups = [ValueName(word, GROUP) for place in places if (word := place.word("group_as"))]
        texts = {name.name: name.texts for name in self.value_names(benefit)}
        return [*groups, *(ValueName(name, unit, texts.get(name, ())) for name, unit in units.items())]

    def yaml_of(self, condition: Condition) -> str:
        """Return *condition* as it would be written."""
        return emit(condition, 0)

    def structured(self, text: str) -> Condition | list[Finding]:
        """Return what is written in *text* as plain values; what is wrong with it where it is no YAML."""
        return structured(text)

    def _made(self, change: Callable[[], tuple[str, str]]) -> Edit:
        try:
            path, text = change()
        except Refused as refused:
            return self._refused(refused.finding)
        return self._edit({path: text})

    def _edit(self, changes: Mapping[str, str | None]) -> Edit:
        documents = self.documents.changed(changes)
        return Edit(documents, changes, tuple(self._check(documents)))

    def _refused(self, finding: Finding) -> Edit:
        return Edit(self.documents, {}, (finding,), refused=True)

    def _benefit(self, benefit: str) -> tuple[str, Part]:
        known: list[str] = []
        for naming in (f"benefit: {benefit}", ""):  # reading all of them takes most of a second
            for path, root in self._roots("benefit", naming=naming):
                known.append(root.word("benefit") or "")
                if known[-1] == benefit:
                    return path, root
        raise Refused("unknown_benefit", "benefits", name=benefit, near=near(benefit, known))

    def _group(self, path: str, root: Part, group: str) -> Part:
        groups = root.get("groups")
        found = {item.word("id") or "": item for item in (groups.items() if groups else [])}
        if group not in found:
            raise Refused("unknown_group", path, name=group, near=near(group, found))
        if found[group].is_alias:
            raise Refused("alias", path, name=group)
        return found[group]

    def _entry(self, kind: str, top: str, key: str, what: str) -> tuple[str, Part]:
        known: list[str] = []
        for path, root in self._roots(kind):
            table = root.get(top)
            found = table.get(key) if table is not None else None
            if found is not None:
                return path, found
            known += [name for name, _own, _value in table.entries()] if table is not None else []
        raise Refused(f"unknown_{what}", kind, name=key, near=near(key, known))

    def _roots(self, kind: str, *, naming: str = "") -> list[tuple[str, Part]]:
        roots: list[tuple[str, Part]] = []
        for path, text in self.documents.of_kind(kind):
            if naming not in text:
                continue
            try:
                if path not in self._parsed:
                    self._parsed[path] = Text(text).root
                roots.append((path, self._parsed[path]))
            except yaml.YAMLError as error:
                raise Refused("not_yaml", path, problem=yaml_problem(error)) from error
        return roots


def _filled(**entries: Any) -> dict[str, Any]:
    return {key: value for key, value in entries.items() if value is not None}


def _place(row: Part) -> tuple[str | None, str | None]:
    return row.word("province"), row.word("former_province")


def _line(part: Part) -> int:
    return part.text.source.count("\n", 0, part.start) + 1
