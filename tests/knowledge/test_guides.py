"""Reading guides: what is understood, what is reported, and that nothing makes it fail."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from knowledge.ingest.guide import read_guide, read_guides
from tests.knowledge.conftest import SAMPLE

HEAD = (
    "---\nid: g\ntitle: T\narea: loans\nbenefits: [b]\ncites: ['1/2020/NĐ-CP, Điều 1']\nvalid_from: 2025-01-01\n---\n"
)


def test_sample_guides_have_no_findings() -> None:
    """A guide in the agreed format is read without complaint."""
    assert read_guides(SAMPLE).findings == ()


def test_a_section_overrides_what_the_front_matter_says() -> None:
    """A section may hold in one place, from another day, by another article."""
    passages = {p.id: p for p in read_guides(SAMPLE).passages}

    section = passages["sample-pension#ha-noi"]

    assert [c.text for c in section.citations] == ["63/2025/NQ-HĐND (Hà Nội), Điều 7"]
    assert (section.place, section.valid_from, section.kind) == ("ha_noi", date(2026, 1, 1), "how_much")
    assert section.benefits == ("social_pension",)


def test_a_citation_cut_by_yaml_is_put_together() -> None:
    """An author who forgets the quotes still cites the article."""
    body = "## H {#a}\n<!-- cites: [335/2026/NĐ-CP, Điều 4 khoản 2, 20/2021/NĐ-CP, Điều 6] -->\n\nNgắn gọn.\n"

    (passage,) = read_guide(HEAD + body, "g.md").passages

    assert [c.text for c in passage.citations] == ["335/2026/NĐ-CP, Điều 4 khoản 2", "20/2021/NĐ-CP, Điều 6"]


def test_faults_are_reported_with_their_line() -> None:
    """All faults of a file are told at once, and the sound sections are kept."""
    body = "## Không neo\n\nChữ.\n\n## Rỗng {#b}\n\n## Lạ {#c}\n<!-- kind: poem; valid_to: mai -->\n\nChữ.\n"

    guide = read_guide(HEAD + body, "g.md")

    assert {(f.code, f.line) for f in guide.findings} == {
        ("missing_anchor", 9),
        ("empty_section", 13),
        ("unknown_kind", 15),
        ("unreadable_day", 15),
    }
    assert len(guide.passages) == 2


def test_a_file_without_front_matter_is_reported() -> None:
    """A stray note is no guide."""
    codes = {f.code for f in read_guide("chỉ là ghi chú", "note.md").findings}

    assert codes == {"missing_field", "unknown_area", "no_section"}


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    """Whatever stands in a file, reading it ends without an error."""
    read_guide(text, "any.md")


@given(st.text(alphabet=st.sampled_from("#{}<!->:;[]\"'\n abạđ-")))
def test_any_broken_markup_is_read(text: str) -> None:
    """Half-open comments and brackets cost their section at most."""
    read_guide(HEAD + "## Đầu {#a}\n" + text, "any.md")
