"""Our top-level names lead to this project, and a foreign package of such a name is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.shadowing import ShadowedPackage, shadowed


def test_every_room_is_ours() -> None:
    """No installed package takes the place of a room."""
    assert shadowed() == []


def test_a_foreign_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says which name, where Python finds it, and what to do."""
    (tmp_path / "somebody").mkdir()
    (tmp_path / "somebody" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop("somebody", None)

    (problem,) = shadowed(["somebody"])

    assert isinstance(problem, ShadowedPackage)
    assert str(tmp_path / "somebody") in str(problem)
