"""One message after another: verdicts as soon as they are settled, otherwise one question."""

from __future__ import annotations

from actions.build import Dialogue
from actions.interview import Interview
from tests.actions.conftest import Say


def _state(dialogue: Dialogue, conversation: str = "c1") -> Interview:
    interview = dialogue.store.load(conversation)
    assert interview is not None
    return interview


def test_untold_fact_is_asked_for(dialogue: Dialogue, say: Say) -> None:
    """A fact the citizen has not told leads to a question, never to a refusal."""
    said = dialogue.turn.step(say("hưu trí xã hội cho mẹ 76 tuổi"))

    assert _state(dialogue).to_state()["asks_next"] == "monthly_pension_vnd"
    assert "lương hưu" in said.text


def test_settled_verdict_comes_with_amount_way_and_article(dialogue: Dialogue, say: Say) -> None:
    """Verdict first, then the amount, what to do, and by which law."""
    said = dialogue.turn.step(say("mẹ 76 tuổi không có lương hưu không trợ cấp gì, hỏi hưu trí xã hội"))

    verdict = next(line for line in said.text.splitlines() if "đủ điều kiện" in line)
    assert "540.000 đ/tháng" in verdict
    assert "7 ngày làm việc" in said.text
    assert said.signal["citations"] == ["176/2025/NĐ-CP, Điều 3"]
    assert _state(dialogue).results[0]["outcome"] == "eligible"


def test_one_open_fact_tells_what_hangs_on_it(dialogue: Dialogue, say: Say) -> None:
    """The question that is left says what it is good for."""
    said = dialogue.turn.step(say("ông 72 tuổi không có lương hưu không trợ cấp gì, hỏi hưu trí xã hội"))

    assert "Nếu thuộc hộ nghèo hoặc thuộc hộ cận nghèo" in said.text
    assert _state(dialogue).to_state()["asks_next"] == "household_status"


def test_picked_choice_counts_by_title_and_by_number(dialogue: Dialogue, say: Say) -> None:
    """Channels without buttons number the choices."""
    for conversation, answer in (("c1", "Hộ cận nghèo"), ("c2", "2"), ("c3", "ho can ngheo")):
        text = "ông 72 tuổi không có lương hưu không trợ cấp gì, hỏi hưu trí xã hội"
        dialogue.turn.step(say(text, conversation=conversation))
        dialogue.turn.step(say(answer, conversation=conversation))

        assert _state(dialogue, conversation).household["household_status"] == "near_poor"


def test_bare_no_answers_the_pending_question(dialogue: Dialogue, say: Say) -> None:
    """Yes and no are decided by what was asked, not by a classifier."""
    dialogue.turn.step(say("hưu trí xã hội cho mẹ 76 tuổi"))
    dialogue.turn.step(say("không", "deny"))

    assert _state(dialogue).people["mother"]["monthly_pension_vnd"] == 0


def test_not_remembering_an_amount_leads_to_the_threshold(dialogue: Dialogue, say: Say) -> None:
    """Who does not know the figure may know on which side of the mark it lies."""
    dialogue.turn.step(say("mẹ 76 tuổi không có lương hưu, hỏi hưu trí xã hội"))
    said = dialogue.turn.step(say("tôi không nhớ", "dont_know"))

    assert _state(dialogue).action == "explain_threshold_540000"
    assert said.messages[0].choices[0] == "Dưới 540.000 đ"


def test_not_knowing_twice_ends_in_an_open_verdict_under_conditions(dialogue: Dialogue, say: Say) -> None:
    """Nothing is assumed; what would follow from each answer is said."""
    dialogue.turn.step(say("mẹ 76 tuổi không có lương hưu, hỏi hưu trí xã hội"))
    dialogue.turn.step(say("tôi không nhớ", "dont_know"))
    said = dialogue.turn.step(say("không biết", "dont_know"))

    state = _state(dialogue).to_state()
    assert state["results"][0]["outcome"] == "undetermined"
    assert state["action"] == "explain_threshold_540000"
    assert "Nếu" in said.text


def test_correction_changes_the_verdict_and_says_so(dialogue: Dialogue, say: Say) -> None:
    """What is told last counts, and the citizen sees that it was understood."""
    dialogue.turn.step(say("mẹ 76 tuổi không có lương hưu không trợ cấp gì, hỏi hưu trí xã hội"))
    said = dialogue.turn.step(say("à nhầm, mẹ 66 tuổi"))

    state = _state(dialogue).to_state()
    assert "Mình đã sửa" in said.text
    assert state["corrected_fact"] == {"person": "mother", "fact": "age_years", "value": 66}
    assert state["results"][0]["outcome"] == "ineligible"


def test_correcting_whom_it_is_about_leaves_the_first_one_out(dialogue: Dialogue, say: Say) -> None:
    """'No, I meant my father' asks for the father only."""
    dialogue.turn.step(say("mẹ 73 tuổi không có lương hưu, hỏi hưu trí xã hội"))
    dialogue.turn.step(say("à không, tôi hỏi cho bố, bố 75 tuổi"))

    assert _state(dialogue).subjects == ["father"]


def test_question_about_the_law_is_answered_and_the_interview_goes_on(dialogue: Dialogue, say: Say) -> None:
    """An interruption is no reason to begin again."""
    dialogue.turn.step(say("hưu trí xã hội cho mẹ 76 tuổi"))
    said = dialogue.turn.step(say("được tính từ tháng nào", "ask_policy"))

    assert "tháng ký quyết định" in said.text
    assert _state(dialogue).to_state()["asks_next"] == "monthly_pension_vnd"
    assert "lương hưu" in said.text.splitlines()[-1]


def test_question_about_paperwork_is_answered_for_the_benefit_at_hand(dialogue: Dialogue, say: Say) -> None:
    """'Where do I apply' means the benefit one was just talking of."""
    dialogue.turn.step(say("hưu trí xã hội cho mẹ 76 tuổi"))
    said = dialogue.turn.step(say("à mà nộp hồ sơ ở đâu vậy", "ask_policy"))

    assert "7 ngày làm việc" in said.text
    assert _state(dialogue).pending is not None


def test_what_is_not_in_the_guides_is_not_answered(dialogue: Dialogue, say: Say) -> None:
    """No answer beats a wrong answer."""
    said = dialogue.turn.step(say("luật này do ai soạn", "ask_policy"))

    assert "chưa đủ căn cứ" in said.text
    assert said.signal["action"] == "not_understood"


def test_private_matters_are_not_discussed_before_others(dialogue: Dialogue, say: Say) -> None:
    """In a group nothing sensitive is said back, and nothing of it is kept."""
    said = dialogue.turn.step(say("em trai khuyết tật nặng có trợ cấp không", is_group=True))

    assert "khuyết tật" not in said.text
    assert _state(dialogue).is_empty
    assert _state(dialogue).action == "move_to_private"


def test_old_province_is_named_with_the_new_one(dialogue: Dialogue, say: Say) -> None:
    """People know where they live by the old name."""
    said = dialogue.turn.step(say("mẹ 76 tuổi ở Bình Dương cũ"))

    assert "Bình Dương cũ nay thuộc TP. Hồ Chí Minh" in said.text
    assert _state(dialogue).province == "ho_chi_minh"


def test_messages_stay_readable_on_a_phone(dialogue: Dialogue, say: Say) -> None:
    """No message grows beyond what one reads at a glance."""
    for text in ("mẹ 76 tuổi", "bố 71 tuổi hộ nghèo", "không có lương hưu", "không trợ cấp gì", "ông 90 tuổi"):
        assert len(dialogue.turn.step(say(text)).text) <= 900
