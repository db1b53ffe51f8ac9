"""The comparison set in openfisca-core: one variable a fact, one formula a programme."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

started = time.process_time()
from openfisca_core.entities import build_entity  # noqa: E402
from openfisca_core.indexed_enums import Enum  # noqa: E402
from openfisca_core.periods import DateUnit  # noqa: E402
from openfisca_core.simulation_builder import SimulationBuilder  # noqa: E402
from openfisca_core.taxbenefitsystems import TaxBenefitSystem  # noqa: E402
from openfisca_core.variables import Variable  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent))
import common  # noqa: E402

_COMPARE = {"at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<", "equals": "=="}


def source(tree: Any, enums: dict[str, Any]) -> str:
    """Return the numpy expression of *tree*."""
    if "all" in tree:
        return "(" + " * ".join(source(part, enums) for part in tree["all"]) + ")"
    if "any" in tree:
        return "(" + " + ".join(source(part, enums) for part in tree["any"]) + ")"
    if "not" in tree:
        return f"not_({source(tree['not'], enums)})"
    fact, op, value = tree["fact"], tree["op"], tree["value"]
    name = f"person('{fact}', period)"
    if op in _COMPARE:
        return f"({name} {_COMPARE[op]} {value})"
    if isinstance(value, bool):
        wanted = value if op == "is" else not value
        return f"({name} == {wanted})"
    values = value if isinstance(value, list) else [value]
    either = " + ".join(f"({name} == enums['{fact}'].{one})" for one in values)
    return f"not_({either})" if op in ("is_not", "none_of") else f"({either})"


def system(task: dict[str, Any], programmes: dict[str, Any]) -> tuple[TaxBenefitSystem, dict[str, Any]]:
    """Return the tax-benefit system with all variables."""
    person = build_entity(key="person", plural="persons", label="", is_person=True)
    tbs = TaxBenefitSystem([person])
    enums: dict[str, Any] = {}
    for fact, kind in task["facts"].items():
        body: dict[str, Any] = {"entity": person, "definition_period": DateUnit.MONTH}
        if kind == "bool":
            body["value_type"] = bool
        elif kind == "date":
            from datetime import date

            body |= {"value_type": date, "default_value": date(1970, 1, 1), "definition_period": DateUnit.ETERNITY}
        elif isinstance(kind, list):
            enums[fact] = Enum(fact, {one: one for one in kind})
            body |= {"value_type": Enum, "possible_values": enums[fact], "default_value": list(enums[fact])[-1]}
        else:
            body |= {"value_type": float if kind == "money" else int}
        tbs.add_variable(type(fact, (Variable,), body))
    computed = {"entity": person, "definition_period": DateUnit.MONTH}
    tbs.add_variable(type("age", (Variable,), {**computed, "value_type": int, "formula": _age(task["day"])}))
    scope = {"enums": enums, "not_": np.logical_not}
    for name, tree in programmes.items():
        formula = eval(f"lambda person, period: {source(tree, enums)}", scope)
        tbs.add_variable(type(name, (Variable,), {**computed, "value_type": bool, "formula": formula}))
    return tbs, enums


def _age(day: str) -> Any:
    year, month, date_ = (int(part) for part in day.split("-"))

    def formula(person: Any, period: Any) -> Any:
        birth = person("date_of_birth", period)
        months = birth.astype("datetime64[M]").astype(int)
        days = (birth - birth.astype("datetime64[M]")).astype(int) + 1
        born_year, born_month = months // 12 + 1970, months % 12 + 1
        before = (born_month > month) | ((born_month == month) & (days > date_))
        return year - born_year - before

    return formula


def simulation(tbs: Any, enums: dict[str, Any], task: dict[str, Any], people: dict[str, Any], rows: slice) -> Any:
    """Return the simulation with the facts of *rows* put in."""
    period = task["day"][:7]
    count = len(people["date_of_birth"][rows])
    made = SimulationBuilder().build_default_simulation(tbs, count)
    for fact, kind in task["facts"].items():
        values = people[fact][rows]
        if kind == "date":
            made.set_input(fact, "ETERNITY", values.astype("datetime64[D]"))
        elif isinstance(kind, list):
            made.set_input(fact, period, enums[fact].encode(np.array(kind)[values]))
        else:
            made.set_input(fact, period, values.astype(bool) if kind == "bool" else values)
    return made


def main() -> None:
    folder = Path(sys.argv[1])
    task, programmes, people = common.read(folder)
    tbs, enums = system(task, programmes)
    load = time.process_time() - started
    period, everybody = task["day"][:7], slice(None)

    def judge(rows: slice) -> dict[str, Any]:
        made = simulation(tbs, enums, task, people, rows)
        return {name: made.calculate(name, period) for name in programmes}

    answers = judge(everybody)
    np.savez(folder / "openfisca.npz", **answers)
    batch = min(_calculated(tbs, enums, task, people, programmes, period) for _ in range(5))
    singles = []
    for row in range(60):
        start = time.process_time()
        judge(slice(row, row + 1))
        singles.append(time.process_time() - start)
    empty = SimulationBuilder().build_default_simulation(tbs, 1)
    silent = [name for name in programmes if bool(empty.calculate(name, period)[0])]
    common.answer(load_s=load, batch_s=batch, one_s=sorted(singles)[30], memory_mb=common.memory_mb(), silent=silent)


def _calculated(
    tbs: Any,
    enums: dict[str, Any],
    task: dict[str, Any],
    people: dict[str, Any],
    programmes: dict[str, Any],
    period: str,
) -> float:
    """Return the processor time of calculating everybody, the facts being in place already."""
    made = simulation(tbs, enums, task, people, slice(None))
    start = time.process_time()
    for name in programmes:
        made.calculate(name, period)
    return time.process_time() - start


if __name__ == "__main__":
    main()
