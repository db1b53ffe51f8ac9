"""Every case beside the rules is one test under its own name."""

from collections.abc import Iterator
from typing import Any

import pytest

from rules.authoring.coverage import coverage
from rules.authoring.validation import worked_cases
from rules.checking import WorkedCase, check_cases, lacks_reservation, read_cases
from rules.documents import Documents
from rules.schema.release import RULES
from rules.service import EligibilityService


def cases_by_name() -> Iterator[Any]:
    for path in sorted(RULES.glob("benefits/*/*cases.yaml")):
        cases, findings = read_cases(path.read_text(encoding="utf-8"), str(path))
        assert not findings
        yield from (pytest.param(case, id=f"{path.parent.name}:{case.id}") for case in cases)


@pytest.mark.parametrize("case", list(cases_by_name()))
def test_case_is_judged_as_its_author_wrote(case: WorkedCase, service: EligibilityService) -> None:
    """A lawyer judges the law by these cases; code must not move them."""
    (checked,) = check_cases(service, [case])

    assert not checked.findings
    assert not checked.differences
    assert not lacks_reservation(checked)


def test_every_case_has_its_own_id() -> None:
    """A case that cannot be named cannot be discussed."""
    ids = [param.id for param in cases_by_name()]

    assert len(ids) == len(set(ids))


def test_the_cases_prove_every_value_condition_and_date(service: EligibilityService) -> None:
    """A figure no case falls to could be mistyped for years; of a condition a pass, a fail and an unknown are seen.

    Both sides of every day on which the conditions of a benefit change have a case too.
    """
    found = coverage(service, worked_cases(Documents.read())[0])

    assert [(value.key, value.row.source.line) for value in found.unused_values] == []
    assert found.unseen == ()
    assert found.unseen_days == ()
