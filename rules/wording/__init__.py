"""The rules in Vietnamese, for those who read and change them."""

from rules.wording.describe import BenefitText, Describer
from rules.wording.lines import Line
from rules.wording.phrases import Phrases

__all__ = ["BenefitText", "Describer", "Line", "Phrases"]
