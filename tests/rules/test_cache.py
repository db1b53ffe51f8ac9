"""The second start is quick, and never judges by yesterday's rules."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from rules.errors import InvalidRules
from rules.schema.release import RULES
from rules.service import EligibilityService

AUTUMN = date(2026, 11, 21)
TOLD = {"date_of_birth": "1950-01-01", "monthly_pension_vnd": 0, "monthly_social_insurance_benefit_vnd": 0}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the rule files that a test may change."""
    root = tmp_path / "rules"
    for part in ("benefits", "parameters", "definitions", "figures"):
        shutil.copytree(RULES / part, root / part)
    shutil.copy(RULES / "combinations.yaml", root)
    return root


def test_second_start_gives_the_same_release(root: Path, tmp_path: Path) -> None:
    """What was kept must judge like what was read."""
    first = EligibilityService.load(root, cache=tmp_path / "cache")
    second = EligibilityService.load(root, cache=tmp_path / "cache")

    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert second.release == first.release
    assert second.assess(TOLD, as_of=AUTUMN).to_json() == first.assess(TOLD, as_of=AUTUMN).to_json()


def test_a_changed_rule_is_read_anew(root: Path, tmp_path: Path) -> None:
    """An amount corrected in a file must be in the next answer."""
    EligibilityService.load(root, cache=tmp_path / "cache")
    level = root / "parameters" / "social_pension.yaml"
    level.write_text(level.read_text(encoding="utf-8").replace("value: 540000", "value: 600000"), encoding="utf-8")

    service = EligibilityService.load(root, cache=tmp_path / "cache")

    decision = service.assess(TOLD, as_of=AUTUMN, benefits=["social_pension"]).decision("social_pension")
    assert decision.results["amount_vnd_per_month"] == 600000


def test_a_damaged_file_is_replaced(root: Path, tmp_path: Path) -> None:
    """A half-written file must not stop the service."""
    EligibilityService.load(root, cache=tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(b"not a release")

    service = EligibilityService.load(root, cache=tmp_path / "cache")

    assert service.release.benefits
    assert kept.read_bytes() != b"not a release"


def test_rules_with_a_mistake_are_never_kept(root: Path, tmp_path: Path) -> None:
    """Nothing is released while there are findings."""
    level = root / "parameters" / "social_pension.yaml"
    level.write_text(level.read_text(encoding="utf-8").replace("unit: vnd", "unit: dong"), encoding="utf-8")

    with pytest.raises(InvalidRules):
        EligibilityService.load(root, cache=tmp_path / "cache")

    assert not (tmp_path / "cache").exists()
