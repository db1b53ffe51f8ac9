"""A console with documents of its own, an editor and an approver in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.collection import Collection
from knowledge.index.build import IndexStore
from knowledge.worker import IndexWorker
from tests.console.admin.conftest import small_desk
from tests.console.admin.documents.library import small_knowledge
from tests.console.desk import Client, ConsoleUnderTest


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ConsoleUnderTest]:
    desk = small_desk(tmp_path)
    desk.__dict__["deps"] = replace(desk.deps, knowledge=small_knowledge(desk, IndexStore(tmp_path / "index")))
    yield desk
    desk.close()


@pytest.fixture
def collection(desk: ConsoleUnderTest) -> Collection:
    return desk.deps.knowledge.collection


@pytest.fixture
def work(desk: ConsoleUnderTest) -> IndexWorker:
    return desk.deps.knowledge.index_work


@pytest.fixture
def editor(desk: ConsoleUnderTest) -> Client:
    return desk.signed_in("editor")


@pytest.fixture
def approver(desk: ConsoleUnderTest) -> Client:
    return desk.signed_in("approver")
