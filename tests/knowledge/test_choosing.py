"""Which sections are said together: the kind asked for first, the other half of a question, the amount."""

from __future__ import annotations

from knowledge.choosing import choose
from knowledge.kinds import Kinds
from knowledge.passages import Hit, Passage
from knowledge.retrieval.hybrid import Ranking
from knowledge.retrieval.question import Question

ASKED = Question("", ("trợ", "cấp", "niêm", "yết"), True)


def _hit(id: str, score: float, *, kind: str = "faq", text: str = "Chữ.", benefit: str = "social_allowance") -> Hit:
    passage = Passage(id=id, title="T", text=text, kind=kind, benefits=(benefit,), area="allowance")
    return Hit(passage, score, 1.0, 0.9)


def _ranking(*hits: Hit) -> Ranking:
    return Ranking(ASKED, hits, content=("cap", "niem", "yet"), content_weights=(1.0, 4.0, 4.0))


def _ids(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.passage.id for hit in hits]


def test_a_section_that_adds_what_was_also_asked_is_said_too() -> None:
    """'How much, and is it made public?' needs two sections."""
    top = _hit("a#1", 1.0, text="Trợ cấp được chi hằng tháng.")
    other = _hit("a#2", 0.8, text="Không niêm yết tên.")
    idle = _hit("a#3", 0.85, text="Trợ cấp nộp ở xã.")

    chosen = choose(_ranking(top, idle, other), (), most=3)

    assert (_ids(chosen.main), _ids(chosen.further)) == (["a#1"], ["a#2"])


def test_who_may_have_it_is_said_with_how_much() -> None:
    """Verdict first, then the amount."""
    who = _hit("a#who", 1.0, kind="who")
    elsewhere = _hit("b#amount", 0.95, kind="how_much", benefit="care_support")
    amount = _hit("a#amount", 0.4, kind="how_much")

    chosen = choose(_ranking(who, elsewhere, amount), (), most=2)

    assert _ids(chosen.further) == ["a#amount"]


def test_the_kind_asked_for_goes_before_a_slightly_better_section() -> None:
    """'Where' is answered by where."""
    better, where, far = _hit("a#1", 0.9), _hit("a#2", 0.85, kind="where"), _hit("a#3", 0.6, kind="where")

    assert _ids(choose(_ranking(better, where, far), (), kind="where", most=1).main) == ["a#2"]
    assert _ids(choose(_ranking(better, far), (), kind="where", most=1).main) == ["a#1"]


def test_each_benefit_asked_about_gets_its_section() -> None:
    """Two benefits in one question, two short answers."""
    top = _hit("a#1", 1.0)
    loan = _hit("b#1", 0.7, benefit="loan.poor_household")

    chosen = choose(_ranking(top, loan), ("social_allowance", "loan.poor_household"), most=3)

    assert _ids(chosen.main) == ["a#1", "b#1"]


def test_what_is_asked_for_is_read_from_the_words() -> None:
    """With or without accents."""
    kinds = Kinds.load()

    assert kinds.asked(["nộp", "ở", "đâu"]) == "where"
    assert kinds.asked(["lai", "suat", "bao", "nhieu"]) == "how_much"
    assert kinds.asked(["chào"]) == ""


def test_everything_that_is_asked_for_is_heard() -> None:
    """The form and the days in one question."""
    kinds = Kinds.load()

    assert kinds.all_asked(["can", "don", "mau", "nao", "va", "may", "ngay", "co"]) == ("papers", "how_long")


def test_a_second_kind_asked_for_gets_its_section() -> None:
    """'Which form, and how many days?' needs both, though the second is found less well."""
    papers, who = _hit("a#papers", 1.0, kind="papers"), _hit("a#who", 0.9, kind="who")
    days = _hit("a#days", 0.4, kind="how_long")

    chosen = choose(_ranking(papers, who, days), (), kind="papers", also=("how_long",), most=3)

    assert _ids(chosen.main) == ["a#papers"]
    assert _ids(chosen.further)[:1] == ["a#days"]


def test_how_to_get_there_goes_before_who_may() -> None:
    """'What does it cost to apply for …' is answered by the fee, not by who is entitled."""
    who, fee = _hit("a#who", 1.0, kind="who"), _hit("b#fee", 0.8, kind="fee")
    other = _hit("c#fee", 0.9, kind="fee", benefit="loan.poor_household")

    assert _ids(choose(_ranking(who, other, fee), (), kind="fee", most=2).main) == ["b#fee"]
