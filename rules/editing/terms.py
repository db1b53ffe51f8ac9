"""A condition taken apart into what stands in the fields of a form: a tree of terms, each with its texts.

Knows fields, not law: what a term says as a condition is :mod:`rules.editing.condition_form`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

ROOT: Final = "c"
JOINS: Final = ("all", "any", "not")
MOST_TERMS: Final = 200
DEEPEST: Final = 8
LONGEST: Final = 4000
_NAME: Final = re.compile(rf"({ROOT}(?:-\d{{1,3}}){{0,{DEEPEST}}})\.([a-z_]+\d?)")


@dataclass(slots=True)
class Term:
    """One condition in a form. ``kind`` is a kind of the rule language, or ``yaml``: written by hand.

    ``words`` holds the texts of each field; ``below`` the terms that ``all``, ``any`` and ``not`` join.
    """

    kind: str
    words: dict[str, list[str]] = field(default_factory=dict)
    below: list[Term] = field(default_factory=list)

    def word(self, name: str) -> str:
        """Return the text of a field with one; empty where there is none."""
        return (self.words.get(name) or [""])[0]

    def many(self, name: str) -> list[str]:
        """Return the texts of a field with several."""
        return self.words.get(name, [])

    def put(self, name: str, *texts: str) -> None:
        """Set a field; without a text the field goes."""
        if texts:
            self.words[name] = list(texts)
        else:
            self.words.pop(name, None)

    @property
    def is_join(self) -> bool:
        """Tell whether it joins others."""
        return self.kind in JOINS

    @property
    def tests(self) -> int:
        """How many operators it has; a term about a fact or a formula has one at least."""
        return max((int(name[2:]) + 1 for name in self.words if name.startswith("op")), default=1)


def fields_of(term: Term, path: str = ROOT) -> Iterator[tuple[str, str]]:
    """Yield name and text of every field, as a browser sends them."""
    yield f"{path}.kind", term.kind
    for name, texts in term.words.items():
        for text in texts:
            yield f"{path}.{name}", text
    for number, child in enumerate(term.below):
        yield from fields_of(child, f"{path}-{number}")


def term_of(sent: Iterable[tuple[str, str]]) -> Term:
    """Return the tree that the fields *sent* make; names that are none of a form are passed over."""
    found: dict[str, Term] = {}
    for name, text in sent:
        match = _NAME.fullmatch(name)
        if match is None or (match[1] not in found and len(found) >= MOST_TERMS):
            continue
        term = found.setdefault(match[1], Term("fact"))
        if match[2] == "kind":
            term.kind = text
        elif text.strip():
            term.words.setdefault(match[2], []).append(text.replace("\r\n", "\n")[:LONGEST])
    for path in sorted(found, key=_order):
        above, _, _number = path.rpartition("-")
        if above in found and found[above].is_join:
            found[above].below.append(found[path])
    return found.get(ROOT) or Term("all")


def at(root: Term, path: str) -> Term | None:
    """Return the term at *path*, or ``None``."""
    term: Term | None = root
    for number in _numbers(path):
        term = term.below[number] if term is not None and number < len(term.below) else None
    return term


def walk(term: Term, path: str = ROOT) -> Iterator[tuple[str, Term]]:
    """Yield every term with its path, from the top."""
    yield path, term
    for number, child in enumerate(term.below):
        yield from walk(child, f"{path}-{number}")


def changed(root: Term, command: str) -> tuple[Term, str]:
    """Do what a button of the form asks for (``add.c-0.fact``); return the tree and the path to go to."""
    deed, path, *rest = (*command.split("."), "", "")
    term = at(root, path) if path else None
    word = rest[0] if rest else ""
    if term is None or (deed in _MOVES and path == ROOT):
        return root, path
    if deed in ("add", "wrap", "join") and (sum(1 for _ in walk(root)) >= MOST_TERMS or path.count("-") >= DEEPEST):
        return root, path
    if deed == "add" and term.is_join:
        term.below.append(Term(word))
        return root, f"{path}-{len(term.below) - 1}"
    if deed == "join":
        joined = Term("all", below=[term, Term("fact")])
        return _replaced(root, path, joined), f"{path}-1"
    if deed == "wrap" and word in JOINS:
        return _wrapped(root, path, word)
    if deed == "unwrap" and term.is_join and len(term.below) == 1:
        return _replaced(root, path, term.below[0]), path
    if deed in _MOVES:
        return root, _moved(root, path, deed)
    _told(term, deed, word)
    return root, path


_MOVES: Final = ("remove", "up", "down")
_OF_A_TEST: Final = ("op", "how", "value", "unit", "shape", "exclusive")


def _told(term: Term, deed: str, word: str) -> None:
    """Change what one term says."""
    if deed == "fact":
        for name in list(term.words):
            if name[:-1] in _OF_A_TEST or name == "find":
                del term.words[name]
        term.put("fact", *([word] if word else []))
    elif deed == "test":
        term.put(f"op{term.tests}", "")
    elif deed == "untest" and word.isdigit():
        for name in _OF_A_TEST:
            term.put(f"{name}{word}")


def _wrapped(root: Term, path: str, kind: str) -> tuple[Term, str]:
    inner = at(root, path)
    assert inner is not None  # noqa: S101  (the caller looked)
    return _replaced(root, path, Term(kind, below=[inner])), path


def _replaced(root: Term, path: str, term: Term) -> Term:
    *above, last = (*_numbers(path), None)[:-1] or (None,)
    if last is None:
        return term
    holder = at(root, "-".join([ROOT, *map(str, above)]))
    assert holder is not None  # noqa: S101
    holder.below[last] = term
    return root


def _moved(root: Term, path: str, deed: str) -> str:
    *above, number = _numbers(path)
    holder_path = "-".join([ROOT, *map(str, above)])
    holder = at(root, holder_path)
    assert holder is not None  # noqa: S101
    if deed == "remove":
        del holder.below[number]
        left = len(holder.below)
        return f"{holder_path}-{min(number, left - 1)}" if left else holder_path
    target = min(max(number + (1 if deed == "down" else -1), 0), len(holder.below) - 1)
    holder.below.insert(target, holder.below.pop(number))
    return f"{holder_path}-{target}"


def _numbers(path: str) -> Sequence[int]:
    return [int(part) for part in path.split("-")[1:] if part.isdigit()]


def _order(path: str) -> tuple[int, ...]:
    return tuple(_numbers(path))
