"""What one run found: counts by benefit, money a month, and every row that could not be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in one place of the table, in Vietnamese. ``column`` is its title, ``line`` 1-based.

    ``stops`` tells that the row was left out.
    """

    code: str
    sheet: str
    line: int
    column: str
    message: str
    stops: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "code": self.code,
            "sheet": self.sheet,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "left_out": self.stops,
        }


@dataclass(slots=True)
class BenefitCount:
    """How many people stand how with one benefit; ``monthly_vnd`` is paid a month to those eligible in all.

    ``due`` are eligible and told not to receive it, ``coming`` those who will be eligible within the months ahead.
    """

    benefit: str
    name_vi: str
    eligible: int = 0
    ineligible: int = 0
    undetermined: int = 0
    due: int = 0
    coming: int = 0
    monthly_vnd: int = 0


@dataclass(slots=True)
class ScreeningReport:
    """The outcome of one run over one file."""

    path: str
    out: str
    as_of: date
    province: str | None
    release: str
    counts: dict[str, BenefitCount]
    rows: int = 0
    judged: int = 0
    left_out: int = 0
    repeated: int = 0
    problems: list[Problem] = field(default_factory=list)
    problems_dropped: int = 0
    unread_columns: list[str] = field(default_factory=list)
    seconds: float = 0.0
    peak_megabytes: int = 0

    def note(self, problems: Sequence[Problem], limit: int) -> None:
        """Keep *problems* as long as there is room for their words."""
        room = max(limit - len(self.problems), 0)
        self.problems += problems[:room]
        self.problems_dropped += max(len(problems) - room, 0)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "path": self.path,
            "out": self.out,
            "as_of": self.as_of.isoformat(),
            "province": self.province,
            "release": self.release,
            "rows": self.rows,
            "judged": self.judged,
            "left_out": self.left_out,
            "repeated": self.repeated,
            "benefits": [
                {
                    "benefit": one.benefit,
                    "name": one.name_vi,
                    "eligible": one.eligible,
                    "ineligible": one.ineligible,
                    "undetermined": one.undetermined,
                    "due": one.due,
                    "coming": one.coming,
                    "monthly_vnd": one.monthly_vnd,
                }
                for one in self.counts.values()
            ],
            "problems": [problem.to_json() for problem in self.problems],
            "problems_dropped": self.problems_dropped,
            "unread_columns": self.unread_columns,
            "seconds": round(self.seconds, 2),
            "peak_megabytes": self.peak_megabytes,
        }
