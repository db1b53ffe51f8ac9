"""The passages of a build on disk: one JSON line each, read when shown; days and places in memory for filtering."""

from __future__ import annotations

import json
import mmap
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from knowledge.passages import Passage

_FOREVER = date.max.toordinal()
_MOST_READ: Final = 2048  # passages kept as read, some megabytes


class PassageStore:
    """Random access to the passages of one build."""

    def __init__(self, folder: Path) -> None:
        self._offsets: NDArray[np.int64] = np.load(folder / "offsets.npy")
        self._span: NDArray[np.int32] = np.load(folder / "days.npy")
        head: dict[str, Any] = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        self._places = np.array([""] + head["places"])[np.load(folder / "place_of.npy")]
        self._kinds = np.array([""] + head["kinds"])[np.load(folder / "kind_of.npy")]
        with (folder / "passages.jsonl").open("rb") as file:
            self._lines = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if len(self) else None
        self._read = lru_cache(maxsize=_MOST_READ)(self._read_line)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, row: int) -> Passage:
        if self._lines is None or not 0 <= row < len(self):
            raise IndexError(row)
        return self._read(row)

    def _read_line(self, row: int) -> Passage:
        assert self._lines is not None  # noqa: S101  (asked for a row it has)
        return Passage.from_json(json.loads(self._lines[self._offsets[row] : self._offsets[row + 1]]))

    def __iter__(self) -> Iterator[Passage]:
        return (self[row] for row in range(len(self)))

    def open_to(self, day: date, province: str | None, *, without: Collection[str] = ()) -> NDArray[np.bool_]:
        """Tell of every passage whether it holds on that day, may be told in that place, and is of no kind left out."""
        number = day.toordinal()
        in_time = (self._span[:, 0] <= number) & (number <= self._span[:, 1])
        return np.asarray(in_time & self._in_place(province) & ~np.isin(self._kinds, list(without)))

    def ended_by(self, day: date, province: str | None) -> NDArray[np.bool_]:
        """Tell of every passage whether it held in that place until some day before *day*."""
        return np.asarray((self._span[:, 1] < day.toordinal()) & self._in_place(province))

    def _in_place(self, province: str | None) -> NDArray[np.bool_]:
        return np.asarray((self._places == "") | (self._places == (province or "")))

    @staticmethod
    def write(folder: Path, passages: Sequence[Passage]) -> None:
        """Write *passages* so that a store can open them."""
        lines = [json.dumps(p.to_json(), ensure_ascii=False).encode() + b"\n" for p in passages]
        (folder / "passages.jsonl").write_bytes(b"".join(lines))
        np.save(folder / "offsets.npy", np.cumsum([0, *map(len, lines)], dtype=np.int64))
        days = [
            ((p.valid_from or date.min).toordinal(), p.valid_to.toordinal() if p.valid_to else _FOREVER)
            for p in passages
        ]
        np.save(folder / "days.npy", np.array(days, dtype=np.int32).reshape(-1, 2))
        places, place_of = _numbered([p.place or "" for p in passages])
        kinds, kind_of = _numbered([p.kind for p in passages])
        np.save(folder / "place_of.npy", place_of)
        np.save(folder / "kind_of.npy", kind_of)
        names = json.dumps({"places": places, "kinds": kinds}, ensure_ascii=False)
        (folder / "names.json").write_text(names, encoding="utf-8")


def _numbered(names: Sequence[str]) -> tuple[list[str], NDArray[np.int32]]:
    """Return the distinct names and for each entry its number among them, from one; 0 stands for no name."""
    distinct = sorted(set(filter(None, names)))
    numbers = {name: i + 1 for i, name in enumerate(distinct)}
    return distinct, np.array([numbers.get(name, 0) for name in names], dtype=np.int32)
