"""What an interview knows and forgets."""

from __future__ import annotations

from actions.interview import Asked, Interview


def test_household_facts_count_for_everyone() -> None:
    """A family is on the commune's list together."""
    interview = Interview("c1")
    interview.learn("mother", "age_years", 76)
    interview.learn(None, "household_status", "poor")

    assert interview.facts_of("mother") == {"age_years": 76, "household_status": "poor"}
    assert interview.facts_of("father") == {"household_status": "poor"}


def test_a_fact_told_after_all_can_be_asked_about_again() -> None:
    """What was left open is no longer open once it is told."""
    interview = Interview("c1")
    interview.leave_open("mother", "monthly_pension_vnd")

    interview.learn("mother", "monthly_pension_vnd", 0)

    assert interview.left_open("mother") == frozenset()


def test_starting_over_forgets_the_case_and_keeps_consent() -> None:
    """The case goes, what was agreed stays."""
    interview = Interview("c1", consent=True, province="ha_noi")
    interview.learn("mother", "age_years", 76)
    interview.ask(Asked("mother", "monthly_pension_vnd"))

    interview.start_over()

    assert interview.is_empty
    assert interview.pending is None
    assert interview.consent is True


def test_state_tells_where_the_interview_stands() -> None:
    """The state names verdicts, next question, facts by person and the place."""
    interview = Interview("c1", province="hue", action="ask")
    interview.learn("mother", "age_years", 76)
    interview.learn(None, "household_status", "poor")
    interview.ask(Asked("mother", "monthly_pension_vnd"))

    state = interview.to_state()

    assert state["asks_next"] == "monthly_pension_vnd"
    assert state["facts"] == {"mother": {"age_years": 76, "household_status": "poor"}}
    assert (state["province"], state["action"]) == ("hue", "ask")
