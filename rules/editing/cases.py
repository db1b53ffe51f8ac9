"""Worked cases in their file: read one, add one, change one key by key; every other line stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

from rules.editing.conditions import value_of
from rules.editing.emit import emit
from rules.editing.outline import Part, Text
from rules.editing.splice import append_item, key_span, set_key

Find = Callable[[Text], Part]


class SharedPart(Exception):
    """What is to be changed is named (``&name``) and used by other cases too."""

    def __init__(self, name: str, line: int) -> None:
        self.name, self.line = name, line
        super().__init__(name)


def cases_in(text: str) -> Iterator[dict[str, Any]]:
    """Yield every case of a file as plain values; nothing where it is no YAML."""
    try:
        items = _sequence(Text(text)).items() if text.strip() else []
    except yaml.YAMLError:
        return
    for item in items:
        found = value_of(item)
        if isinstance(found, Mapping):
            yield dict(found)


def case_id(case: Mapping[str, Any]) -> str:
    """Return the id by which a case is known."""
    return str(case.get("id") or case.get("name") or "")


def with_case(text: str, case: Mapping[str, Any], *, replacing: str = "") -> str:
    """Return the file with *case* in place of the one called *replacing*, at the end without.

    Raises :class:`SharedPart`, ``yaml.YAMLError`` where the text is none.
    """
    if not text.strip():
        return f"- {emit(case, 2)}\n"
    root = Text(text)
    find: Find = lambda now: _case(now, replacing)  # noqa: E731
    if not replacing or not any(case_id(one) == replacing for one in cases_in(text)):
        return append_item(_sequence(root), case)
    return _with_keys(text, find, case)


def _with_keys(source: str, find: Find, new: Mapping[str, Any]) -> str:
    """Return *source* with the keys of one mapping as *new* has them; what is the same is not touched.

    The id comes first: by the new one the case is found from then on.
    """
    old = value_of(find(Text(source)))
    for key in [key for key in old if key not in new]:
        part = find(Text(source))
        start, end = key_span(part, key)
        source = part.text.spliced(start, end, "")
    before: str | None = None
    for key, value in new.items():
        if key not in old or old[key] != value:
            source = _with_key(source, find, key, value, before)
            find = (lambda now: _case(now, case_id(new))) if key == "id" else find
        before = key
    return source


def _with_key(source: str, find: Find, key: str, value: Any, before: str | None) -> str:
    part = find(Text(source))
    standing, own = part.get(key), part.key(key)
    if standing is None or own is None:
        return set_key(part, key, value, behind=before)
    if name := _anchor(part, own, standing):
        raise SharedPart(name, source.count("\n", 0, own.start) + 1)
    is_partly_shared = isinstance(value, Mapping) and any(name == "<<" for name, _own, _value in standing.entries())
    if is_partly_shared and not (set(value_of(standing)) - set(value) - {name for name, _o, _v in standing.entries()}):
        return _with_keys(source, lambda now: _inner(find(now), key), value)
    return set_key(part, key, value)


def _anchor(part: Part, own: Part, standing: Part) -> str:
    """Return the name under which other places use a value too."""
    source = part.text.source
    names = re.findall(r"&([\w-]+)", source[own.end : standing.end])
    return next((name for name in names if re.search(rf"\*{name}\b", source)), "")


def _inner(part: Part, key: str) -> Part:
    found = part.get(key)
    assert found is not None  # noqa: S101  (the caller looked)
    return found


def _case(text: Text, name: str) -> Part:
    return next(item for item in _sequence(text).items() if (item.word("id") or item.word("name")) == name)


def _sequence(text: Text) -> Part:
    """Return the list of cases: the whole file, or what stands under ``cases``."""
    root = text.root
    return root.get("cases") or root
