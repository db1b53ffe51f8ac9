"""Replies broken into blocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.rich_text import Block, RichText, RichTextReader, Run

READER = RichTextReader(("Căn cứ:",), ("111", "1900 561 292"), fold_after=100, fold_least=40)


def words(blocks: tuple[Block, ...]) -> str:
    return "|".join("".join(run.text for run in line) for block in blocks for line in block.lines)


def test_verdict_is_lines_with_its_strong_words_and_sources() -> None:
    """The shape of every answer: bold verdict, one idea a line, the law smaller below."""
    rich = READER.read("Mẹ **đủ điều kiện: 540.000 đ/tháng**.\n\nNộp tại xã.\nCăn cứ: 176/2025/NĐ-CP Điều 3")

    assert rich.shown[0].lines[0] == (Run("Mẹ "), Run("đủ điều kiện: 540.000\u00a0đ/tháng", True), Run("."))
    assert words(rich.shown[1:]) == "Nộp tại xã."
    assert rich.sources == ("176/2025/NĐ-CP Điều 3",)


def test_citations_are_shown_where_the_text_names_none() -> None:
    """A source may come as words or as data; what the words chose to cite is not repeated."""
    said, given = READER.read("Được.\nCăn cứ: Điều 3", ["Điều 3", "Điều 5"]), READER.read("Được.", ["Điều 5"])

    assert (said.sources, given.sources) == (("Điều 3",), ("Điều 5",))


def test_lists_are_lists() -> None:
    """Papers to bring and steps to take keep their bullets and numbers."""
    rich = READER.read("- đơn\n- thẻ\n2. nộp\n3. chờ")

    assert [(block.kind, block.start, len(block.lines)) for block in rich.shown] == [
        ("bullets", 1, 2),
        ("numbers", 2, 2),
    ]


@pytest.mark.parametrize("text", ["2 ** 3 ** 4", "** **", "****", "**mở mà không đóng", "a*b*c"])
def test_lone_stars_are_text(text: str) -> None:
    """Only a closed pair around words is bold."""
    (block,) = READER.read(text).shown

    assert block.lines == ((Run(text),),)


def test_long_reply_is_folded_between_items_and_keeps_its_question() -> None:
    """What is asked stays in sight, whatever is folded before it."""
    steps = "\n".join(f"{number}. {'làm việc ' * 6}" for number in range(1, 6))

    rich = READER.read(f"{steps}\nNhà mình có hộ nghèo không?")

    assert len(rich.shown[0].lines) == 2
    assert rich.folded[0].start == 3
    assert words(rich.question) == "Nhà mình có hộ nghèo không?"


def test_short_rest_is_not_folded() -> None:
    """A fold that hides two words only costs a tap."""
    rich = READER.read("a" * 120 + "\nhết.")

    assert rich.folded == ()


def test_amount_keeps_its_unit_beside_it() -> None:
    """A line never ends between a number and what it counts; other spaces stay."""
    assert (
        words(READER.read("540.000 đ/tháng, 6,24 %/năm, 3 đợt").shown) == "540.000\u00a0đ/tháng, 6,24\u00a0%/năm, 3 đợt"
    )


def test_addresses_and_help_lines_become_links() -> None:
    """Tapping a help line calls it; only https addresses and the service's own numbers are links."""
    rich = READER.read(
        "Gọi 111 hoặc 1900 561 292, xem https://dichvucong.gov.vn/a. Không phải 1.111 đ, http://x.vn, 1112."
    )

    links = {run.text: run.href for run in rich.shown[0].lines[0] if run.href}
    assert links == {
        "111": "tel:111",
        "1900 561 292": "tel:1900561292",
        "https://dichvucong.gov.vn/a": "https://dichvucong.gov.vn/a",
    }


@given(st.text(alphabet=st.sampled_from('ab *-1.\n?https://<&"'), max_size=400))
def test_no_letter_is_lost(text: str) -> None:
    """Whatever a reply says is shown, in its order, apart from marks and spaces."""
    rich = READER.read(text)

    shown = words(rich.shown + rich.folded + rich.question)
    assert [c for c in shown if c in 'ab<&"'] == [c for c in text if c in 'ab<&"']
    assert isinstance(rich, RichText)
    assert all(run.href.startswith(("", "https://", "tel:")) for b in rich.shown for line in b.lines for run in line)
