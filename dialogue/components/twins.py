"""Gives every training example a twin without accents, so that both spellings are understood alike."""

# ruff: noqa: ARG003 (the signatures are Rasa's)
from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from core.vietnamese.text import fold, has_accents


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class AccentFreeTwins(GraphComponent):
    """Adds the twins while training; a citizen's message passes unchanged."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Return *messages* as they are."""
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Return *training_data* with an accent-free copy of each example that has accents."""
        return training_data.merge(TrainingData(training_examples=_twins(training_data.intent_examples)))


def _twins(examples: list[Message]) -> list[Message]:
    return [
        Message.build(text=fold(example.get(TEXT)), intent=example.get(INTENT))
        for example in examples
        if example.get(TEXT) and has_accents(example.get(TEXT))
    ]
