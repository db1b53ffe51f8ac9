"""A message that comes again after a kill is answered as before and changes nothing again."""

from __future__ import annotations

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.build import Dialogue


async def _tell(dialogue: Dialogue, text: str, key: str, intent: str = "inform") -> list[str | None]:
    action = next(a for a in dialogue.actions() if isinstance(a, Action) and a.name() == "action_step")
    latest = {"text": text, "intent": {"name": intent}, "metadata": {"message": key, "as_of": "2026-11-21"}}
    tracker = Tracker("c1", {}, latest, [{"event": "user", "text": text}], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    await action.run(dispatcher, tracker, {})
    return [message.get("text") for message in dispatcher.messages]


async def test_a_bare_no_is_not_taken_for_the_next_question_too(dialogue: Dialogue) -> None:
    """The answer to one question must not answer the next one, only because a process died in between."""
    await _tell(dialogue, "hưu trí xã hội cho mẹ 76 tuổi", "m1")
    first = await _tell(dialogue, "không", "m2", "deny")
    again = await _tell(dialogue, "không", "m2", "deny")

    interview = dialogue.store.load("c1")
    assert interview is not None
    assert again == first
    assert interview.people["mother"].keys() == {"age_years", "monthly_pension_vnd"}


async def test_the_same_words_in_a_new_message_count_again(dialogue: Dialogue) -> None:
    """Only the same message is a repeat."""
    await _tell(dialogue, "hưu trí xã hội cho mẹ 76 tuổi", "m1")
    await _tell(dialogue, "không", "m2", "deny")
    await _tell(dialogue, "không", "m3", "deny")

    interview = dialogue.store.load("c1")
    assert interview is not None
    assert interview.people["mother"]["monthly_social_insurance_benefit_vnd"] == 0


async def test_a_turn_that_fails_is_not_kept_by_half(dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was taken in before an error is taken in again by the retry, not twice."""
    await _tell(dialogue, "hưu trí xã hội cho mẹ 76 tuổi", "m1")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no planner")

    with monkeypatch.context() as patch:
        patch.setattr(dialogue.judge, "next_question", broken)
        with pytest.raises(RuntimeError):
            await _tell(dialogue, "không có lương hưu", "m2")

    interview = dialogue.store.load("c1")
    assert interview is not None
    assert "monthly_pension_vnd" not in interview.people["mother"]
