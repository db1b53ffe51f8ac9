"""The checklist as a PDF on A4, by Typst: large type where it fits one page, smaller before a second page."""

from __future__ import annotations

import io
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Final

import pypdfium2
import segno
import typst

from console.checklist.sheet import Sheet

_IN_NUMBERS: Final = re.compile(r"(?<=\d) (?=\d)")
HERE: Final = Path(__file__).parent
TEMPLATE: Final = HERE / "sheet.typ"
SIZES: Final = (16.0, 14.0, 12.5, 11.0)  # points; grandmothers read the first one without glasses


def as_pdf(sheet: Sheet) -> bytes:
    """Return the sheet as PDF: the largest type that fits one page, the smallest over several pages otherwise."""
    pdf = b""
    for size in SIZES:
        pdf = _compiled(sheet, size)
        if pages(pdf) == 1:
            break
    return pdf


def pages(pdf: bytes) -> int:
    """Return the number of pages."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def _compiled(sheet: Sheet, size: float) -> bytes:
    inputs = {"sheet": json.dumps(_plain(sheet), ensure_ascii=False), "size": str(size)}
    return typst.compile(
        TEMPLATE, format="pdf", sys_inputs=inputs, font_paths=[HERE / "fonts"], ignore_system_fonts=True
    )


def _plain(sheet: Sheet) -> dict[str, object]:
    plain = asdict(sheet)
    for item in plain["items"]:
        item["tone"], item["chip"] = item["chip"]["tone"], item["chip"]["text"]
    plain["contact"] = _IN_NUMBERS.sub("\u00a0", sheet.contact)  # a telephone number stays on one line
    return {**plain, "words": dict(sheet.words), "qr": _qr(sheet.link)}


def _qr(link: str) -> str:
    """Return the QR code as SVG text."""
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="svg", border=0, dark="#17211f")
    return out.getvalue().decode()
