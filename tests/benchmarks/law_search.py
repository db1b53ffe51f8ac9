"""Times questions over the active index: ``python -m tests.benchmarks.law_search --state DIR --questions FILE.jsonl``.

Prints one JSON object: what the index holds, how long opening takes, p50 and p95 in milliseconds of wall and of CPU
time for the search of the law, warm, with and without accents, and the memory of the process.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from core.vietnamese.text import fold
from knowledge.embedder import SentenceEmbedder
from knowledge.index.build import IndexStore
from knowledge.retrieval.law import LawSearch


def main() -> None:
    """Ask every question three times and report on the last two."""
    parser = argparse.ArgumentParser(description="Time questions over the active index.")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--most", type=int, default=200)
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()[: options.most]
    questions = [json.loads(line)["text"] for line in lines]
    store, search = IndexStore(options.state / "index"), LawSearch(SentenceEmbedder())
    started = time.perf_counter()
    index = store.current()
    opened = time.perf_counter() - started

    def ask(texts: Sequence[str]) -> tuple[list[float], list[float]]:
        wall, cpu = [], []
        for text in texts:
            began, worked = time.perf_counter(), time.process_time()
            search.search(index, text, as_of=options.as_of)
            wall.append(1000 * (time.perf_counter() - began))
            cpu.append(1000 * (time.process_time() - worked))
        return wall, cpu

    report: dict[str, object] = {"passages": len(index.law.passages) if index.law else 0, "open_s": round(opened, 2)}
    for form, texts in (("accents", questions), ("no_accents", [fold(q) for q in questions])):
        ask(texts)
        wall, cpu = ask(texts)
        report[form] = {
            "wall_ms": [round(float(np.percentile(wall, p)), 1) for p in (50, 95)],
            "cpu_ms": [round(float(np.percentile(cpu, p)), 1) for p in (50, 95)],
        }
    report["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(report))


if __name__ == "__main__":
    main()
