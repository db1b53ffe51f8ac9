"""Every case beside the rules is one test under its own name."""

from collections.abc import Iterator
from typing import Any

import pytest

from rules.checking import WorkedCase, check_cases, lacks_reservation, read_cases
from rules.schema.release import RULES
from rules.service import EligibilityService


def worked_cases() -> Iterator[Any]:
    for path in sorted(RULES.glob("benefits/*/cases.yaml")):
        cases, findings = read_cases(path.read_text(encoding="utf-8"), str(path))
        assert not findings
        yield from (pytest.param(case, id=f"{path.parent.name}:{case.id}") for case in cases)


@pytest.mark.parametrize("case", list(worked_cases()))
def test_case_is_judged_as_its_author_wrote(case: WorkedCase, service: EligibilityService) -> None:
    """A lawyer judges the law by these cases; code must not move them."""
    (checked,) = check_cases(service, [case])

    assert not checked.findings
    assert not checked.differences
    assert not lacks_reservation(checked)


def test_every_case_has_its_own_id() -> None:
    """A case that cannot be named cannot be discussed."""
    ids = [param.id for param in worked_cases()]

    assert len(ids) == len(set(ids))
