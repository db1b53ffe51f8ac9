"""Forms: what fields there are, typed values out of what was sent, and one error for each field that is wrong.

    FORM = Form(words("name", longest=80), day("since"), whole("age", least=0, most=130, required=False))
    filled = FORM.read(visit.data)
    if filled.errors: return visit.page("…", form=filled, status=422)     # shows again what was typed
    filled["age"]                                                          # int, or None where nothing was typed

Errors are keys under ``base.form_errors``; a field's own rule may name any key of the texts with a dot in it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile

from core.vietnamese.text import nfc

_DAY: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


class Wrong(ValueError):
    """What was typed is not what the field takes; ``key`` says why, ``values`` fill the text."""

    def __init__(self, key: str, **values: object) -> None:
        self.key, self.values = key, values
        super().__init__(key)


Parse = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field. *parse* turns words into a value or raises ``Wrong``."""

    name: str
    parse: Parse
    required: bool = True
    many: bool = False
    secret: bool = False  # never shown again
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class FieldError:
    """One mistake: the field, the key of the text, what fills it."""

    field: str
    key: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(slots=True)
class Filled:
    """A form as it was sent: ``values`` typed, ``raw`` as typed, ``errors`` by field."""

    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    raw: dict[str, Any] = dataclasses.field(default_factory=dict)
    errors: dict[str, FieldError] = dataclasses.field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def shown(self, name: str) -> Any:
        """Return what the field shows: what was typed, or what the form started with."""
        return self.raw.get(name, "")

    def refuse(self, name: str, key: str, **values: object) -> None:
        """Add an error that only the page's own rules can find."""
        self.errors.setdefault(name, FieldError(name, key, values))


class Form:
    """The fields of one form."""

    def __init__(self, *fields: Field) -> None:
        self.fields = {one.name: one for one in fields}

    def start(self, **values: Any) -> Filled:
        """Return the form before anybody typed, showing *values*."""
        return Filled(dict(values), {name: _as_typed(value) for name, value in values.items()})

    def read(self, data: FormData | Mapping[str, Any]) -> Filled:
        """Return what was sent, with every error at once; fields that were not sent count as empty."""
        filled = Filled()
        for one in self.fields.values():
            if one.is_file:
                _read_file(one, data, filled)
            elif one.many:
                _read_many(one, data, filled)
            else:
                _read_one(one, data, filled)
        return filled


def _read_one(one: Field, data: FormData | Mapping[str, Any], filled: Filled) -> None:
    sent = data.get(one.name, "")
    typed = nfc(sent).strip() if isinstance(sent, str) and not one.secret else sent if isinstance(sent, str) else ""
    filled.raw[one.name] = "" if one.secret else typed
    filled.values[one.name] = None
    if not typed:
        if one.required:
            filled.refuse(one.name, "required")
        return
    try:
        filled.values[one.name] = one.parse(typed)
    except Wrong as wrong:
        filled.refuse(one.name, wrong.key, **wrong.values)


def _read_many(one: Field, data: FormData | Mapping[str, Any], filled: Filled) -> None:
    sent: Any = data.getlist(one.name) if isinstance(data, FormData) else data.get(one.name, ())
    typed = [text for text in sent if isinstance(text, str) and text]
    filled.raw[one.name], filled.values[one.name] = typed, ()
    if not typed and one.required:
        filled.refuse(one.name, "required")
    try:
        filled.values[one.name] = tuple(one.parse(text) for text in typed)
    except Wrong as wrong:
        filled.refuse(one.name, wrong.key, **wrong.values)


def _read_file(one: Field, data: FormData | Mapping[str, Any], filled: Filled) -> None:
    sent = data.get(one.name)
    given = sent if isinstance(sent, UploadFile) and sent.filename else None
    filled.values[one.name] = given
    if given is None and one.required:
        filled.refuse(one.name, "file_required")


def words(name: str, *, longest: int = 200, shortest: int = 0, required: bool = True) -> Field:
    """Return a field of words; lengths in characters."""

    def parse(text: str) -> str:
        if len(text) > longest:
            raise Wrong("too_long", most=longest)
        if len(text) < shortest:
            raise Wrong("too_short", least=shortest)
        return text.replace("\r\n", "\n")

    return Field(name, parse, required)


def secret(name: str, *, longest: int = 200, required: bool = True) -> Field:
    """Return a field for a password: taken as it is, never shown again."""

    def parse(text: str) -> str:
        if len(text) > longest:
            raise Wrong("too_long", most=longest)
        return text

    return Field(name, parse, required, secret=True)


def whole(name: str, *, least: int | None = None, most: int | None = None, required: bool = True) -> Field:
    """Return a field for a whole number; ``1.500.000`` and ``1 500 000`` are read too."""

    def parse(text: str) -> int:
        bare = re.sub(r"[\s.](?=\d{3}(\D|$))", "", text)
        if not re.fullmatch(r"-?\d{1,15}", bare):
            raise Wrong("not_whole")
        return _within(int(bare), least, most)

    return Field(name, parse, required)


def money(name: str, *, least: int = 0, most: int = 10**12, required: bool = True) -> Field:
    """Return a field for an amount in đồng, typed ``540000``, ``540.000`` or ``540.000 đ``."""
    inner = whole(name, least=least, most=most)

    def parse(text: str) -> Any:
        return inner.parse(re.sub(r"\s*(đ|đồng|vnd|vnđ)$", "", text.casefold()))

    return Field(name, parse, required)


def day(name: str, *, required: bool = True) -> Field:
    """Return a field for a day: ``2026-07-01`` as a date field sends it, or ``1/7/2026`` as people type it."""

    def parse(text: str) -> date:
        typed = _DAY.fullmatch(text)
        try:
            return date(*(int(part) for part in reversed(typed.groups()))) if typed else date.fromisoformat(text)
        except ValueError as error:
            raise Wrong("not_a_day") from error

    return Field(name, parse, required)


def one_of(name: str, options: Collection[str] | Callable[[], Collection[str]], *, required: bool = True) -> Field:
    """Return a field for one of *options*; a callable is asked at each reading."""

    def parse(text: str) -> str:
        if text not in (options() if callable(options) else options):
            raise Wrong("not_an_option")
        return text

    return Field(name, parse, required)


def some_of(name: str, options: Collection[str], *, required: bool = True) -> Field:
    """Return a field for any of *options*."""
    return Field(name, one_of(name, options).parse, required, many=True)


def flag(name: str) -> Field:
    """Return a checkbox; the value is ``True`` or ``None``."""
    return Field(name, lambda _text: True, required=False)


def file(name: str, *, required: bool = True) -> Field:
    """Return a field for an uploaded file; the value is starlette's ``UploadFile``."""
    return Field(name, str, required, is_file=True)


def _within(value: int, least: int | None, most: int | None) -> int:
    if least is not None and value < least:
        raise Wrong("too_small", least=least)
    if most is not None and value > most:
        raise Wrong("too_large", most=most)
    return value


def _as_typed(value: Any) -> Any:
    if value is None or value is False:
        return ""
    if isinstance(value, Sequence | frozenset | set) and not isinstance(value, str):
        return [str(one) for one in value]
    return str(value)
