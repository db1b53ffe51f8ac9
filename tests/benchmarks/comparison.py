"""Ours beside openfisca-core and zen-engine: ten programmes, the same people, every verdict compared first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from rules.engine.calendar import full_years
from tests.benchmarks.peers.ours_peer import load
from tests.benchmarks.peers.translate import programmes

ROOT: Final = Path(__file__).resolve().parents[2]
PEERS: Final = Path(__file__).with_name("peers")
ENVIRONMENT: Final = ROOT / ".venv-bench"
REQUIREMENTS: Final = ROOT / "requirements" / "bench.txt"
SINGLES: Final = 20_000  # people that an engine without batches judges one by one
FACTS: Final[Mapping[str, Any]] = {
    "date_of_birth": "date",
    "is_vn_citizen": "bool",
    "monthly_pension_vnd": "money",
    "monthly_social_insurance_benefit_vnd": "money",
    "income_per_head_vnd_per_month": "money",
    "household_status": ["poor", "near_poor", "average", "other"],
    "supporter_status": ["all_on_social_allowance", "all_unable_to_work", "has_supporter", "none"],
    "care_arrangement": ["own_household", "foster_household", "social_facility", "none"],
    "disability_degree": ["mild", "severe", "extremely_severe", "none"],
    "marital_status": ["married", "widowed", "spouse_declared_missing", "divorced", "never_married"],
    "children_under_16_raised": "int",
    "is_ethnic_minority": "bool",
    "area_type": ["rural", "urban"],
    "water_sanitation_missing_or_broken": "bool",
    "has_overdue_policy_loan": "bool",
}


@dataclass(frozen=True, slots=True)
class Engine:
    """The figures of one engine; times are of the processor, ``one_s`` the median of a single decision."""

    name: str
    load_s: float
    one_s: float
    persons_per_s: float
    memory_mb: float
    silent: tuple[str, ...]


def compare(count: int, day: date, seed: int) -> list[Engine]:
    """Return the figures of every engine; ends where one of them judges anybody otherwise."""
    make_environment()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _hand_over(folder, count, day, seed)
        engines: list[Engine] = []
        for peer, python in (("ours", Path(sys.executable)), ("openfisca", _python()), ("zen", _python())):
            found = _run(python, peer, folder)
            judged = found.get("batch_count", count)
            engines.append(
                Engine(peer, found["load_s"], found["one_s"], judged / found["batch_s"], found["memory_mb"],
                       tuple(found["silent"]))
            )  # fmt: skip
        _agree(folder)
    return engines


def make_environment() -> None:
    """Make the environment of the peers where it is missing or its list has changed."""
    stamp = ENVIRONMENT / "made-from.txt"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    subprocess.run([str(_python()), "-m", "pip", "install", "-q", "-r", str(REQUIREMENTS)], check=True)
    stamp.write_text(wanted, encoding="utf-8")


def _python() -> Path:
    return ENVIRONMENT / "bin" / "python"


def _hand_over(folder: Path, count: int, day: date, seed: int) -> None:
    trees = programmes(load().release, day)
    task = {"day": day.isoformat(), "facts": FACTS, "programmes": trees, "single_count": min(SINGLES, count)}
    (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
    np.savez(folder / "people.npz", **people(count, day, np.random.default_rng(seed)))


def people(count: int, day: date, chance: np.random.Generator) -> dict[str, Any]:
    """Draw people of all ages who know everything of themselves."""
    drawn: dict[str, Any] = {}
    for fact, kind in FACTS.items():
        if kind == "date":
            days = chance.integers(0, 365 * 95, count)
            drawn[fact] = np.datetime64(day) - days.astype("timedelta64[D]")
            ages = {int(d): full_years(day - timedelta(days=int(d)), day) for d in np.unique(days)}
            drawn["age"] = np.array([ages[int(d)] for d in days], np.int32)
        elif isinstance(kind, list):
            drawn[fact] = chance.integers(0, len(kind), count).astype(np.int8)
        elif kind == "bool":
            drawn[fact] = chance.random(count) < 0.5
        elif kind == "money":
            drawn[fact] = np.where(chance.random(count) < 0.5, 0, chance.integers(0, 6_000_000, count))
        else:
            drawn[fact] = chance.integers(0, 4, count).astype(np.int32)
    return drawn


def _run(python: Path, peer: str, folder: Path) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT) if peer == "ours" else "", "OMP_NUM_THREADS": "1"}
    script = [str(python), str(PEERS / f"{peer}_peer.py"), str(folder)]
    done = subprocess.run(script, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{peer} did not finish:\n{done.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _agree(folder: Path) -> None:
    ours = dict(np.load(folder / "ours.npz"))
    for peer in ("openfisca", "zen"):
        for name, theirs in dict(np.load(folder / f"{peer}.npz")).items():
            differ = np.flatnonzero(ours[name][: len(theirs)] != theirs)
            if len(differ):
                raise SystemExit(f"{peer} judges {name} otherwise for {len(differ)} people, first {differ[0]}.")
