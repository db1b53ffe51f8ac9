"""How one applies, as label and text: the form, the office, who decides, days, fee, from when it is paid."""

from __future__ import annotations

from collections.abc import Mapping

from core.vietnamese.format import money
from rules.catalogue import Procedure


def steps_of(procedure: Procedure, words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what the rules tell of *procedure*, in the order people ask; *words* are those of the checklist."""
    days = words["days_value"].format(days=procedure.days_working) if procedure.days_working else ""
    fee = {None: "", 0: words["free"]}.get(procedure.fee_vnd, money(procedure.fee_vnd or 0))
    steps = {
        "form": procedure.form,
        "where": procedure.where,
        "decided_by": procedure.decided_by,
        "days": days,
        "fee": fee,
        "starts": procedure.starts,
    }
    return tuple((words[key], text) for key, text in steps.items() if text)
