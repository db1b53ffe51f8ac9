"""Read questions, to answer or to judge: JSON lines, or YAML files or folders of them.

An item is ``{id?, text, as_of?, province?}``; to be judged it also tells what the reply must be
(:mod:`actions.questions`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from app.cli.files import read_json_lines, read_yaml
from app.cli.output import fail

YAML: Final = (".yaml", ".yml")


def read_questions(path: Path) -> list[dict[str, Any]]:
    """Return the questions of *path*; end with every mistake at once."""
    if path.is_dir():
        return [item for file in sorted(path.glob("*.yaml")) for item in read_questions(file)]
    prefix = f"{path.stem}-" if path.suffix in YAML else ""
    items: list[dict[str, Any]] = []
    mistakes: list[str] = []
    for place, item in _of_yaml(path) if path.suffix in YAML else _of_lines(path):
        if wrong := list(_mistakes(item)):
            mistakes += [f"{path}{place}: {one}" for one in wrong]
        else:
            items.append({"id": f"{prefix}{len(items) + 1}", **item})
    if mistakes:
        fail(*mistakes, code=2)
    return items


def _of_lines(path: Path) -> Iterator[tuple[str, Any]]:
    return ((f":{number}", item) for number, item in read_json_lines(path))


def _of_yaml(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield the items of a YAML file: ``must`` are words, ``figures`` keys of figures the answer must show."""
    content = read_yaml(path)
    if not isinstance(content, dict) or not isinstance(content.get("questions"), list):
        fail(f"{path}: `questions` must be a list of questions, each with a text.", code=2)
    for number, item in enumerate(content["questions"], start=1):
        place = f": question {number}"
        if not isinstance(item, dict):
            yield place, item
            continue
        shown = [f"{{{{ {key} }}}}" for key in item.get("figures") or ()]
        must = [*(item.get("must") or ()), *shown]
        yield place, {**(content.get("defaults") or {}), **item, "answer_must_contain": must}


def _mistakes(item: object) -> Iterator[str]:
    """Yield what is wrong with one question."""
    if not isinstance(item, Mapping):
        yield f'a question is an object with a "text", not {str(item)[:60]!r}'
        return
    text = item.get("text")
    if not isinstance(text, str) or not text.strip():
        yield f'"text" must be what the citizen asks, not {str(text)[:60]!r}'
    for name, (wanted, is_so) in _FORMS.items():
        if item.get(name) is not None and not is_so(item[name]):
            yield f"{name!r} must be {wanted}, not {str(item[name])[:60]!r}"


def _is_day(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str | int | float) for one in value)


_FORMS: Final[Mapping[str, tuple[str, Callable[[Any], bool]]]] = {
    "as_of": ("a day such as 2026-11-21", _is_day),
    "province": ("the code of a province", lambda value: isinstance(value, str)),
    "answer_must_contain": ("a list of words", _is_words),
    "cites": ("a list of articles", _is_words),
}
