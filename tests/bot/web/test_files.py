"""The files behind the page: light, complete, and from nowhere else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.channels.web.assets import FOLDER, chat_assets
from bot.channels.web.pages import TEMPLATES
from bot.channels.web.texts import Texts
from core.texts import MissingText
from tests.bot.web.conftest import Browser

SOURCES = [*TEMPLATES.glob("*.html"), *FOLDER.glob("*.js"), *FOLDER.glob("*.css")]


def leaves(tree: Any, path: str = "") -> list[str]:
    if isinstance(tree, dict):
        return [key for name, part in tree.items() for key in leaves(part, f"{path}.{name}".strip("."))]
    return [path]


async def test_first_load_is_light(browser: Browser) -> None:
    """60 KB without the font, uncompressed, so that it opens on the slowest network."""
    response = await browser.client.get("/")
    addresses = set(re.findall(r'/web/static/\w+/[\w.-]+(?=")', response.text))

    files = [await browser.client.get(address) for address in addresses]
    weight = len(response.content) + sum(len(file.content) for file in files)

    names = {address.rpartition("/")[2] for address in addresses}
    assert names >= {"chat.css", "main.js", "icon.svg"}
    assert weight <= 60 * 1024, f"{weight} bytes"
    assert len(names) <= 9


async def test_every_module_is_announced(browser: Browser) -> None:
    """A module the page does not announce is fetched one round trip later."""
    page = await browser.open()

    for module in FOLDER.glob("*.js"):
        assert module.name in page


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_nothing_comes_from_another_host(path: Path) -> None:
    """No address of anybody else, no markup made of strings, nothing the policy forbids."""
    text = path.read_text(encoding="utf-8")

    assert not re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", text)
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)


def test_every_place_has_its_text() -> None:
    """A key without text would fail in front of a citizen."""
    texts = Texts.load()
    templates = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.html"))
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js"))

    for key in re.findall(r"\b(?:t|part)\('([\w.]+\w)'[,)]", templates) + re.findall(r"texts\.(\w+\.\w+)", scripts):
        texts.part(key)


def test_every_text_has_its_place() -> None:
    """A text nobody shows misleads who edits it: each key is named somewhere, or made from a part that is."""
    folder = TEMPLATES.parent
    code = "\n".join(path.read_text(encoding="utf-8") for path in [*SOURCES, *folder.glob("*.py")])
    words = set(re.findall(r"[a-z]+(?:_[a-z]+)*", code))
    made = {f"{act}{rest}" for act in ("leave", "erase") for rest in ("", "_hint", "_confirm", "_do")}

    unused = {key for key in leaves(Texts.load().tree) if key.rpartition(".")[2] not in words | made}
    assert unused == set()


def test_missing_text_is_named() -> None:
    """Who forgot a text reads which and where."""
    with pytest.raises(MissingText, match=r"menu\.nothing"):
        Texts.load()("menu.nothing")


async def test_files_are_kept_by_the_browser_and_compressed(browser: Browser) -> None:
    """One download a release; an old address still answers, so no open page breaks."""
    address = chat_assets().address("chat.css")

    current = await browser.client.get(address)
    old = await browser.client.get("/web/static/0123456789ab/chat.css")
    missing = await browser.client.get("/web/static/0123456789ab/..%2frouter.py")

    assert current.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert current.headers["content-encoding"] == "gzip"
    assert old.headers["cache-control"] == "max-age=60"
    assert missing.status_code == 404


def test_scripts_can_be_served_without_their_indentation() -> None:
    """A text over several lines, or a comment over several, would not survive it."""
    for path in FOLDER.glob("*.js"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert line.count("`") % 2 == 0, line
            assert line.count("/*") == line.count("*/"), line


def test_font_carries_its_licence() -> None:
    """The Open Font License must travel with the font."""
    assert list(FOLDER.glob("*.woff2"))
    assert "SIL Open Font License, Version 1.1" in (FOLDER / "OFL-be-vietnam-pro.txt").read_text(encoding="utf-8")
