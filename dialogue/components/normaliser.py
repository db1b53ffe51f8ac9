"""First in the pipeline: every message and every training example in one spelling."""

# ruff: noqa: ARG003 (the signatures are Rasa's)
from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from dialogue.components.spelling import Spelling

# The words as the citizen wrote them, for components that look at accents.
AS_WRITTEN = "as_written"
# The classifier cannot work on no word at all (emoji only, punctuation only).
NOTHING = "trống"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VietnameseNormaliser(GraphComponent):
    """Rewrites the text the classifier sees; the tracker keeps the citizen's own words.

    Punctuation goes too, a leading ``/`` among it: what a citizen types is never an intent command.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"spellings": "dialogue/spellings.yml", "max_characters": 1000}

    def __init__(self, config: dict[str, Any]) -> None:
        self._limit = int(config["max_characters"])
        self._spelling = Spelling.load(Path(config["spellings"]))

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
        """Normalise *messages* in place, cut to the length a classifier can use."""
        for message in messages:
            self._normalise(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Normalise the training examples the same way."""
        self.process(training_data.training_examples)
        return training_data

    def _normalise(self, message: Message) -> None:
        text = message.get(TEXT)
        if text is None:
            return
        message.set(AS_WRITTEN, text)
        words = [word.written for word in self._spelling.words(text[: self._limit]) if word.is_word]
        message.set(TEXT, " ".join(words) or NOTHING)
