"""Corrections: written by staff, resolved by editors, exported as test cases, never with a person's numbers."""

import pytest
import yaml

WRONG = {
    "question": "mẹ tôi CCCD 012345678901 được bao nhiêu",
    "wrong_answer": "500.000 đ",
    "right_answer": "540.000 đ/tháng từ 01/7/2026",
    "must_contain": "540.000",
    "cites": "335/2026/NĐ-CP, Điều 4; 176/2025/NĐ-CP, Điều 3",
}


@pytest.fixture
def written(signed_in):
    staff = signed_in("staff")
    answer = staff.submit("/corrections", WRONG)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/console")


def test_a_correction_becomes_a_task_and_a_case_without_numbers_of_a_person(written, signed_in):
    editor = signed_in("editor")
    page = editor.see(written).text
    assert "540.000 đ/tháng" in page
    assert "012345678901" not in page
    (case,) = yaml.safe_load(editor.see("/corrections/cases.yaml").text)["questions"]
    assert case["must"] == ["540.000"]
    assert case["cites"] == ["335/2026/NĐ-CP, Điều 4", "176/2025/NĐ-CP, Điều 3"]
    assert "012345678901" not in str(case)


def test_the_words_lie_sealed_in_the_database(written, desk):
    import sqlalchemy as sa

    with desk.database.engine.connect() as connection:
        (body,) = connection.execute(sa.text("SELECT body FROM console_correction")).one()
    assert "540.000" not in body


def test_it_goes_from_new_to_taken_to_done_and_is_recorded(written, signed_in, desk):
    editor = signed_in("editor")
    editor.submit(written, {"to": "taken", "version": "1"})
    editor.submit(written, {"to": "done", "version": "2"})
    assert "Đã sửa" in editor.see(written).text
    assert [entry.action for entry in desk.audited()][:3] == ["correction.done", "correction.taken", "correction.write"]


def test_of_two_editors_at_once_the_second_is_told(written, signed_in):
    one, two = signed_in("editor", name="mot"), signed_in("editor", name="hai")
    assert one.submit(written, {"to": "taken", "version": "1"}).status_code == 303
    assert two.submit(written, {"to": "refused", "version": "1"}).status_code == 409


def test_a_step_that_leads_nowhere_is_refused(written, signed_in):
    editor = signed_in("editor")
    assert editor.submit(written, {"to": "done", "version": "1"}).status_code == 409
    assert editor.submit(written, {"to": "nonsense", "version": "1"}).status_code == 422


def test_staff_write_and_do_not_resolve(written, signed_in):
    staff = signed_in("staff", name="khac")
    assert staff.submit(written, {"to": "taken", "version": "1"}).status_code == 403
    assert staff.see("/corrections/cases.yaml").status_code == 403


def test_what_is_missing_is_told_and_what_was_typed_is_kept(signed_in):
    answer = signed_in("staff").submit("/corrections", {**WRONG, "right_answer": ""})
    assert answer.status_code == 422
    assert "Chưa điền" in answer.text
    assert "500.000 đ" in answer.text


def test_markup_in_a_correction_stays_text(signed_in):
    staff = signed_in("staff")
    path = staff.submit("/corrections", {**WRONG, "question": "<script>alert(1)</script>"}).headers["location"]
    assert "<script>alert" not in staff.get(path).text
