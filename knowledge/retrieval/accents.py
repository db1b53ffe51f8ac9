"""Accents put back into what was typed without them, by a bigram Viterbi over the syllables of our own texts.

A syllable that carries an accent is never changed. One that no text knows stays as it is.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.syllables import folded

EVERYDAY_WORDS = Path(__file__).with_name("everyday.txt")
_START = 0
_SHIFT = 32
# Share of syllables with an accent from which on a text counts as written with accents (plain ones are then
# mostly meant so: "cho", "con", "hai").
ACCENTED_SHARE = 0.35
LOYALTY = 1.0
_BIGRAM_WEIGHT = 0.85
_MOST_TWINS = 12  # accents considered for one syllable, the commonest ones


class AccentModel:
    """Counts of syllables and pairs, and the search for the likeliest accents."""

    def __init__(
        self,
        words: list[str],
        counts: NDArray[np.int64],
        pairs: NDArray[np.uint64],
        pair_counts: NDArray[np.int64],
    ) -> None:
        self._words, self._counts = words, counts
        self._pairs, self._pair_counts = pairs, pair_counts
        self._total = float(counts.sum()) + len(words)
        self._ids = {word: i for i, word in enumerate(words)}
        self._twins: dict[str, list[int]] = defaultdict(list)
        for i in map(int, np.argsort(-counts, kind="stable")):
            if i != _START and len(twins := self._twins[folded(words[i])]) < _MOST_TWINS:
                twins.append(i)

    @classmethod
    def train(cls, texts: Iterable[Sequence[str]], *, fewest: int = 1) -> AccentModel:
        """Count *texts*, each a list of syllables; pairs seen less than *fewest* times are dropped."""
        words: dict[str, int] = {"": _START}
        counts: Counter[int] = Counter()
        pairs: Counter[int] = Counter()
        for text in texts:
            ids = [_START, *(words.setdefault(s, len(words)) for s in text)]
            counts.update(ids)
            pairs.update((a << _SHIFT) | b for a, b in pairwise(ids))
        kept = sorted((key, n) for key, n in pairs.items() if n >= fewest)
        return cls(
            list(words),
            np.array([counts[i] for i in range(len(words))], dtype=np.int64),
            np.array([key for key, _ in kept], dtype=np.uint64),
            np.array([n for _, n in kept], dtype=np.int64),
        )

    def restore(self, syllables: Sequence[str], *, loyalty: float = 0.0) -> list[str]:
        """Return *syllables* with the likeliest accents.

        *loyalty* speaks for leaving a known plain syllable as it is (``LOYALTY`` where the rest has its accents).
        """
        best = [(0.0, [_START])]
        spelled: list[dict[int, str]] = []
        for syllable in syllables:
            choices = self._choices(syllable)
            spelled.append({i: (self._words[i] if i >= 0 else syllable) for i in choices})
            best = [self._step(best, choice, syllable, loyalty) for choice in choices]
        path = max(best, key=lambda scored: scored[0])[1][1:]
        return [names[i] for names, i in zip(spelled, path, strict=True)]

    def _choices(self, syllable: str) -> list[int]:
        if folded(syllable) != syllable:
            return [self._ids.get(syllable, -1)]
        return self._twins.get(syllable) or [-1]

    def _step(
        self, best: list[tuple[float, list[int]]], choice: int, syllable: str, loyalty: float
    ) -> tuple[float, list[int]]:
        same = choice >= 0 and self._words[choice] == syllable
        score, path = max(
            ((score + self._log_probability(path[-1], choice), path) for score, path in best),
            key=lambda scored: scored[0],
        )
        return score + (loyalty if same else 0.0), [*path, choice]

    def _log_probability(self, left: int, right: int) -> float:
        alone = ((self._counts[right] if right >= 0 else 0) + 1) / self._total
        if left < 0 or right < 0:
            return math.log((1 - _BIGRAM_WEIGHT) * alone)
        together = self._pair_count((left << _SHIFT) | right) / max(int(self._counts[left]), 1)
        return math.log(_BIGRAM_WEIGHT * together + (1 - _BIGRAM_WEIGHT) * alone)

    def _pair_count(self, key: int) -> int:
        wanted = np.uint64(key)
        place = int(np.searchsorted(self._pairs, wanted))
        if place < len(self._pairs) and self._pairs[place] == wanted:
            return int(self._pair_counts[place])
        return 0

    def save(self, folder: Path) -> None:
        """Write the counts into *folder*."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "words.json").write_text(json.dumps(self._words, ensure_ascii=False), encoding="utf-8")
        for name, array in (
            ("counts", self._counts),
            ("pairs", self._pairs),
            ("pair_counts", self._pair_counts),
        ):
            np.save(folder / f"{name}.npy", array)

    @classmethod
    def open(cls, folder: Path) -> AccentModel:
        """Open counts written by :meth:`save`; pairs stay on disk until they are read."""
        words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        return cls(
            words,
            np.load(folder / "counts.npy"),
            np.load(folder / "pairs.npy", mmap_mode="r"),
            np.load(folder / "pair_counts.npy", mmap_mode="r"),
        )


def accented_share(syllables: Sequence[str]) -> float:
    """Return the share of *syllables* (numbers aside) that carry an accent; 1.0 where there is no word at all."""
    words = [s for s in syllables if not s.isdigit()]
    return sum(folded(s) != s for s in words) / len(words) if words else 1.0
