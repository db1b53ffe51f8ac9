"""How a very long list is screened: makes one, runs the real command on it, prints rows a second and memory.

``python -m tests.benchmarks.bench_screening --rows 1000000``; ``--json`` prints one object. The list is that of the
template: twenty-one columns as officers fill them in, a cell in a thousand wrong, one person in a thousand twice.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from rich.console import Console
from rich.table import Table

DAY: Final = date(2026, 11, 21)
TITLES: Final = (
    "Họ và tên", "Số định danh", "Ngày sinh", "Diện hộ", "Mức độ khuyết tật", "Lương hưu", "Trợ cấp BHXH",
    "Người phụng dưỡng", "Người chăm sóc", "Hôn nhân", "Số con dưới 16 tuổi", "Thu nhập bình quân", "Dân tộc thiểu số",
    "area_type", "Địa bàn", "Bậc học", "work_roles", "monthly_benefit_kind", "merit_status", "special_status",
    "Đang hưởng",
)  # fmt: skip
_FAMILY: Final = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ")
_MIDDLE: Final = ("Văn", "Thị", "Hữu", "Minh", "Đức", "Ngọc", "Thanh", "Xuân")
_GIVEN: Final = ("An", "Bình", "Châu", "Dung", "Giang", "Hà", "Khoa", "Lan", "Mai", "Nam", "Oanh", "Phúc", "Quý", "Sơn")
_CHOICES: Final[Sequence[tuple[Sequence[str], Sequence[float]]]] = (
    (("Hộ nghèo", "Hộ cận nghèo", "không thuộc", ""), (6, 7, 77, 10)),
    (("không", "Nặng", "Đặc biệt nặng", "Nhẹ", ""), (70, 3, 1, 3, 23)),
    (("0", "", "3.250.000", "480.000 đ", "5,6 triệu", "từ 2 đến 3 triệu"), (60, 20, 8, 3, 8, 1)),
    (("0", "", "1.200.000"), (70, 27, 3)),
    (("", "có", "không ai"), (80, 15, 5)),
    (("", "không có"), (90, 10)),
    (("", "đã kết hôn", "góa", "ly hôn", "độc thân"), (60, 25, 7, 3, 5)),
    (("", "0", "1", "2", "3"), (60, 20, 10, 8, 2)),
    (("", "1.400.000", "2.500.000", "4.000.000", "dưới 2 triệu"), (50, 5, 15, 25, 5)),
    (("không", "có", ""), (75, 12, 13)),
    (("xã", "phường", ""), (55, 35, 10)),
    (("không", "", "khó khăn", "đặc biệt khó khăn"), (70, 18, 7, 5)),
    (("", "phổ thông", "đại học", "không"), (70, 15, 5, 10)),
    (("", "none", "employee"), (30, 50, 20)),
    (("không", "", "survivor", "unemployment"), (70, 26, 3, 1)),
    (("không", "", "merit_person", "martyr_relative", "armed_forces_relative"), (72, 22, 2, 2, 2)),
    (("không", ""), (75, 25)),
    (("không", "", "Trợ cấp hưu trí xã hội"), (70, 27, 3)),
)


def people(count: int, seed: int) -> Iterator[list[str]]:
    """Yield rows of the list."""
    chance = random.Random(seed)
    drawn: list[Iterator[str]] = []
    before: list[str] = []
    for number in range(count):
        if number % 4096 == 0:
            drawn = [iter(chance.choices(values, weights, k=4096)) for values, weights in _CHOICES]
        if before and chance.random() < 0.001:
            yield before
            continue
        born = DAY - timedelta(days=chance.randrange(1, 365 * 92))
        kind = chance.random()
        shown = f"{born.day:02}/{born.month:02}/{born.year}" if kind < 0.9 else str(born.year)
        if kind > 0.999:
            shown = "31/2/1950"
        name = f"{chance.choice(_FAMILY)} {chance.choice(_MIDDLE)} {chance.choice(_GIVEN)}"
        before = [name, f"{36_000_000_000 + number:012}", shown, *(next(column) for column in drawn)]
        yield before


def write_list(path: Path, count: int, seed: int) -> None:
    """Write a list of *count* rows as CSV or Excel, by the ending of *path*."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(TITLES)
            writer.writerows(people(count, seed))
        return
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for line, row in enumerate(chain([TITLES], people(count, seed))):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(line, place, cell)
    book.close()


