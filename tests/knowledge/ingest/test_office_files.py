"""Three documents as Word files, printed PDFs and scans: what is read does not depend on the paper."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest

from knowledge.errors import UnreadableFileError
from knowledge.ingest.converters import MOST_PACKED, read
from knowledge.ingest.documents import Document
from knowledge.ingest.scans import can_read_scans
from knowledge.ingest.understand import Understanding
from tests.knowledge.ingest.conftest import CIRCULAR, DECREE, RESOLUTION, as_docx, as_scan, as_typeset

Form = Callable[[str], bytes]
PLACES = {"Hội đồng nhân dân tỉnh Mẫu": "mau"}
TEXTS = {
    DECREE: ("999/2026/NĐ-CP", "Chính phủ", date(2026, 3, 2), date(2026, 5, 1), ("888/2020/NĐ-CP",), (4, 6, 2), None),
    CIRCULAR: ("98/2026/TT-BYT", "Bộ Y tế", date(2026, 4, 5), date(2026, 6, 1), ("97/2019/TT-BYT",), (2, 2, 0), None),
    RESOLUTION: (
        "12/2026/NQ-HĐND",
        "Hội đồng nhân dân tỉnh Mẫu",
        date(2026, 7, 10),
        date(2026, 7, 20),
        (),
        (2, 2, 0),
        "mau",
    ),
}


def understood(data: bytes, name: str) -> Document:
    return Understanding(place_of=PLACES.get).of(data, name)


def summary(document: Document) -> tuple[object, ...]:
    m, c = document.metadata, document.counts
    return (
        m.number,
        m.issuer,
        m.issued_on,
        m.effective_on,
        m.replaces,
        (c.articles, c.clauses, c.points),
        m.place,
    )


@pytest.mark.parametrize(("form", "name"), [(as_docx, "a.docx"), (as_typeset, "a.pdf")], ids=["docx", "pdf"])
@pytest.mark.parametrize("text", TEXTS, ids=["decree", "circular", "resolution"])
def test_word_and_pdf_are_understood_alike(text: str, form: Form, name: str) -> None:
    """Number, issuer, dates, what is replaced, articles and place come out of both."""
    document = understood(form(text), name)

    assert summary(document) == TEXTS[text]
    assert document.findings == ()
    assert "hử nghiệm" in document.metadata.title or "thẻ" in document.metadata.title


@pytest.mark.skipif(not can_read_scans(), reason="tesseract with Vietnamese is not installed")
@pytest.mark.parametrize("text", TEXTS, ids=["decree", "circular", "resolution"])
def test_a_scan_is_understood_like_the_text(text: str) -> None:
    """The same document on paper: the report says that a page was read from its picture."""
    document = understood(as_scan(text), "scan.pdf")

    assert summary(document) == TEXTS[text]
    assert document.findings == ("page_1_scanned",)
    printed = understood(as_typeset(text), "a.pdf")
    assert [p.text for p in document.passages] == [p.text for p in printed.passages]


def word_file(xml: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", xml)
    return buffer.getvalue()


BOMB = word_file(b"<w>" + b" " * (MOST_PACKED * 100_000) + b"</w>")
ENTITIES = word_file(b'<!DOCTYPE w [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><w>&b;</w>')
LATE_ENTITY = word_file(b"<?xml version='1.0'?>" + b" " * 5000 + b"<!DOCTYPE w [<!ENTITY a 'x'>]><w>&a;</w>")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (BOMB, "too_large"),
        (ENTITIES, "broken_file"),
        (LATE_ENTITY, "broken_file"),
        (as_docx(DECREE)[:-30], "broken_file"),
        (word_file(b"<w>"), "broken_file"),
    ],
    ids=["bomb", "entities", "late entity", "cut off", "not closed"],
)
def test_a_word_file_that_would_do_harm_is_refused(data: bytes, reason: str) -> None:
    """A small file that unpacks into memory without end, entities, and half a file are named and left alone."""
    with pytest.raises(UnreadableFileError) as told:
        read(data, "upload.docx")

    assert told.value.reason == reason


def test_deep_markup_is_read_in_time() -> None:
    """A page of a hundred thousand open elements costs no more than its length."""
    text = read(b"<div>" * 100_000 + b"<p>h\xe1\xbb\x97 tr\xe1\xbb\xa3</p>" + b"</b>" * 20_000, "deep.html")

    assert "hỗ trợ" in text.lines
