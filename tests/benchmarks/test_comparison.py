"""The comparison with other engines is fair: the same programmes, the same people, and a difference ends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rules.batch import Batch
from rules.service import EligibilityService
from tests.benchmarks import comparison
from tests.benchmarks.peers.ours_peer import columns, load, raw_facts
from tests.benchmarks.peers.translate import programmes

DAY = date(2026, 11, 21)
COUNT = 3000


@pytest.fixture(scope="module")
def ours() -> EligibilityService:
    return load()


@pytest.fixture(scope="module")
def task(ours: EligibilityService) -> dict[str, Any]:
    trees = programmes(ours.release, DAY)
    return {"day": DAY.isoformat(), "facts": comparison.FACTS, "programmes": trees, "single_count": COUNT}


@pytest.fixture(scope="module")
def people() -> dict[str, Any]:
    return comparison.people(COUNT, DAY, np.random.default_rng(7))


@pytest.fixture
def handed_over(tmp_path: Path, task: dict[str, Any], people: dict[str, Any]) -> Path:
    (tmp_path / "task.json").write_text(json.dumps(task), encoding="utf-8")
    np.savez(tmp_path / "people.npz", **people)
    return tmp_path


def holds(tree: Any, facts: dict[str, Any]) -> bool:
    """Judge the neutral tree in the plainest way there is."""
    if "all" in tree:
        return all(holds(part, facts) for part in tree["all"])
    if "any" in tree:
        return any(holds(part, facts) for part in tree["any"])
    if "not" in tree:
        return not holds(tree["not"], facts)
    told, value = facts[tree["fact"]], tree["value"]
    values = value if isinstance(value, list) else [value]
    match tree["op"]:
        case "at_least":
            return bool(told >= value)
        case "more_than":
            return bool(told > value)
        case "at_most":
            return bool(told <= value)
        case "less_than":
            return bool(told < value)
        case "is" | "equals" | "one_of":
            return told in values
        case "is_not" | "none_of":
            return told not in values
        case operator:
            raise NotImplementedError(operator)


def test_the_programmes_handed_over_are_ours(
    ours: EligibilityService, task: dict[str, Any], people: dict[str, Any]
) -> None:
    """Ten programmes with the figures of the day put in; each judges everybody as our engine does."""
    judged = Batch(ours).judge(columns(ours, task, people), COUNT, as_of=DAY)

    assert len(task["programmes"]) == 10
    for name, tree in task["programmes"].items():
        eligible = judged.outcomes(name) == 1
        assert eligible.any()
        for row in range(0, COUNT, 10):
            facts = {**raw_facts(task, people, row), "age": int(people["age"][row])}
            assert holds(tree, facts) == eligible[row], (name, facts)


def test_a_person_has_the_same_facts_by_row_and_by_column(
    ours: EligibilityService, task: dict[str, Any], people: dict[str, Any]
) -> None:
    """Engines that take one person at a time are given whom the others are given."""
    told = columns(ours, task, people)

    for row in (0, 1, COUNT - 1):
        by_column = {column.fact: column.value(int(column.codes[row])) for column in told}
        assert by_column == ours.vocabulary.parse_all(raw_facts(task, people, row))[0]


@pytest.mark.parametrize("differs", [False, True])
def test_an_engine_that_judges_otherwise_ends_the_comparison(tmp_path: Path, differs: bool) -> None:
    """Figures of an engine that computes something else say nothing."""
    verdicts = np.array([True, False, True])
    np.savez(tmp_path / "ours.npz", a=verdicts)
    np.savez(tmp_path / "openfisca.npz", a=verdicts)
    np.savez(tmp_path / "zen.npz", a=np.array([True, differs]))  # one by one: fewer people

    if not differs:
        comparison._agree(tmp_path)
        return
    with pytest.raises(SystemExit, match="zen judges a otherwise for 1 people, first 1"):
        comparison._agree(tmp_path)


def interpreter(module: str) -> Path:
    """Return what runs an engine: here where it is installed, else the environment that `make bench` makes; or skip."""
    if find_spec(module) is not None:
        return Path(sys.executable)
    if not comparison._python().exists():
        pytest.skip(f"{module} is not installed; `make bench` makes an environment for it")
    return comparison._python()


@pytest.mark.parametrize(("name", "module"), [("ours", "rules"), ("openfisca", "openfisca_core"), ("zen", "zen")])
def test_an_engine_answers_with_every_figure(handed_over: Path, name: str, module: str, people: dict[str, Any]) -> None:
    """As `make bench` runs it: in a process of its own, verdicts in a file, figures on the last line."""
    found = comparison._run(interpreter(module), name, handed_over)

    assert {"load_s", "one_s", "batch_s", "memory_mb", "silent"} <= found.keys()
    assert found["silent"] in ([], ["error"])
    verdicts = dict(np.load(handed_over / f"{name}.npz"))
    assert {len(answers) for answers in verdicts.values()} == {COUNT}
    assert (verdicts["child_under_6_card"] == (people["age"] < 6)).all()


def test_an_engine_that_fails_is_named(tmp_path: Path) -> None:
    """With what it said."""
    assert not os.listdir(tmp_path)

    with pytest.raises(SystemExit, match="zen did not finish"):
        comparison._run(Path(sys.executable), "zen", tmp_path)


def test_peers_are_installed_where_their_list_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Made once; made again when the list of versions has changed."""
    ran: list[list[str]] = []
    monkeypatch.setattr(comparison, "ENVIRONMENT", tmp_path)
    monkeypatch.setattr(subprocess, "run", lambda command, **_options: ran.append(command))

    comparison.make_environment()
    comparison.make_environment()
    (tmp_path / "made-from.txt").write_text("another list", encoding="utf-8")
    comparison.make_environment()

    assert [command[-1] for command in ran] == [str(tmp_path), str(comparison.REQUIREMENTS)] * 2
