"""What forms can name: figures, benefits with their groups, definitions; also those that only a draft has.

Of a draft nothing is compiled: the documents it changed are read for their names, fit to be released or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import yaml

from rules.documents import kind_of
from rules.engine.model import Release
from rules.wording.lines import definition_name

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class NamedParameter:
    """A figure of the law."""

    name_vi: str
    unit: str


@dataclass(frozen=True, slots=True)
class NamedBenefit:
    """A benefit; ``groups`` are names by id, in the order of the law."""

    name_vi: str
    groups: Mapping[str, str]


@dataclass(frozen=True)
class Named:
    """Names by id, in the order in which they stand."""

    parameters: Mapping[str, NamedParameter]
    benefits: Mapping[str, NamedBenefit]
    definitions: Mapping[str, str]

    @classmethod
    def of(cls, release: Release) -> Named:
        """Return what *release* names."""
        return cls(
            {key: NamedParameter(one.name_vi, one.unit) for key, one in release.parameters.items()},
            {
                id_: NamedBenefit(one.name_vi, {group.id: group.name_vi for group in one.groups})
                for id_, one in release.benefits.items()
            },
            {name: definition_name(name, condition) for name, condition in release.definitions.items()},
        )

    def with_texts(self, changed: Mapping[str, str | None]) -> Named:
        """Return the names as *changed* documents have them, too; one that is no YAML adds nothing."""
        named = self
        for path, text in changed.items():
            kind, entries = kind_of(path), _entries(text)
            if kind == "benefit" and isinstance(entries.get("benefit"), str):
                benefit = NamedBenefit(str(entries.get("name", "")), dict(_groups(entries.get("groups"))))
                named = replace(named, benefits={**named.benefits, entries["benefit"]: benefit})
            elif kind == "parameters":
                named = replace(named, parameters={**named.parameters, **dict(_parameters(entries.get("parameters")))})
            elif kind == "definitions" and isinstance(entries.get("definitions"), Mapping):
                new = {str(name): str(name) for name in entries["definitions"] if name not in named.definitions}
                named = replace(named, definitions={**named.definitions, **new})
        return named


def _entries(text: str | None) -> Mapping[str, Any]:
    try:
        read = yaml.load(text or "", Loader=_LOADER)  # noqa: S506  (a safe loader, in C where there is one)
    except (yaml.YAMLError, ValueError):
        return {}
    return read if isinstance(read, Mapping) else {}


def _groups(entries: Any) -> Iterator[tuple[str, str]]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, Mapping) and isinstance(entry.get("id"), str):
            yield entry["id"], str(entry.get("name") or entry["id"])


def _parameters(entries: Any) -> Iterator[tuple[str, NamedParameter]]:
    for key, entry in entries.items() if isinstance(entries, Mapping) else ():
        if isinstance(entry, Mapping):
            yield str(key), NamedParameter(str(entry.get("name") or key), str(entry.get("unit", "")))
