"""Measure the reader on utterances with known facts.

``python -m rules.facts.evaluate FOLDER_OR_FILE [--json] [--errors]``

Every utterance is read three times: with accents (``say``), without (made from it) and in chat spelling (``chat``).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import cast

from core.vietnamese.text import fold
from rules.facts.phrasebook import Raw, read_yaml
from rules.facts.reader import FactReader
from rules.facts.reading import Pending, Reading, ReadingContext

TODAY = date(2026, 11, 21)
SPELLINGS = ("accents", "plain", "chat")
Told = tuple[str, str, str]  # person, fact, value as JSON


@dataclass(frozen=True)
class Utterance:
    """One line of a test set; ``loose`` facts are neither wanted nor held against the reader."""

    source: str
    texts: Mapping[str, str]
    told: Mapping[str, frozenset[Told]]
    loose: frozenset[str] = frozenset()
    pending: Pending | None = None
    context: ReadingContext = field(default_factory=ReadingContext)
    other: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Score:
    """Counts over a set: right, invented and missed facts, other fields, parity and time."""

    right: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    fields: Counter[tuple[str, bool]] = field(default_factory=Counter)
    twins: int = 0
    equal_twins: int = 0
    readings: int = 0
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)

    def f1(self, fact: str | None = None) -> float:
        """F1 of one fact, or over all facts."""
        counts = [c[fact] if fact else sum(c.values()) for c in (self.right, self.invented, self.missed)]
        right, invented, missed = counts
        return 2 * right / (2 * right + invented + missed) if right + invented + missed else 1.0

    @property
    def parity(self) -> float:
        """Share of utterances read alike with and without accents."""
        return self.equal_twins / self.twins if self.twins else 1.0

    def to_json(self) -> dict[str, object]:
        """Return the figures as plain data."""
        facts = sorted({*self.right, *self.invented, *self.missed})
        return {
            "f1": round(self.f1(), 4),
            "parity": round(self.parity, 4),
            "readings": self.readings,
            "ms_per_message": round(1000 * self.seconds / max(self.readings, 1), 3),
            "fields": {name: round(self.share(name), 4) for name in sorted({n for n, _ in self.fields})},
            "facts": {
                fact: {
                    "f1": round(self.f1(fact), 4),
                    "right": self.right[fact],
                    "invented": self.invented[fact],
                    "missed": self.missed[fact],
                }
                for fact in facts
            },
        }

    def share(self, name: str) -> float:
        """Share of right readings of a field other than the facts."""
        right, wrong = self.fields[name, True], self.fields[name, False]
        return right / (right + wrong) if right + wrong else 1.0


def load(folder: Path) -> list[Utterance]:
    """Read every ``*.yaml`` below *folder*, or that one file."""
    paths = sorted(folder.rglob("*.yaml")) if folder.is_dir() else [folder]
    return [u for path in paths for u in _utterances(path)]


def _utterances(path: Path) -> Iterator[Utterance]:
    for line in cast("list[dict[str, object]]", read_yaml(path)):
        say = str(line["say"])
        pending = str(line["asked"]).split() if "asked" in line else None
        about = str(line["about"]) if "about" in line else pending[1] if pending else None
        yield Utterance(
            source=path.stem,
            texts={"accents": say, "plain": fold(say), "chat": str(line.get("chat", say))},
            told={s: _told(line["told"], about) for s in SPELLINGS[:2]}
            | {"chat": _told(line.get("chat_told", line["told"]), about)},
            loose=frozenset(cast("list[str]", line.get("loose", []))),
            pending=Pending(*pending) if pending else None,
            context=ReadingContext(about, (about,) if about else ()),
            other={k: line[k] for k in ("answer", "province", "benefits", "correction", "focus") if k in line},
        )


def _told(data: object, about: str | None) -> frozenset[Told]:
    """What nobody is named for (``_``) is the current person's, or the writer's."""
    people = cast("dict[str, dict[str, Raw]]", data)
    return frozenset(
        (about or "self" if person == "_" else person, fact, _key(raw))
        for person, facts in people.items()
        for fact, raw in facts.items()
    )


def _key(raw: object) -> str:
    raw = sorted(raw) if isinstance(raw, list) else raw
    return json.dumps(raw, ensure_ascii=False, sort_keys=True)


def measure(reader: FactReader, utterances: Iterable[Utterance]) -> Score:
    """Read every utterance in its three spellings and count."""
    score = Score()
    for utterance in utterances:
        read: dict[str, frozenset[Told]] = {}
        for spelling in SPELLINGS:
            reading = _timed(reader, utterance, spelling, score)
            read[spelling] = _facts(reading, utterance)
            _count(score, utterance, spelling, read[spelling])
            _count_fields(score, utterance, spelling, reading)
        score.twins += 1
        score.equal_twins += read["accents"] == read["plain"]
        if read["accents"] != read["plain"]:
            score.errors.append(f"[{utterance.source}] twin differs: {utterance.texts['accents']}")
    return score


def _timed(reader: FactReader, utterance: Utterance, spelling: str, score: Score) -> Reading:
    began = time.perf_counter()
    reading = reader.read(utterance.texts[spelling], today=TODAY, pending=utterance.pending, context=utterance.context)
    score.seconds += time.perf_counter() - began
    score.readings += 1
    return reading


def _facts(reading: Reading, utterance: Utterance) -> frozenset[Told]:
    unsaid = utterance.context.current_person or "self"
    told = ((m.person or unsaid, m.fact, _key(m.value)) for m in reading.mentions)
    return frozenset(t for t in told if t[1] not in utterance.loose)


def _count(score: Score, utterance: Utterance, spelling: str, read: frozenset[Told]) -> None:
    told = {t for t in utterance.told[spelling] if t[1] not in utterance.loose}
    for kind, items in (("right", told & read), ("invented", read - told), ("missed", told - read)):
        getattr(score, kind).update(fact for _, fact, _ in items)
        if kind != "right" and items:
            score.errors.append(f"[{utterance.source}] {kind} {sorted(items)}: {utterance.texts[spelling]}")


def _count_fields(score: Score, utterance: Utterance, spelling: str, reading: Reading) -> None:
    got: dict[str, object] = {
        "answer": reading.answer,
        "province": reading.province,
        "benefits": list(reading.benefits),
        "correction": reading.is_correction,
        "focus": reading.focus,
    }
    for name, wanted in utterance.other.items():
        is_right = got[name] == wanted
        score.fields[name, is_right] += 1
        if not is_right:
            score.errors.append(f"[{utterance.source}] {name} {got[name]}, not {wanted}: {utterance.texts[spelling]}")


def table(score: Score) -> str:
    """Return the figures as a table."""
    facts = sorted({*score.right, *score.invented, *score.missed}, key=lambda f: (score.f1(f), f))
    lines = [f"{'fact':40} {'F1':>6} {'right':>6} {'inv.':>5} {'miss':>5}"]
    lines += [f"{f:40} {score.f1(f):6.3f} {score.right[f]:6} {score.invented[f]:5} {score.missed[f]:5}" for f in facts]
    lines.append(f"{'all facts':40} {score.f1():6.3f} {sum(score.right.values()):6}")
    lines += [f"{name:40} {score.share(name):6.3f}" for name in sorted({n for n, _ in score.fields})]
    lines.append(f"{'accent-free twins alike':40} {score.parity:6.3f} {score.twins:6}")
    lines.append(f"{'ms per message':40} {1000 * score.seconds / max(score.readings, 1):6.2f} {score.readings:6}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures for a folder of utterances."""
    from rules.facts.vocabulary import Vocabulary
    from rules.places import Places

    parser = argparse.ArgumentParser(prog="python -m rules.facts.evaluate", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--errors", action="store_true", help="print every difference too")
    options = parser.parse_args(arguments)
    score = measure(FactReader(Vocabulary.load(), None, Places.load()), load(options.folder))
    sys.stdout.write((json.dumps(score.to_json(), ensure_ascii=False) if options.json else table(score)) + "\n")
    if options.errors:
        sys.stdout.write("\n".join(score.errors) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
