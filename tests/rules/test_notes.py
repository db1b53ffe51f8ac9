"""What the law leaves open of a figure without sending anybody to an officer is told beside the verdict."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from rules.engine.decision import Decision
from rules.engine.model import Outcome
from tests.rules import small

DAY = date(2026, 11, 21)
OPEN = "{reason: not_set, text: Chưa có mức; hỏi nơi cấp., refer: false}"
AMOUNT = f"""
results:
  amount_vnd:
    unit: vnd
    clauses:
      - when: {{fact: household_status, is: poor}}
        unsettled: {OPEN}
        cites: ['2/2021/NĐ-CP, Điều 3']
      - {{value: 1000}}
"""


def judged(root: Path, facts: dict[str, object], benefit: str = AMOUNT, parameters: str = "") -> Decision:
    """Return the decision of a rule set of one benefit."""
    written = small.write(root, benefit=benefit, parameters=parameters)
    return small.service(written).assess(facts, as_of=DAY).decision("test")


def test_a_point_that_only_tells_is_a_note_with_its_article(tmp_path: Path) -> None:
    """The verdict stands, nobody is sent anywhere, and what is open is said."""
    decision = judged(tmp_path, {"household_status": "poor"})

    assert (decision.outcome, decision.refer_to_human) == (Outcome.ELIGIBLE, False)
    assert [note.cited for note in decision.notes] == ["Chưa có mức; hỏi nơi cấp (2/2021/NĐ-CP, Điều 3)."]
    assert decision.to_json()["notes"] == [
        {"id": "not_set", "text": "Chưa có mức; hỏi nơi cấp.", "citations": ["2/2021/NĐ-CP, Điều 3"]}
    ]


def test_where_the_point_does_not_concern_the_person_nothing_is_noted(tmp_path: Path) -> None:
    """Neither who is of another group, nor who has not said which, hears of it."""
    other = judged(tmp_path, {"household_status": "near_poor"})
    untold = judged(tmp_path, {})

    assert (other.notes, other.results) == ((), {"amount_vnd": 1000})
    assert (untold.notes, untold.missing) == ((), ("household_status",))


def test_a_point_that_needs_an_officer_is_no_note(tmp_path: Path) -> None:
    """What is told as a reason to ask a person is not told twice."""
    decision = judged(tmp_path, {"household_status": "poor"}, AMOUNT.replace(", refer: false", ""))

    assert decision.refer_to_human
    assert decision.notes == ()


def test_a_formula_names_the_articles_of_what_is_open_alone(tmp_path: Path) -> None:
    """Twice in one decision it is said once; the figure it is multiplied with is settled, and not its law."""
    parameters = f"""parameters:
  test.rate:
    unit: percent
    name: Tỷ lệ
    rows: [{{from: 2020-01-01, unsettled: {OPEN}, cites: ['3/2022/NĐ-CP, Điều 1']}}]
  test.base: {{unit: vnd, name: Mức nền, rows: [{{from: 2020-01-01, value: 500000, cites: ['4/2022/NĐ-CP, Điều 1']}}]}}
"""
    results = """
results:
  amount_vnd_per_month: {unit: vnd, value: test.base * test.rate / 100}
  amount_vnd: {unit: vnd, value: 3 * test.base * test.rate / 100}
"""
    decision = judged(tmp_path, {}, results, parameters)

    assert [(n.id, [c.text for c in n.citations]) for n in decision.notes] == [("not_set", ["3/2022/NĐ-CP, Điều 1"])]


def test_what_is_open_only_for_one_way_a_vague_fact_may_turn_out_is_not_noted(tmp_path: Path) -> None:
    """Born in 1951, 74 or 75: the verdict stands for both, what is open from 75 on may not concern her."""
    either = "requires: [{any: [{fact: age, at_least: 75}, {fact: age, at_least: 70, less_than: 75}]}]"
    from_75 = either + AMOUNT.replace("{fact: household_status, is: poor}", "{fact: age, at_least: 75}")

    unsure = judged(tmp_path, {"date_of_birth": "1951"}, from_75)
    sure = judged(tmp_path, {"date_of_birth": "1950"}, from_75)

    assert [(one.outcome, len(one.notes)) for one in (unsure, sure)] == [(Outcome.ELIGIBLE, 0), (Outcome.ELIGIBLE, 1)]
