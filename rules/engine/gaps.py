"""Why there is no figure, or no verdict, on a day for which the rules say nothing; the words stand in ``gaps.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from core.texts import LocaleTexts
from rules.engine.decision import Reason
from rules.engine.model import Benefit, Parameter, Unsettled

TEXTS: Final = Path(__file__).with_name("gaps.yaml")


def no_value(parameter: Parameter) -> Unsettled:
    """Return that no row of *parameter* covers the day."""
    return Unsettled(*_reason("no_value_in_force", parameter.name_vi))


def no_provision(benefit: Benefit) -> Reason:
    """Return that nothing is told of *benefit* on the day."""
    return _reason("no_provision_in_force", benefit.name_vi)


def _reason(key: str, name: str) -> Reason:
    return Reason(key, _texts()(key, name=name))


@cache
def _texts() -> LocaleTexts:
    return LocaleTexts.read(TEXTS)
