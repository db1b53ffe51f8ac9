"""Fitting replies to channels."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.reply import TELEGRAM, ZALO, Format, fit, mapped_marks, plain, split, utf16_units
from bot.messages import Choice, Reply

BY_NUMBER = "Trả lời bằng số."
CHOICES = tuple(Choice(f"Lựa chọn {n}", f"/c{n}", f"1.0.{n}") for n in range(1, 8))


def test_few_choices_are_buttons_on_the_last_part() -> None:
    parts = fit(Reply("a\n\n" + "b " * 1500, CHOICES[:3]), ZALO, answer_by_number=BY_NUMBER)

    assert [len(part.choices) for part in parts] == [0, 3]


def test_many_choices_are_numbered() -> None:
    (part,) = fit(Reply("Chọn:", CHOICES), ZALO, answer_by_number=BY_NUMBER)

    assert part.choices == ()
    assert part.text.splitlines()[-2:] == ["7. Lựa chọn 7", BY_NUMBER]


def test_choices_beside_a_number_to_type_are_not_numbered() -> None:
    """'2' must mean two children, not the second choice."""
    (part,) = fit(Reply("Mấy con?", CHOICES, numeric_answer=True), ZALO, answer_by_number=BY_NUMBER)

    assert "• Lựa chọn 7" in part.text
    assert BY_NUMBER not in part.text


def test_citation_is_never_torn() -> None:
    citation = "335/2026/NĐ-CP, Điều 11 khoản 1 điểm c"
    short = Format(longest=60, most_buttons=5, longest_title=20)

    pieces = split(f"Theo quy định tại {'văn bản số ' * 2}{citation} thì được hưởng.", short)

    assert len(pieces) > 1
    assert any(citation in piece for piece in pieces)


def test_marks_become_the_channels_own() -> None:
    text = "Mẹ **đủ điều kiện** <nhé> & **540.000 đ**"

    assert mapped_marks(text, html.escape, "<b>", "</b>") == (
        "Mẹ <b>đủ điều kiện</b> &lt;nhé&gt; &amp; <b>540.000 đ</b>"
    )
    assert plain(text) == "Mẹ đủ điều kiện <nhé> & 540.000 đ"


def test_lonely_mark_is_dropped() -> None:
    assert mapped_marks("a ** b", html.escape, "<b>", "</b>") == "a  b"


WORDS = st.lists(st.sampled_from(["được", "🙂", "**đủ**", "540.000 đ", "\n", "\n\n", "Điều 11", "x" * 30]), max_size=80)


@given(WORDS, st.sampled_from([Format(40, 5, 20), Format(64, 5, 20, utf16_units), ZALO, TELEGRAM]))
def test_parts_fit_and_lose_nothing(words: list[str], format: Format) -> None:
    text = " ".join(words).strip()

    pieces = split(text, format)

    assert all(0 < format.measure(plain(piece)) <= format.longest for piece in pieces)
    assert all(piece.count("**") % 2 == 0 for piece in pieces)
    assert re.sub(r"\s", "", plain("".join(pieces))) == re.sub(r"\s", "", plain(text))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400))
def test_any_text_can_be_split_and_sent(text: str) -> None:
    format = Format(50, 5, 20, utf16_units)

    for piece in split(text.strip(), format):
        assert utf16_units(plain(piece)) <= 50
        assert "<b" not in mapped_marks(piece.replace("*", ""), html.escape, "", "")
