"""The words of the rule language: which keys a part may and must have, which values a key takes.

The loader reads by these tables, and the JSON Schema for editors is made from them.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.engine.comparisons import ORDERED, SETS

SOURCE_KEYS: Final = frozenset({"from", "to", "known_from", "cites", "confidence", "label"})
UNITS: Final = ("vnd", "percent", "months", "days", "years", "age", "count", "kg", "ratio", "date", "text", "flag")
TEXT_UNITS: Final = ("text", "flag")
AREAS: Final = ("allowance", "health_insurance", "poverty", "loans")
SCOPES: Final = ("person", "household")
STRATEGIES: Final = ("first", "any", "highest")
COMBINES: Final = ("override", "highest")
OPERATORS: Final = frozenset({*ORDERED, *SETS, "within", "exists"}) - {"equals"}
CONDITION_KINDS: Final = (
    "all", "any", "not", "fact", "formula", "group", "benefit", "definition", "chosen", "place",
)  # fmt: skip
FIGURE_WAYS: Final = ("formula", "previous", "procedure", "date")
FIGURE_DATES: Final = ("from", "to", "known_from")


class Keys(NamedTuple):
    """The keys of one kind of mapping."""

    allowed: frozenset[str]
    required: frozenset[str]


def _keys(allowed: str, required: str = "", *, dated: bool = True) -> Keys:
    own = frozenset(allowed.split())
    return Keys(own | SOURCE_KEYS if dated else own, frozenset(required.split()))


BENEFIT: Final = _keys(
    "benefit name area scope aliases group_as group_need in_force requires groups select results doubts procedure",
    "benefit name area scope in_force cites",
)
IN_FORCE: Final = _keys("status reason text", "status")
VERSION: Final = _keys("when order gives_way")
GROUP: Final = _keys("id name outcome refer values versions when order gives_way", "id name")
CLAUSE: Final = _keys("when value unsettled province former_province")
UNSETTLED: Final = _keys("reason text refer at_least at_most", "reason text", dated=False)
SELECT: Final = _keys("strategy by prefer sums", "strategy", dated=False)
SUM: Final = _keys("base with", "base with cites")
RESULT: Final = _keys(
    "unit need refused_only clauses best group_as when value unsettled province former_province", "unit"
)
DOUBT: Final = _keys("id text effect when", "id text when cites")
PROCEDURE: Final = _keys("province where form days_working fee_vnd papers decided_by starts note", "cites")
PARAMETER: Final = _keys("unit name combine rows revised_by", "unit name rows")
ROW: Final = _keys("value unsettled province former_province", "cites")
COMBINATION: Final = _keys("id benefits by", "id benefits by cites")
FIGURE: Final = _keys(f"name unit by_place former_province on {' '.join(FIGURE_WAYS)}", "name unit")
CITE: Final = _keys("text from to known_from", "text", dated=False)
WITHIN: Final = _keys("years months days exclusive", dated=False)
CONDITION: Final = Keys(frozenset({*CONDITION_KINDS, *OPERATORS, *SOURCE_KEYS, "at", "outcome", "former"}), frozenset())
CASE: Final = _keys(
    "id title name as_of known_on facts province expect figures confidence note covers", "as_of", dated=False
)
