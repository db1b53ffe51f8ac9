"""The comparison set in our own engine: the same people, judged at once and one by one."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

started = time.process_time()
from rules.batch import Batch  # noqa: E402
from rules.documents import Documents  # noqa: E402
from rules.engine.vector.columns import Column  # noqa: E402
from rules.facts.vocabulary import Vocabulary  # noqa: E402
from rules.places import Places  # noqa: E402
from rules.schema.release import read_release  # noqa: E402
from rules.service import EligibilityService  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent))
import common  # noqa: E402

RULES = Path(__file__).with_name("rules")
_EPOCH = date(1970, 1, 1).toordinal()


def load() -> EligibilityService:
    """Return the service over the comparison set."""
    places = Places.load()
    vocabulary = Vocabulary.load(places=places)
    release, findings = read_release(Documents.read(RULES), vocabulary=vocabulary, places=places)
    if findings:
        raise SystemExit("\n".join(map(str, findings)))
    return EligibilityService(release, vocabulary, places)


def columns(service: EligibilityService, task: dict[str, Any], people: dict[str, Any]) -> list[Column]:
    """Return the facts as columns."""
    made = []
    for fact, kind in task["facts"].items():
        values = people[fact]
        if kind == "date":
            made.append(Column(fact, values.astype(np.int64) + _EPOCH, (), days=True))
        elif isinstance(kind, list):
            made.append(
                Column(fact, -2 - values.astype(np.int8), [service.vocabulary.parse(fact, one) for one in kind])
            )
        elif kind == "bool":
            made.append(Column(fact, np.where(values, -3, -2).astype(np.int8), (False, True)))
        else:
            made.append(Column(fact, values.astype(np.int64)))
    return made


def raw_facts(task: dict[str, Any], people: dict[str, Any], row: int) -> dict[str, Any]:
    """Return the facts of one person in the plain form."""
    facts: dict[str, Any] = {}
    for fact, kind in task["facts"].items():
        value = people[fact][row]
        if kind == "date":
            facts[fact] = date.fromordinal(int(value.astype(np.int64)) + _EPOCH).isoformat()
        elif isinstance(kind, list):
            facts[fact] = kind[int(value)]
        else:
            facts[fact] = bool(value) if kind == "bool" else int(value)
    return facts


def main() -> None:
    folder = Path(sys.argv[1])
    task, programmes, people = common.read(folder)
    service, day = load(), date.fromisoformat(task["day"])
    service.engine.snapshot(day, day)
    loaded = time.process_time() - started
    told, count = columns(service, task, people), len(people["date_of_birth"])
    batch = Batch(service)

    def judge() -> dict[str, Any]:
        judged = batch.judge(told, count, as_of=day)
        return {name: judged.outcomes(name) for name in programmes}

    start = time.process_time()
    answers = judge()
    first = time.process_time() - start
    np.savez(folder / "ours.npz", **{name: codes == 1 for name, codes in answers.items()})
    persons = [raw_facts(task, people, row) for row in range(3000)]
    taken = []
    for facts in persons:
        begin = time.perf_counter()
        service.verdicts(facts, as_of=day)
        taken.append(time.perf_counter() - begin)
    silent = [one.benefit for one in service.verdicts({}, as_of=day) if one.outcome == "eligible"]
    common.answer(load_s=loaded, batch_s=common.best(judge, 5), batch_first_s=first, one_s=sorted(taken)[1500],
                  memory_mb=common.memory_mb(), silent=silent)  # fmt: skip


if __name__ == "__main__":
    main()
