"""What all tests share: one Rasa for all that talk to it, so they run on one worker."""

from __future__ import annotations

import pytest

TALKS_TO_RASA = ("tests/conversations/", "tests/service/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that start Rasa together: starting it takes half a minute and half a gigabyte."""
    for item in items:
        # Two marks would make a group of their own ("rasa_rasa"), on another worker.
        if item.nodeid.startswith(TALKS_TO_RASA) and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group("rasa"))
