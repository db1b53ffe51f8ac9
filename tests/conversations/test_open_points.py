"""What the law leaves open of a figure is said with the verdict, with its article, and sends nobody to an office."""

from __future__ import annotations

from datetime import date

import pytest

from actions.build import Dialogue
from actions.message import CitizenMessage, Occasion

NEAR_POOR = "mẹ tôi sinh năm 1976, không đi làm, không lương hưu, nhà cận nghèo, hỏi thẻ bảo hiểm y tế"
NEW_YEAR = date(2027, 1, 1)
ABROAD = "em 25 tuổi muốn vay đi xuất khẩu lao động đài loan hết 120 triệu"


def verdict(dialogue: Dialogue, conversation: str, text: str, day: date) -> str:
    """Return the answer after *text* and a no to each of the two questions that follow, on *day*."""
    occasion = Occasion(day)
    for words, intent in ((text, "inform"), ("không", "deny")):
        dialogue.turn.step(CitizenMessage(conversation, words, intent, occasion))
    return dialogue.turn.step(CitizenMessage(conversation, "không", "deny", occasion)).text


@pytest.mark.parametrize(
    ("text", "day", "said", "article"),
    [
        (NEAR_POOR, NEW_YEAR, "từ 01/01/2027 chưa có văn bản ấn định", "(188/2025/NĐ-CP, Điều 6; 261/2025/QH15)"),
        (f"ở Huế, {NEAR_POOR}", date(2026, 11, 21), "Huế có nghị quyết hỗ trợ thêm", "(37/2025/NQ-HĐND (Huế))"),
    ],
    ids=["rate", "province"],
)
def test_a_verdict_says_why_a_figure_is_not_given(
    dialogue: Dialogue, text: str, day: date, said: str, article: str
) -> None:
    """The seventy per cent are due; that the rest cannot be named in đồng is told, by the articles of that point."""
    answer = verdict(dialogue, f"open:{article}", text, day)

    assert "70%" in answer
    assert said in answer
    assert article in answer


def test_on_the_eve_there_is_nothing_to_add(dialogue: Dialogue) -> None:
    """While the rate is known the sum is told, and no word of what is not known yet."""
    answer = verdict(dialogue, "open:eve", NEAR_POOR, date(2026, 12, 31))

    assert "34.155 đ/tháng" in answer
    assert "chưa có văn bản" not in answer


def test_why_tells_it_again(dialogue: Dialogue) -> None:
    """Who asks why hears the open point among the reasons."""
    verdict(dialogue, "open:why", NEAR_POOR, NEW_YEAR)

    why = dialogue.follow_up.why(CitizenMessage("open:why", "vì sao", "ask_why", Occasion(NEW_YEAR)))

    assert "5,1% mới là dự thảo" in why.text


def test_a_loan_of_which_only_the_rate_is_open_is_not_withheld(dialogue: Dialogue) -> None:
    """Every worker with a contract may ask for it: who knows nothing of lists of poor households hears that, too."""
    occasion = Occasion(date(2026, 11, 21))
    told = [(ABROAD, "inform"), ("36 tháng", "inform"), *[("không biết", "dont_know")] * 3]

    said = [dialogue.turn.step(CitizenMessage("open:abroad", text, intent, occasion)).text for text, intent in told]

    answer = next(text for text in said if "đủ điều kiện đề nghị vay" in text)
    assert "từ 6,24%/năm đến 7,9248%/năm" in answer
    assert "vay tối đa 120 triệu" in answer


def test_a_loan_that_may_still_be_refused_is_not_promised(dialogue: Dialogue) -> None:
    """Without a contract nothing is due, whatever the rate would be."""
    occasion = Occasion(date(2026, 11, 21))
    told = [(ABROAD, "inform"), *[("không biết", "dont_know")] * 4]

    said = [dialogue.turn.step(CitizenMessage("open:none", text, intent, occasion)).text for text, intent in told]

    assert not any("đủ điều kiện đề nghị vay" in text for text in said)
