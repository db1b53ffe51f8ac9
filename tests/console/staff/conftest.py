"""One console for the tests of a file that change nothing in it: reading rules and lexicon is the slow part."""

from collections.abc import Iterator

import pytest

from tests.console.desk import ConsoleUnderTest


@pytest.fixture(scope="module")
def kept_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleUnderTest]:
    desk = ConsoleUnderTest(tmp_path_factory.mktemp("desk"))
    yield desk
    desk.close()
