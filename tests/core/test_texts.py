"""Texts by key: from one file, or from a folder of parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.texts import LocaleTexts, MissingText


def test_a_folder_reads_like_one_file_of_parts(tmp_path: Path) -> None:
    """The parts of the console are files, those of the chat stand in one; keys look the same."""
    whole, folder = tmp_path / "vi.yaml", tmp_path / "vi"
    whole.write_text("menu:\n  leave: Rời {place}\nempty: {}\n", encoding="utf-8")
    folder.mkdir()
    (folder / "menu.yaml").write_text("leave: Rời {place}\n", encoding="utf-8")
    (folder / "empty.yaml").write_text("", encoding="utf-8")

    of_file, of_folder = LocaleTexts.read(whole), LocaleTexts.read(folder)

    assert of_file("menu.leave", place="đây") == of_folder("menu.leave", place="đây") == "Rời đây"
    assert of_file.tree == of_folder.tree


@pytest.mark.parametrize("key", ["menu.nothing", "menu", "menu.leave.more", "nowhere"])
def test_what_is_no_text_is_named_with_its_place(tmp_path: Path, key: str) -> None:
    """Who forgot a text reads which one, and where it belongs."""
    source = tmp_path / "vi.yaml"
    source.write_text("menu:\n  leave: Rời\n", encoding="utf-8")

    with pytest.raises(MissingText, match=rf"'{key}'.*vi\.yaml"):
        LocaleTexts.read(source)(key)
