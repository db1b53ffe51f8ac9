"""The route Rasa calls."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from actions.build import Dialogue
from actions.endpoint import PATH, TOKEN_HEADER, actions_router

TOKEN = "t"


@pytest.fixture
def client(dialogue: Dialogue) -> TestClient:
    app = FastAPI()
    app.include_router(actions_router(dialogue.actions(), token=TOKEN))
    return TestClient(app)


def _call(name: str, text: str = "mẹ 76 tuổi", intent: str = "inform") -> dict[str, Any]:
    """Return a call as Rasa 3.6 sends it with the selective domain switched on."""
    latest = {"text": text.lower(), "intent": {"name": intent}, "entities": [], "metadata": {"as_of": "2026-11-21"}}
    tracker = {
        "sender_id": "c1",
        "slots": {},
        "latest_message": latest,
        "events": [{"event": "user", "text": text}],
        "paused": False,
    }
    return {"next_action": name, "sender_id": "c1", "tracker": tracker, "version": "3.6.21"}


def _post(client: TestClient, call: dict[str, Any], token: str = TOKEN) -> Any:
    return client.post(PATH, json=call, headers={TOKEN_HEADER: token})


def test_action_answers_and_hands_back_what_it_asks(client: TestClient) -> None:
    """Rasa hears only which fact is pending."""
    answer = _post(client, _call("action_step")).json()

    assert [(event["name"], event["value"]) for event in answer["events"]] == [
        ("requested_fact", "monthly_pension_vnd")
    ]
    assert answer["responses"][0]["buttons"][0] == {"title": "Không", "payload": "Không"}


def test_session_start_brings_the_pending_question_back(client: TestClient) -> None:
    """Rasa forgets when it restarts; the conversation does not."""
    _post(client, _call("action_step"))

    events = _post(client, _call("action_session_start")).json()["events"]

    assert [event["event"] for event in events] == ["session_started", "slot", "action"]
    assert events[1]["value"] == "monthly_pension_vnd"


def test_only_rasa_may_call(client: TestClient) -> None:
    """The route lives beside the public pages; without its token it does nothing."""
    assert _post(client, _call("action_step"), token="guess").status_code == 403
    assert client.post(PATH, json=_call("action_step")).status_code == 403


def test_unknown_action_is_not_found(client: TestClient) -> None:
    """A domain and an application that do not fit each other say so."""
    assert _post(client, _call("action_no_such")).status_code == 404


def test_every_action_of_the_domain_is_there(dialogue: Dialogue) -> None:
    """An action that a rule predicts must exist."""
    import yaml

    from actions.phrasebook import FOLDER

    domain = yaml.safe_load((FOLDER / "domain" / "domain.yml").read_text(encoding="utf-8"))

    assert {action.name() for action in dialogue.actions()} == set(domain["actions"])
