"""One reader for the whole room: reading the lexicon is the slow part."""

import pytest

from rules.facts.reader import FactReader
from rules.facts.vocabulary import Vocabulary
from rules.places import Places


@pytest.fixture(scope="session")
def reader() -> FactReader:
    return FactReader(Vocabulary.load(), None, Places.load())