@dataclass(frozen=True, slots=True)
class Figure:
    """One run: the whole command, its start included. Memory is resident; ``memory_mb`` holds a figure every tenth."""

    rows: int
    judged: int
    left_out: int
    repeated: int
    months: int
    kinds: str
    list_mb: int
    result_mb: int
    wall_s: float
    processor_s: float
    rows_per_s: float
    peak_mb: int
    memory_mb: tuple[int, ...]


def measure(path: Path, out: Path, rows: int, months: int) -> Figure:
    """Run ``ansinh screen`` on the list at *path*."""
    command = [sys.executable, "-c", "from app.cli import main; main()", "screen", str(path), "-o", str(out), "--json"]
    command += ["--as-of", DAY.isoformat(), "--months", str(months), "--province", "hai_phong"]
    started, before = time.perf_counter(), os.times()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        watched: list[int] = []
        watcher = threading.Thread(target=_watch, args=(run, watched), daemon=True)
        watcher.start()
        said = run.stdout.read()
    wall, after = time.perf_counter() - started, os.times()
    if run.returncode not in (0, 1):
        raise SystemExit(f"ansinh screen ended with {run.returncode}")
    report: dict[str, Any] = json.loads(said)
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    step = max(1, len(watched) // 10)
    return Figure(
        rows, report["judged"], report["left_out"], report["repeated"], months, f"{path.suffix} → {out.suffix}",
        path.stat().st_size >> 20, out.stat().st_size >> 20, wall, processor, rows / wall, report["peak_megabytes"],
        tuple(watched[step - 1 :: step]),
    )  # fmt: skip


def _watch(run: subprocess.Popen[str], seen: list[int]) -> None:
    """Note how much memory the command holds, until it ends."""
    status = Path(f"/proc/{run.pid}/statm")
    page = os.sysconf("SC_PAGE_SIZE")
    while run.poll() is None:
        try:
            seen.append(int(status.read_text().split()[1]) * page >> 20)
        except (OSError, IndexError):
            return
        time.sleep(0.5)


def shown(figures: Sequence[Figure]) -> Table:
    """Return the table."""
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    table = Table("rows", "kinds", "months ahead", "wall s", "processor s", "rows/s", "peak MB", "memory over time MB",
                  "judged", "left out", "twice", "list MB", "result MB", title=machine)  # fmt: skip
    for one in figures:
        table.add_row(
            f"{one.rows:,}", one.kinds, str(one.months), f"{one.wall_s:.0f}", f"{one.processor_s:.0f}",
            f"{one.rows_per_s:,.0f}", str(one.peak_mb), " ".join(map(str, one.memory_mb)), f"{one.judged:,}",
            str(one.left_out), str(one.repeated), str(one.list_mb), str(one.result_mb),
        )  # fmt: skip
    return table


def main() -> None:
    """Make the lists, screen them, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--kind", choices=("csv", "xlsx"), default="csv", help="of the list")
    parser.add_argument("--result", choices=("csv", "xlsx", "parquet"), default="csv")
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="where the list and the result are made; default: a new one")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        for rows in options.rows:
            path, out = Path(name) / f"list.{options.kind}", Path(name) / f"result.{options.result}"
            write_list(path, rows, options.seed)
            figures.append(measure(path, out, rows, options.months))
    if options.json:
        print(json.dumps([asdict(one) for one in figures], ensure_ascii=False))
    else:
        Console(width=180).print(shown(figures))


if __name__ == "__main__":
    main()
