"""What takes long is worked out beside the page: it is asked for again, made once, and forgotten where it failed."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from starlette.responses import Response

from console import aside
from console.app import _look_ahead
from console.aside import Aside, asking_again
from tests.console.desk import ConsoleUnderTest


def test_a_page_does_not_wait_and_finds_it_later() -> None:
    """Whoever asks meanwhile gets nothing and starts nothing."""
    kept, may_end, made = Aside(most=2), threading.Event(), []

    def make() -> str:
        made.append(1)
        may_end.wait(20)
        return "told"

    assert kept.get("key", make) is None
    assert kept.get("key", make) is None
    may_end.set()
    with pytest.MonkeyPatch.context() as patience:
        patience.setattr(aside, "_PATIENCE", 20)
        assert kept.get("key", make) == "told"
    assert made == [1]


def test_a_failure_is_raised_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "_PATIENCE", 20)
    kept, answers = Aside(most=2), iter([ValueError("away"), "there"])

    def make() -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(ValueError, match="away"):
        kept.get("key", make)
    assert kept.get("key", make) == "there"


def test_only_the_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "_PATIENCE", 20)
    kept, made = Aside(most=2), []
    for key in ("a", "b", "c", "a"):
        kept.get(key, lambda key=key: made.append(key) or key)  # type: ignore[misc]

    assert made == ["a", "b", "c", "a"]


def test_the_browser_is_told_to_ask_again() -> None:
    assert asking_again(Response()).headers["refresh"] == "1"


def test_looking_ahead_ends_with_the_service_and_survives_a_failure() -> None:
    """A stop waits for one step at most; what cannot be looked at ahead is left to the first page."""
    done: list[str] = []

    def broken() -> Iterator[object]:
        raise OSError("away")
        yield

    def steps() -> Iterator[object]:
        for name in ("one", "two", "three"):
            yield done.append(name)

    _look_ahead([broken, steps], lambda: len(done) == 2)

    assert done == ["one", "two"]


def test_every_template_compiles_ahead(desk: ConsoleUnderTest) -> None:
    """A mistake in a page that nobody opens shows at the start of the tests, not at the start of the service."""
    assert len(list(desk.console.state.gate.pages.look_ahead())) > 40
