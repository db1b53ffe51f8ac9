"""Tables that leave the console as CSV: with a mark for spreadsheets, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from starlette.responses import StreamingResponse

_STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
_MARK: Final = "\ufeff"
_PIECE: Final = 64 * 1024  # characters sent at a time: each piece changes threads, a line is too little for that


def harmless(value: Any) -> str:
    """Return *value* as text that a spreadsheet shows and does not compute; numbers stay numbers."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, int | float):
        return text
    bare = text.lstrip(" \u00a0\u200b\ufeff'\"")
    return f"'{text}" if text.startswith(_STARTS_FORMULA) or bare.startswith(_STARTS_FORMULA) else text


def csv_pieces(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the file in pieces, as the rows come."""
    buffer = io.StringIO()
    buffer.write(_MARK)
    writer = csv.writer(buffer)
    for row in _with_header(header, rows):
        writer.writerow([harmless(cell) for cell in row])
        if buffer.tell() >= _PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def csv_download(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingResponse:
    """Answer with a CSV file to keep; *name* is plain ASCII without a suffix."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(csv_pieces(header, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _with_header(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield header
    yield from rows
