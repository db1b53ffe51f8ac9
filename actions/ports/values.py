"""Names and plain values all ports speak of."""

from __future__ import annotations

from typing import Any

# The plain contract form of a fact: bool, int, str, ``{min, max}`` or a list.
Raw = Any
PersonId = str
FactId = str
BenefitId = str

SELF: PersonId = "self"
