"""Tables that leave the console as CSV: with a mark for spreadsheets, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from starlette.responses import StreamingResponse

_STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
_MARK: Final = "\ufeff"


def harmless(value: Any) -> str:
    """Return *value* as text that a spreadsheet shows and does not compute; numbers stay numbers."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, int | float):
        return text
    bare = text.lstrip(" \u00a0\u200b\ufeff'\"")
    return f"'{text}" if text.startswith(_STARTS_FORMULA) or bare.startswith(_STARTS_FORMULA) else text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the file line by line."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for number, row in enumerate(_with_header(header, rows)):
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([harmless(cell) for cell in row])
        yield (_MARK if number == 0 else "") + buffer.getvalue()


def csv_download(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingResponse:
    """Answer with a CSV file to keep; *name* is plain ASCII without a suffix."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(csv_lines(header, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _with_header(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield header
    yield from rows
