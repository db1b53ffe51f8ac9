"""Last in the pipeline: intents that no statistical classifier may overrule.

A crisis, a call for a person, what the law says about one's own data: these are recognised by a lexicon.
"""

# ruff: noqa: ARG003 (the signatures are Rasa's)
from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from dialogue.components.lexicon import Lexicon
from dialogue.components.normaliser import AS_WRITTEN
from dialogue.components.spelling import Spelling

DANGER = "crisis"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class GuardClassifier(GraphComponent, IntentClassifier):
    """Sets the intent with certainty where the lexicon recognises one."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "lexicon": "dialogue/guards.yml",
            "spellings": "dialogue/spellings.yml",
            # How sure the classifier must be of such an intent that the lexicon did not recognise.
            "certain": 0.7,
            "certain_of_danger": 0.5,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        self._lexicon = Lexicon.load(Path(config["lexicon"]), Spelling.load(Path(config["spellings"])))
        self._certain = dict.fromkeys(self._lexicon.intents, float(config["certain"]))
        self._certain[DANGER] = float(config["certain_of_danger"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Overrule the classifier where the words themselves decide."""
        for message in messages:
            intent = self._lexicon.recognise(message.get(AS_WRITTEN) or message.get(TEXT) or "")
            if intent is not None:
                _set(message, {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: 1.0})
            elif self._is_doubtful(message.get(INTENT) or {}):
                _set(message, {INTENT_NAME_KEY: DEFAULT_NLU_FALLBACK_INTENT_NAME, PREDICTED_CONFIDENCE_KEY: 1.0})
        return messages

    def _is_doubtful(self, intent: dict[str, Any]) -> bool:
        """Tell whether such an intent was only guessed at: better to read the message than to turn it away."""
        certain = self._certain.get(str(intent.get(INTENT_NAME_KEY)), 0.0)
        return float(intent.get(PREDICTED_CONFIDENCE_KEY) or 0.0) < certain


def _set(message: Message, intent: dict[str, Any]) -> None:
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent], add_to_output=True)
