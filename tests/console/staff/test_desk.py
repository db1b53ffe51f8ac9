"""The eligibility desk: a story becomes facts, verdicts, a question and a sheet; nothing sent is trusted."""

import json
import re

import pypdfium2
import pytest

from bot.switches import SwitchKind

STORY = "hỏi cho mẹ 76 tuổi ở Nghệ An, không lương hưu, không trợ cấp gì, nhà cận nghèo"


@pytest.fixture(scope="module")
def staff(kept_desk):
    return kept_desk.signed_in("staff", name="desk-staff")


def case(client, **data):
    answer = client.submit("/desk", {"story": STORY, **data}, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.text
    return answer.text


def by_hand_of(html):
    found = re.search(r'name="by_hand" value="([^"]*)"', html)
    return json.loads(found.group(1).replace("&#34;", '"').replace("&quot;", '"'))


def asked_in(html):
    return re.search(r'name="fact" value="([^"]*)"', html).group(1)


def test_a_story_gives_facts_and_a_verdict_with_its_amount(staff):
    html = case(staff)
    for shown in ("Hộ cận nghèo", "76", "Trợ cấp hưu trí xã hội", "Đủ điều kiện", "540.000 đ"):
        assert shown in html


def test_what_is_filled_in_by_hand_wins_over_the_story(staff):
    html = case(staff, fact="mother:monthly_pension_vnd", words="2tr rưỡi")
    assert by_hand_of(html) == {"mother": {"monthly_pension_vnd": 2_500_000}}
    assert "2.500.000 đ" in html
    assert "Đủ điều kiện" not in html.split("Trợ cấp hưu trí xã hội")[1][:200]


def test_a_fact_can_be_taken_out_again(staff):
    html = case(staff, remove="household:household_status")
    assert by_hand_of(html) == {"household": {"household_status": None}}
    assert "<strong>Hộ cận nghèo</strong>" not in html


def test_a_value_is_picked_by_its_button_and_kept_from_then_on(staff):
    first = case(staff, set="mother:disability_degree=severe")
    again = case(staff, by_hand=json.dumps(by_hand_of(first)))
    assert "1.080.000 đ" in again


def test_any_missing_fact_can_be_asked_for_and_then_the_best_question_comes_back(staff):
    """Callers tell things in their own order."""
    chosen = case(staff, ask="mother:disability_degree")
    answered = case(staff, asked="mother:disability_degree", set="mother:disability_degree=severe")
    assert "Đang điền" in chosen
    assert 'name="fact" value="mother:disability_degree"' in chosen
    assert "Câu nên hỏi tiếp" in answered


def test_a_fact_of_the_household_is_written_down_for_the_household(staff):
    html = case(staff, about="mother", ask_fact="household_status")
    assert 'name="fact" value="household:household_status"' in html


@pytest.mark.parametrize("ask", ["mother:no_such_fact", "../x:age_years", "", "-"])
def test_what_cannot_be_asked_for_leaves_the_best_question(staff, ask):
    assert "Câu nên hỏi tiếp" in case(staff, ask=ask)


def test_what_the_caller_cannot_answer_is_not_asked_again(staff):
    first = asked_in(case(staff, story="mẹ 76 tuổi"))
    second = asked_in(case(staff, story="mẹ 76 tuổi", skip=first))
    third = asked_in(case(staff, story="mẹ 76 tuổi", skipped=first, skip=second))
    assert len({first, second, third}) == 3


def test_one_more_child_is_a_second_child_and_can_be_taken_out_again(staff):
    told = "tôi có đứa con 4 tuổi"
    more = case(staff, story=told, add_person="child")
    less = case(staff, story=told, by_hand=json.dumps(by_hand_of(more)), drop_person="child_2")
    assert "Con thứ 2" in more
    assert "Con thứ 2" not in less
    assert 'id="p-child"' in less


def test_what_was_read_in_the_story_is_marked_in_it(staff):
    html = case(staff, story="mẹ <b> 76 tuổi, thích hát")
    assert "<mark>76 tuổi</mark>" in html
    assert "&lt;b&gt;" in html
    assert "thích hát</p>" in html


def test_who_is_granted_something_hears_where_and_who_decides(staff):
    html = case(staff, set="mother:disability_degree=severe")
    assert "Ai quyết định" in html
    assert "Chủ tịch UBND cấp xã" in html


def test_words_that_say_nothing_of_the_fact_are_told_back(staff):
    html = case(staff, fact="mother:monthly_pension_vnd", words="màu xanh <b>")
    assert "màu xanh &lt;b&gt;" in html
    assert by_hand_of(html).get("mother", {}) == {}


def test_what_cannot_be_true_is_named(staff):
    html = case(staff, by_hand=json.dumps({"mother": {"date_of_birth": "2031-01-01"}}))
    assert "Lời kể có chỗ không thể đúng" in html


@pytest.mark.parametrize(
    "by_hand",
    [
        "[1]",
        "{",
        '{"../x": {"age_years": 3}}',
        '{"mother": {"no_such_fact": 1}}',
        '{"mother": {"age_years": "x"}}',
        "7",
    ],
)
def test_a_broken_memory_of_the_page_is_dropped(staff, by_hand):
    assert by_hand_of(case(staff, by_hand=by_hand)) in ({}, {"mother": {}})


def test_loans_are_judged_only_when_asked_for(staff):
    assert "Cho vay" not in case(staff)
    assert "Cho vay" in case(staff, loans="1")


def test_text_of_a_story_is_never_markup(staff):
    html = case(staff, story="<script>alert(1)</script> mẹ 76 tuổi")
    assert "<script>" not in html


def test_the_sheet_is_a_pdf_of_one_page_with_the_amount(staff):
    answer = staff.submit("/desk/checklist.pdf", {"story": STORY, "person": "mother"})
    assert answer.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    text = document[0].get_textpage().get_text_range()
    assert len(document) == 1
    assert "540.000 đ" in text
    assert "Nghệ An" in text


def test_the_sheet_as_text_can_be_copied_into_a_chat(staff):
    text = staff.submit("/desk/checklist.txt", {"story": STORY, "person": "mother"}).text
    assert text.startswith("PHIẾU HƯỚNG DẪN")


def test_a_sheet_of_the_living_says_nothing_of_funerals(staff):
    """What hangs on a death nobody told of is no open point on a paper for the family."""
    text = staff.submit("/desk/checklist.txt", {"story": STORY, "person": "mother"}).text
    assert "540.000 đ" in text
    assert "mai táng" not in text
    assert "Ngày mất" not in text


def test_no_sheet_for_somebody_who_is_not_in_the_story(staff):
    assert staff.submit("/desk/checklist.pdf", {"story": STORY, "person": "uncle"}).status_code == 404


def test_another_day_is_judged_by_its_law(staff):
    assert "500.000 đ" in case(staff, as_of="01/03/2026")


def test_a_day_that_is_none_is_told_at_once(staff):
    assert "Cần một ngày" in case(staff, as_of="hôm qua")


def test_an_admin_who_is_no_staff_is_kept_out(kept_desk):
    assert kept_desk.signed_in("admin", name="desk-admin").see("/desk").status_code == 403


def test_nothing_is_said_on_a_benefit_that_is_switched_off(kept_desk, staff):
    switches = kept_desk.parts.switches
    switches.turn_off(SwitchKind.BENEFIT, "social_pension", reason="đang kiểm tra", actor="lan")
    try:
        html = case(staff)
        sheet = staff.submit("/desk/checklist.txt", {"story": STORY, "person": "mother"}).text
    finally:
        switches.turn_on(SwitchKind.BENEFIT, "social_pension", actor="lan")
    assert "Đang tạm dừng kết luận về: Trợ cấp hưu trí xã hội" in html
    assert "540.000 đ" not in html + sheet
