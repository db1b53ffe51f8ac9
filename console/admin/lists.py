"""Lists that were screened and are still kept, for what a change of the rules does to the people in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import Table, select

from console.deps import ConsoleDeps
from console.staff.tables import ScreeningRow
from rules.screening.kept import KeptList

SCREENING: Final = cast(Table, ScreeningRow.__table__)
SHOWN_OF_ID: Final = 8  # enough to tell lists apart; who screened them is nobody's business here


def kept_lists(deps: ConsoleDeps) -> Iterator[KeptList]:
    """Yield every list whose result is there, the newest first."""
    asked = select(SCREENING.c.id, SCREENING.c.report).where(SCREENING.c.state == "done")
    with deps.database.engine.connect() as connection:
        rows = connection.execute(asked.order_by(SCREENING.c.created_at.desc())).all()
    for row in rows:
        result = deps.settings.state_folder / "screening" / f"{row.id}.xlsx"
        report: dict[str, Any] = json.loads(row.report) if row.report else {}
        if result.exists() and report.get("as_of"):
            day = date.fromisoformat(report["as_of"])
            yield KeptList(row.id[:SHOWN_OF_ID], result, day, report.get("province"))
