"""Reading structure and descriptions: cases that real pages show, and that no text breaks the readers."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import UnreadableFileError
from knowledge.ingest.converters import from_html, from_markdown, joined
from knowledge.ingest.encoding import decode, looks_like_old_font
from knowledge.ingest.metadata import describe, effective_day
from knowledge.ingest.relations import amended_by, number_in, replaced_by
from knowledge.ingest.structure import origin_citation, outline

LEGAL = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            [
                "Điều 1. A",
                "Điều 2",
                "Chương I",
                "CHUNG",
                "1. x",
                "2) y",
                "a) z",
                "“Điều 9. B",
                "c.”.",
                "",
                "Điều 6.2.LQ.1. C",
            ]
        ),
    ),
    max_size=20,
)


def test_a_codified_article_is_cited_by_its_origin() -> None:
    """The codification's own number is for finding; the law is cited by the document it comes from."""
    lines = [
        "Điều 6.2.NĐ.2.1. Phạm vi điều chỉnh",
        "(Điều 1 Nghị định số 103/2017/NĐ-CP Quy định về cơ sở ngày 12/09/2017 của Chính phủ, "
        "có hiệu lực thi hành kể từ ngày 01/11/2017 )",
        "Nghị định này quy định về cơ sở trợ giúp xã hội.",
        "(Điều này có nội dung liên quan đến Điều 6.1.NĐ.23. Điều kiện)",
    ]

    (article,) = outline(lines).articles

    assert (article.number, article.is_codified) == ("6.2.NĐ.2.1", True)
    assert origin_citation(article.origin) == "103/2017/NĐ-CP, Điều 1"
    assert article.effective_on == date(2017, 11, 1)
    assert article.text == "Nghị định này quy định về cơ sở trợ giúp xã hội."


def test_an_article_printed_under_its_code_keeps_the_code() -> None:
    """Some pages announce an article by its code and print it below under its own number."""
    lines = [
        "Điều 2.2.LQ.1. A",
        "chữ",
        "Điều 2.2.NĐ.3.36.",
        "Điều 36. Lập kế hoạch",
        "1. Một.",
        "Điều 2.2.LQ.3. C",
        "x",
    ]

    assert [(a.number, a.title) for a in outline(lines).articles] == [
        ("2.2.LQ.1", "A"),
        ("2.2.NĐ.3.36", "Lập kế hoạch"),
        ("2.2.LQ.3", "C"),
    ]


def test_a_table_of_contents_is_not_the_law() -> None:
    """A heading without text gives way to the article of the same number."""
    found = outline(["Điều 1. A", "Điều 2. B", "Điều 1. A", "Chữ.", "Điều 2. B", "1. Chữ nữa."])

    assert [(a.number, a.text) for a in found.articles] == [("1", "Chữ."), ("2", "1. Chữ nữa.")]


def test_decimals_and_references_are_not_structure() -> None:
    """ "2.530.000 đồng" at the start of a line is no clause, "Điều 5 của Luật" no article."""
    found = outline(["Điều 1. A", "Mức là", "2.530.000 đồng theo", "Điều 5 của Luật này.", "1. Một.", "2. Hai."])

    (article,) = found.articles
    assert [c.number for c in article.clauses] == ["", "1", "2"]


def test_missing_articles_are_told() -> None:
    """A gap in the numbers is reported: the text may be incomplete."""
    assert outline(["Điều 1. A", "x", "Điều 3. B", "y", "Điều 4. C", "z"]).warnings == ("articles_missing:2",)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Nghị định số 20/2021/NĐ-CP ngày", "20/2021/NĐ-CP"),
        ("Luật số: 51/2024/QH15", "51/2024/QH15"),
        ("Thông tư liên tịch số 29/2014/TTLT-BLĐTBXH-BTC", "29/2014/TTLT-BLĐTBXH-BTC"),
        ("2553/QĐ-TTg", "2553/QĐ-TTg"),
        ("số 09/2002/TTLT/BTCCBCP-BTC-BYT ngày", "09/2002/TTLT/BTCCBCP-BTC-BYT"),
        ("Luật số 32/2013/QH 13", "32/2013/QH13"),
        ("ngày 12/09/2017", None),
        ("6,24%/năm", None),
    ],
)
def test_numbers_of_documents(text: str, number: str | None) -> None:
    """Numbers are taken as printed; days and rates are none."""
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("lines", "ended"),
    [
        (["2. Luật mẫu số 71/2006/QH11 hết hiệu lực kể từ ngày Luật này có hiệu lực."], ("71/2006/QH11",)),
        (["Các quy định về một việc của Luật mẫu số 71/2006/QH11 hết hiệu lực kể từ ngày Luật này có hiệu lực."], ()),
        (
            ["Nghị định này thay thế Nghị định số 3/2020/NĐ-CP và Nghị định số 4/2020/NĐ-CP."],
            ("3/2020/NĐ-CP", "4/2020/NĐ-CP"),
        ),
        (["Bãi bỏ Thông tư số 5/2020/TT-BYT."], ("5/2020/TT-BYT",)),
        (["Bãi bỏ Điều 10 của Thông tư số 5/2020/TT-BYT."], ()),
        (["Thông tư số 6/2026/TT-BNV (thay thế Thông tư 5/2020/TT-BNV) cùng có hiệu lực từ 01/7/2026."], ()),
        (
            [
                "Các văn bản sau đây hết hiệu lực kể từ ngày Nghị định này có hiệu lực:",
                "a) Nghị định số 3/2020/NĐ-CP ngày 01/02/2020 quy định chi tiết Luật số 9/2019/QH14;",
                "b) Điều 8 và khoản 2 Điều 9 Nghị định số 4/2020/NĐ-CP ngày 01/02/2020;",
                "c) Thông tư số 5/2020/TT-BYT.",
                "3. Nghị định số 8/2020/NĐ-CP vẫn được áp dụng.",
            ],
            ("3/2020/NĐ-CP", "5/2020/TT-BYT"),
        ),
    ],
)
def test_only_what_ends_as_a_whole_is_replaced(lines: list[str], ended: tuple[str, ...]) -> None:
    """A decree of which two articles ended is still in force; taking it away would hide the law."""
    assert replaced_by(lines, "99/2026/NĐ-CP") == ended


