"""Trains the static embedding: ``python -m knowledge.train --database URL --output FILE.npz``.

From every article taken in (drafts too) its title, and a run of its own words, learn to find the pieces of its text
among those of other articles. Accents are dropped at random on either side, so that both spellings are read. No
question of any test set is seen. Minutes on one core.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.clock import SystemClock
from core.database import Database
from knowledge.archive import DocumentArchive
from knowledge.ingest.structure import ARTICLE_HEAD
from knowledge.static import Features, save
from knowledge.syllables import folded, syllables

FEWEST, LONGEST_QUERY = 3, 24
PIECE = 70  # syllables


@dataclass(frozen=True)
class Recipe:
    """What shapes the training."""

    dimension: int = 128
    epochs: int = 6
    batch: int = 768
    temperature: float = 0.06
    rate: float = 0.02
    plain: float = 0.3  # share of texts without their accents
    seed: int = 7


@dataclass(frozen=True)
class Pair:
    """An article as syllables: its title and its text."""

    title: tuple[str, ...]
    text: tuple[str, ...]


def pairs_of(archive: DocumentArchive) -> list[Pair]:
    """Return every article once, by its words."""
    found: dict[tuple[str, ...], Pair] = {}
    for entry in archive.entries():
        for passage in archive.passages([entry.id]):
            title = tuple(syllables(ARTICLE_HEAD.sub("", passage.heading)))
            text = tuple(syllables(passage.text))
            if len(title) > 1 and len(text) > 15:
                found.setdefault(text[:60], Pair(title, text))
    return list(found.values())


def train(pairs: Sequence[Pair], recipe: Recipe, tell: Any = print) -> tuple[list[str], Any]:
    """Return the words and the table of vectors."""
    counts = Counter(word for pair in pairs for word in (*pair.title, *pair.text))
    words = [word for word, count in counts.most_common() if count >= FEWEST]
    features = Features.of(words)
    torch.manual_seed(recipe.seed)
    table = torch.nn.EmbeddingBag(len(features), recipe.dimension, mode="sum", sparse=True)
    torch.nn.init.normal_(table.weight, std=0.1)
    optimiser = torch.optim.SparseAdam(table.parameters(), lr=recipe.rate)
    dice = random.Random(recipe.seed)  # noqa: S311  # nothing secret
    started = time.perf_counter()
    for epoch in range(recipe.epochs):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * (1 - epoch / recipe.epochs)
        losses = [_step(table, optimiser, batch, features, recipe, dice) for batch in _batches(pairs, recipe, dice)]
        tell(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {time.perf_counter() - started:.0f} s")
    return words, table.weight.detach().numpy()


def _batches(pairs: Sequence[Pair], recipe: Recipe, dice: random.Random) -> Iterator[list[Pair]]:
    order = list(pairs)
    dice.shuffle(order)
    for start in range(0, len(order) - recipe.batch + 1, recipe.batch):
        yield order[start : start + recipe.batch]


def _step(
    table: torch.nn.EmbeddingBag,
    optimiser: torch.optim.Optimizer,
    batch: Sequence[Pair],
    features: Features,
    recipe: Recipe,
    dice: random.Random,
) -> float:
    asked = _embedded(table, [_spelled(_query(p, dice), recipe, dice) for p in batch], features)
    found = _embedded(table, [_spelled(_piece(p, dice), recipe, dice) for p in batch], features)
    scores = asked @ found.T / recipe.temperature
    right = torch.arange(len(batch))
    loss = (torch.nn.functional.cross_entropy(scores, right) + torch.nn.functional.cross_entropy(scores.T, right)) / 2
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return float(loss.detach())


def _query(pair: Pair, dice: random.Random) -> Sequence[str]:
    """Return the title, or a run of the text as somebody might quote it, or both."""
    start = dice.randrange(max(len(pair.text) - LONGEST_QUERY, 1))
    run = pair.text[start : start + dice.randrange(6, LONGEST_QUERY)]
    kind = dice.random()
    return pair.title if kind < 0.4 else run if kind < 0.75 else (*pair.title, *run)


def _piece(pair: Pair, dice: random.Random) -> Sequence[str]:
    start = dice.randrange(max(len(pair.text) - PIECE, 1))
    piece = pair.text[start : start + PIECE]
    return (*pair.title, *piece) if dice.random() < 0.6 else piece


def _spelled(words: Sequence[str], recipe: Recipe, dice: random.Random) -> Sequence[str]:
    return [folded(word) for word in words] if dice.random() < recipe.plain else words


def _embedded(table: torch.nn.EmbeddingBag, texts: Sequence[Sequence[str]], features: Features) -> torch.Tensor:
    numbers = [features.numbers(text) for text in texts]
    offsets = np.cumsum([0, *map(len, numbers)])[:-1]
    bags = table(torch.from_numpy(np.concatenate(numbers)), torch.from_numpy(offsets.astype(np.int64)))
    return torch.nn.functional.normalize(bags, dim=1)


def main() -> None:
    """Train on the documents of a database and write the vectors."""
    parser = argparse.ArgumentParser(description="Train the static embedding on the documents taken in.")
    parser.add_argument("--database", required=True, help="SQLAlchemy URL of the service's database")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    options = parser.parse_args()
    pairs = pairs_of(DocumentArchive(Database(options.database), SystemClock()))
    print(f"{len(pairs)} articles")
    words, table = train(pairs, Recipe(epochs=options.epochs), lambda line: print(line, flush=True))
    save(options.output, words, table)
    print(f"{options.output}: {options.output.stat().st_size / 1e6:.1f} MB, {len(words)} words")


if __name__ == "__main__":
    main()
