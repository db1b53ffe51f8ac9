"""``ansinh check``: what a verdict rests on, and what the law leaves open of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from app.cli import commands

NEAR_POOR = """
cases:
- id: near-poor
  as_of: DAY
  facts:
    date_of_birth: 1985-03-20
    household_status: near_poor
    work_roles: none
    monthly_pension_vnd: 0
    monthly_benefit_kind: none
    current_allowance: none
    merit_status: none
    special_status: none
    trafficking_victim_confirmed_on: none
    is_ethnic_minority: false
    area_lists: none
    commune_left_difficult_list_on: none
    study_level: none
"""


def said(path: Path, day: str, *options: str) -> str:
    """Return what the command says of the case on *day*."""
    path.write_text(NEAR_POOR.replace("DAY", day), encoding="utf-8")
    application = typer.Typer()
    commands.register(application)
    asked = ["check", str(path), "--benefit", "health_insurance_card", *options]
    result = CliRunner().invoke(application, asked)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(("day", "is_open"), [("2026-12-31", False), ("2027-01-01", True)])
def test_explain_names_what_the_law_leaves_open_with_its_article(tmp_path: Path, day: str, is_open: bool) -> None:
    """Whoever checks a case sees why a figure is absent; while it is settled there is nothing to see."""
    output = said(tmp_path / "case.yaml", day, "--explain")

    assert ("(188/2025/NĐ-CP, Điều 6; 261/2025/QH15)." in output) is is_open


def test_json_carries_the_notes(tmp_path: Path) -> None:
    """Programs that read the answer find the same."""
    line = said(tmp_path / "case.yaml", "2027-01-01", "--json")

    decision = json.loads(line)["decisions"][0]
    assert [note["id"] for note in decision["notes"]] == ["rate_from_2027"]
    assert (decision["refer_to_human"], decision["granted_anyhow"]) == (False, False)
