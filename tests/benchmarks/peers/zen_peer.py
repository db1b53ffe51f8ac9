"""The comparison set in zen-engine: one decision graph whose table of expressions gives all programmes."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

started = time.process_time()
import zen  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent))
import common  # noqa: E402

_COMPARE = {"at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<", "equals": "=="}


def source(tree: Any) -> str:
    """Return the expression of *tree*."""
    if "all" in tree:
        return "(" + " and ".join(source(part) for part in tree["all"]) + ")"
    if "any" in tree:
        return "(" + " or ".join(source(part) for part in tree["any"]) + ")"
    if "not" in tree:
        return f"not ({source(tree['not'])})"
    fact, op, value = tree["fact"], tree["op"], tree["value"]
    if op in _COMPARE:
        return f"{fact} {_COMPARE[op]} {value}"
    if isinstance(value, bool):
        wanted = value if op == "is" else not value
        return f"{fact} == {str(wanted).lower()}"
    values = value if isinstance(value, list) else [value]
    either = f"{fact} in {json.dumps(values)}"
    return f"not ({either})" if op in ("is_not", "none_of") else either


def graph(programmes: dict[str, Any]) -> str:
    """Return the decision model."""
    expressions = [{"id": name, "key": name, "value": source(tree)} for name, tree in programmes.items()]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "rules", "type": "expressionNode", "name": "rules", "position": {"x": 1, "y": 0},
         "content": {"expressions": expressions}},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
    ]  # fmt: skip
    edges = [{"id": "a", "sourceId": "in", "targetId": "rules", "type": "edge"},
             {"id": "b", "sourceId": "rules", "targetId": "out", "type": "edge"}]  # fmt: skip
    return json.dumps({"nodes": nodes, "edges": edges})


def contexts(task: dict[str, Any], people: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Return the facts of the first *count* people; the age is given, the engine does not work it out."""
    columns: dict[str, list[Any]] = {"age": people["age"][:count].tolist()}
    for fact, kind in task["facts"].items():
        values = people[fact][:count]
        if isinstance(kind, list):
            columns[fact] = np.array(kind)[values].tolist()
        elif kind != "date":
            columns[fact] = values.astype(bool).tolist() if kind == "bool" else values.tolist()
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def main() -> None:
    folder = Path(sys.argv[1])
    task, programmes, people = common.read(folder)
    decision = zen.ZenEngine().create_decision(graph(programmes))
    load = time.process_time() - started
    some = contexts(task, people, task["single_count"])
    answers = [decision.evaluate(context)["result"] for context in some]
    np.savez(folder / "zen.npz", **{name: np.array([one[name] for one in answers], bool) for name in programmes})
    taken = []
    for context in some[:3000]:
        start = time.perf_counter()
        decision.evaluate(context)
        taken.append(time.perf_counter() - start)
    batch = common.best(lambda: [decision.evaluate(context) for context in some], 2)
    try:
        silent = [name for name, value in decision.evaluate({})["result"].items() if value]
    except RuntimeError:
        silent = ["error"]
    common.answer(load_s=load, batch_s=batch, batch_count=len(some), one_s=sorted(taken)[len(taken) // 2],
                  memory_mb=common.memory_mb(), silent=silent)  # fmt: skip


if __name__ == "__main__":
    main()