@pytest.mark.parametrize(
    ("line", "amended"),
    [
        (
            "Quốc hội ban hành Luật sửa đổi, bổ sung một số điều của Luật mẫu số 2/2008/QH12 đã được sửa đổi, bổ sung "
            "theo Luật số 3/2014/QH13.",
            ("2/2008/QH12",),
        ),
        ("Luật mẫu số 4/2024/QH15 được sửa đổi, bổ sung bởi Luật số 7/2025/QH15;", ()),
    ],
)
def test_what_is_amended_is_told_from_what_was(line: str, amended: tuple[str, ...]) -> None:
    """The document that is changed now, not those that changed it before."""
    assert amended_by([line], None) == amended


def test_a_title_in_capitals_reads_as_a_sentence() -> None:
    """The kind stands alone above the title in most documents; the number is no title."""
    found = describe(["Luật số: 51/2024/QH15", "LUẬT", "SỬA ĐỔI MỘT SỐ ĐIỀU", "Điều 1. A"], {})

    assert (found.title, found.number) == ("Luật sửa đổi một số điều", "51/2024/QH15")


def test_an_issuer_is_known_by_its_short_name() -> None:
    """A circular's number ends with the ministry that issued it; a province's council names itself."""
    circular = describe(["Số: 5/2026/TT-BYT", "THÔNG TƯ", "Quy định mẫu thử nghiệm"], {})
    resolution = describe(["HỘI ĐỒNG NHÂN DÂN TỈNH MẪU", "Số: 7/2026/NQ-HĐND", "NGHỊ QUYẾT"], {})

    assert (circular.issuer, resolution.issuer) == ("Bộ Y tế", "Hội đồng nhân dân tỉnh Mẫu")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("có hiệu lực thi hành từ ngày 01 tháng 7 năm 2025", date(2025, 7, 1)),
        ("có hiệu lực thi hành kể từ ngày 01/07/2009 )", date(2009, 7, 1)),
        ("Có hiệu lực từ ngày 10/02/2026", date(2026, 2, 10)),
        ("có hiệu lực từ ngày 31/02/2026", None),
        ("hết hạn ngày 01/01/2026", None),
    ],
)
def test_days_of_effect(text: str, day: date | None) -> None:
    """Both ways of writing a day are read; an impossible one is not."""
    assert effective_day(text) == day


def test_a_property_table_describes_the_document() -> None:
    """Pages put a table above the text; its rows are taken before guesses from the words."""
    page = (
        "| Số hiệu | 12/2026/TT-BTC |\n|---|---|\n| Cơ quan ban hành | Bộ Tài chính |\n| Ngày ban hành | 10/02/2026 |\n"
    )

    text = from_markdown(page.encode(), "x.md")
    found = describe(text.lines, text.fields)

    assert (found.number, found.kind, found.issuer) == ("12/2026/TT-BTC", "circular", "Bộ Tài chính")
    assert found.issued_on == date(2026, 2, 10)


def test_lines_of_a_page_are_joined_to_paragraphs() -> None:
    """A sentence broken by the width of a page is one line again; a new clause stays apart."""
    lines = ["1. Người từ đủ bảy mươi lăm", "tuổi được hưởng.", "2. Người khác", "a) Một;"]

    assert list(joined(lines)) == ["1. Người từ đủ bảy mươi lăm tuổi được hưởng.", "2. Người khác", "a) Một;"]


@given(LEGAL)
def test_any_lines_are_outlined(lines: list[str]) -> None:
    """No arrangement of headings, quotes and noise is an error, and no wording outside them is lost."""
    found = outline(lines)

    describe(lines, {})
    kept = "\n".join([*found.head, *(a.text for a in found.articles)])
    assert "x" not in "".join(line for line in lines if line == "1. x") or "1. x" in kept


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    """Bytes of any origin give text or a named refusal."""
    with suppress(UnreadableFileError):
        looks_like_old_font(decode(data, "any.txt")[0])


@given(st.text(alphabet=st.sampled_from("<>/=\"' pdivform!-&;#x\nạ"), max_size=200))
def test_any_markup_is_read(text: str) -> None:
    """Broken tags and entities never stop the reading."""
    from_html(text.encode(), "any.html")
    from_markdown(text.encode(), "any.md")
