"""A start while the database is away waits for it."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from app.cli.serve import with_database


def test_start_is_tried_again_until_the_database_answers(capsys: pytest.CaptureFixture[str]) -> None:
    """A machine that boots may start the service before its database."""
    failures = [OperationalError("SELECT 1", {}, Exception("connection refused"))] * 5
    slept: list[float] = []

    def work() -> None:
        if failures:
            raise failures.pop()

    with_database(work, sleep=slept.append)

    assert slept == [1, 2, 5, 10, 10]
    assert "connection refused" in capsys.readouterr().out


def test_other_failures_end_the_start() -> None:
    with pytest.raises(ValueError, match="broken"):
        with_database(lambda: (_ for _ in ()).throw(ValueError("broken")), sleep=lambda _: None)
