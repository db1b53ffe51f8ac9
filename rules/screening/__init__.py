"""Lists of people: read a table, judge everybody by one release, write who is due what and does not get it."""

from rules.screening.kept import KeptList
from rules.screening.limits import Limits
from rules.screening.report import Problem, ScreeningReport
from rules.screening.run import Screening

__all__ = ["KeptList", "Limits", "Problem", "Screening", "ScreeningReport"]
