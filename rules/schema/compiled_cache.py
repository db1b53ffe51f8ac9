"""Keep the release as read from the files, so that the next start need not read them again.

The file is named by the content of the rule files and of the code that reads them: another rule, another code, another
file. It holds Python objects: the folder must be this service's own, as its state folder is.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from rules.engine.model import Release

_CODE: Final = (Path(__file__).parent, Path(__file__).parents[1] / "engine")
_KEPT: Final = 3


class Read(NamedTuple):
    """A release, and the days on which something in it changes or becomes known."""

    release: Release
    days: tuple[date, ...]
    known: tuple[date, ...]


def cached(folder: Path, content: str, read: Callable[[], Read]) -> Read:
    """Return what *read* gives for the files of that *content*, from *folder* where it was read before.

    A file that cannot be used is read anew and replaced; a folder that cannot be written costs only the time.
    """
    path = folder / f"release-{content}-{_code_id()}.pickle"
    kept = _load(path)
    if kept is not None:
        return kept
    fresh = read()
    _save(path, fresh)
    return fresh


def _load(path: Path) -> Read | None:
    try:
        kept = pickle.loads(path.read_bytes())  # noqa: S301  (the service's own folder)
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError):
        return None
    return kept if isinstance(kept, Read) else None


def _save(path: Path, fresh: Read) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_bytes(pickle.dumps(fresh, pickle.HIGHEST_PROTOCOL))
        draft.replace(path)
        _drop_old(path)
    except OSError:
        return


def _drop_old(newest: Path) -> None:
    files = sorted(newest.parent.glob("release-*.pickle"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[_KEPT:]:
        file.unlink(missing_ok=True)


def _code_id() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for folder in _CODE:
        for path in sorted(folder.glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
