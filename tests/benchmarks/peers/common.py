"""What both peers share: the people handed over, and how a run is timed. Runs in the environment of the peers."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np


def read(folder: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, np.ndarray]]:
    """Return the task, the trees of the programmes, and the facts of everybody by column."""
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    people = dict(np.load(folder / "people.npz"))
    return task, task["programmes"], people


def best(run: Any, times: int) -> float:
    """Return the least seconds of processor time that *run* took."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return min(taken)


def memory_mb() -> float:
    """Return the most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def answer(**found: Any) -> None:
    """Hand the figures back."""
    sys.stdout.write(json.dumps(found) + "\n")
