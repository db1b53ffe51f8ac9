"""Files taken in: the same decree out of every format, versions and duplicates known, bad files refused by name."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.collection import Collection, Outcome
from knowledge.ingest.documents import Counts
from knowledge.ingest.understand import Understanding
from knowledge.intake import REFUSED, FileReport, take_in, take_one
from tests.knowledge.ingest.conftest import DECREE, as_docx, as_html, as_pdf


def as_text(text: str) -> bytes:
    return text.encode()


def as_utf16(text: str) -> bytes:
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le")


def as_markdown(text: str) -> bytes:
    lines = (f"**{line}**" if line.startswith(("Điều", "Chương")) else line for line in text.splitlines())
    return "\n".join(["---", "layout: page", "---", *lines]).encode()


FORMS: list[tuple[str, Callable[[str], bytes]]] = [
    ("decree.txt", as_text),
    ("utf16.txt", as_utf16),
    ("decree.md", as_markdown),
    ("decree.html", as_html),
    ("decree.docx", as_docx),
    ("decree.pdf", as_pdf),
]


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("name", "form"), FORMS, ids=[name for name, _ in FORMS])
def test_every_format_is_understood_alike(name: str, form: Callable[[str], bytes]) -> None:
    """Number, issuer, dates, articles and clauses do not depend on the format."""
    document = Understanding().of(form(DECREE), name)

    found = document.metadata
    assert (found.number, found.kind, found.issuer) == ("999/2026/NĐ-CP", "decree", "Chính phủ")
    assert (found.issued_on, found.effective_on) == (date(2026, 3, 2), date(2026, 5, 1))
    assert found.replaces == ("888/2020/NĐ-CP",)
    assert document.counts == Counts(articles=4, clauses=6, points=2, passages=4)
    passages = {p.id: p for p in document.passages}
    assert [c.text for c in passages["999-2026-nd-cp#2"].citations] == ["999/2026/NĐ-CP, Điều 2"]
    assert "Mức trợ giúp do Chính phủ quy định" in passages["999-2026-nd-cp#3"].text
    assert not any("menu" in p.text or "Bình luận" in p.text for p in passages.values())


def test_the_same_text_again_changes_nothing(collection: Collection, tmp_path: Path) -> None:
    """Taking a folder in twice is one piece of work."""
    path = put(tmp_path, "a.txt", DECREE.encode())
    take_one(collection, path)

    assert take_one(collection, path).outcome is Outcome.UNCHANGED
    assert take_one(collection, put(tmp_path, "b.docx", as_docx(DECREE))).outcome is Outcome.DUPLICATE
    assert len(collection.documents()) == 1


def test_a_new_wording_is_a_new_version(collection: Collection, tmp_path: Path) -> None:
    """The number tells that it is the same document; the earlier wording stays."""
    first = take_one(collection, put(tmp_path, "a.txt", DECREE.encode()))

    report = take_one(collection, put(tmp_path, "b.txt", DECREE.replace("thử nghiệm.", "thí điểm.").encode()))

    assert report.outcome is Outcome.NEW_VERSION
    assert {v.id for v in collection.versions(report.id)} == {first.id, report.id}
    assert "thí điểm" in collection.passages(report.id)[0].text


def test_one_bad_file_does_not_stop_the_rest(collection: Collection, tmp_path: Path) -> None:
    """Each file has its report; progress is told as it comes."""
    folder = tmp_path / "files"
    folder.mkdir()
    put(folder, "a.docx", b"not a zip archive")
    put(folder, "b.pdf", b"%PDF-1.4 broken")
    put(folder, "c.txt", b"")
    put(folder, "d.txt", DECREE.encode())
    put(folder, "ignored.png", b"\x89PNG")
    heard: list[tuple[FileReport, int, int]] = []

    reports = take_in(collection, [folder], lambda *told: heard.append(told))

    assert heard == [(report, n, 4) for n, report in enumerate(reports, start=1)]
    assert [(Path(r.path).name, r.outcome, r.findings[:1]) for r in reports] == [
        ("a.docx", "refused", ("broken_file",)),
        ("b.pdf", "refused", ("broken_file",)),
        ("c.txt", "refused", ("no_text",)),
        ("d.txt", "new", ()),
    ]


@pytest.mark.parametrize("name", ["picture.png", "table.xlsx", "nothing"])
def test_unknown_formats_are_refused_with_what_is_known(collection: Collection, tmp_path: Path, name: str) -> None:
    """Who names a file of another kind is told which kinds can be read."""
    report = take_one(collection, put(tmp_path, name, b"abc"))

    assert report.outcome == REFUSED
    assert ".docx" in report.detail


def test_a_missing_file_is_refused(collection: Collection, tmp_path: Path) -> None:
    """A wrong path is a report, not a crash."""
    assert take_one(collection, tmp_path / "nowhere.txt").outcome == REFUSED


def test_text_of_an_old_font_is_refused(collection: Collection, tmp_path: Path) -> None:
    """TCVN3 letters read as Latin-1 would be indexed as rubbish; better to say so."""
    old = "NghÞ ®Þnh nµy quy ®Þnh chÝnh s¸ch trî gióp x· héi ®èi víi ®èi t­îng b¶o trî x· héi t¹i céng ®ång. " * 5

    report = take_one(collection, put(tmp_path, "old.txt", old.encode()))

    assert (report.outcome, report.findings) == (REFUSED, ("old_font",))


def test_a_press_page_keeps_its_story_only(collection: Collection, tmp_path: Path) -> None:
    """Menus, repeated captions and comment forms are left out; nothing is cited."""
    story = [f"Đoạn {n}: tỉnh hỗ trợ hộ nghèo mua thẻ bảo hiểm y tế trong năm nay." for n in range(8)]
    caption = "Cán bộ xã trao thẻ bảo hiểm y tế cho người dân"
    page = ["A- A A+ | Tăng tương phản", "Hỗ trợ người nghèo ở một tỉnh miền núi", caption, *story[:4], caption]
    page += [*story[4:], "Tin liên quan", "Giá vàng hôm nay tăng mạnh", "Bạn còn 500/500 ký tự"]

    report = take_one(collection, put(tmp_path, "press.txt", "\n\n".join(page).encode()))

    text = "\n".join(p.text for p in collection.passages(report.id))
    assert report.findings == ("not_a_legal_document",)
    assert all(line in text for line in story)
    assert text.count(caption) == 1
    assert "Giá vàng" not in text
    assert "tương phản" not in text
    assert all(p.citations == () for p in collection.passages(report.id))
