"""What a power cut takes from SQLite: acknowledged messages that were not on the disk.

    python -m tests.benchmarks.power_loss [messages]

A service's inbox takes messages in a process of its own; a library put before it (``power_loss.c``, needs gcc) keeps of
every file what was synced last. Then the process is killed and the inbox is read from what was synced. Measured with
``synchronous=NORMAL`` throughout, and as the service does it: FULL for what a channel is told was received.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

SOURCE = Path(__file__).with_name("power_loss.c")


async def take(url: str, messages: int, mode: str) -> None:
    """Store *messages*, twenty at a time, say how many were acknowledged and how long it took, and die."""
    import app.tables  # noqa: F401 - declares every table
    from bot.storage import Storage
    from core.clock import SystemClock
    from core.database import Base, Database
    from tests.bot.conftest import Bot
    from tests.bot.fakes import message

    if mode == "normal":
        lock = Storage._lock
        Storage._lock = lambda self, connection, *, is_urgent: lock(self, connection, is_urgent=False)  # type: ignore[method-assign]
    database = Database(url)
    Base.metadata.create_all(database.engine)
    bot = Bot(database, SystemClock())
    begun, times = time.perf_counter(), []

    async def one(number: int) -> None:
        asked = time.perf_counter()
        await bot.inbox.accept(message(f"tin {number}", id=str(number), who=f"p{number % 50}"))
        times.append(time.perf_counter() - asked)

    for first in range(0, messages, 20):
        await asyncio.gather(*(one(number) for number in range(first, min(first + 20, messages))))
    times.sort()
    print(len(times), time.perf_counter() - begun, times[len(times) // 2], times[int(len(times) * 0.99)], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


def measure(messages: int, mode: str, library: Path) -> list[str]:
    """Return one line of the table."""
    with tempfile.TemporaryDirectory(prefix="ansinh-power-") as made:
        live, synced = Path(made) / "live", Path(made) / "synced"
        live.mkdir()
        synced.mkdir()
        environment = os.environ | {
            "LD_PRELOAD": str(library),
            "POWER_LOSS_FROM": str(live),
            "POWER_LOSS_TO": str(synced),
            "PYTHONPATH": os.getcwd(),
        }
        command = [sys.executable, __file__, str(messages), mode, f"sqlite:///{live / 'a.sqlite'}"]
        said = (
            subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1].split()
        )
        kept = _stored(synced / "a.sqlite")
    seconds, median, slowest = map(float, said[1:])
    shown = [said[0], kept, int(said[0]) - kept, f"{seconds:.2f} s", f"{median * 1000:.1f}", f"{slowest * 1000:.1f}"]
    return [mode, *map(str, shown)]


def _stored(path: Path) -> int:
    if not path.exists():
        return 0
    # The journal of the first moment, before WAL was switched on: it was removed long before the cut.
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM bot_inbox").fetchone()[0])
        except sqlite3.DatabaseError:
            return 0


def main() -> None:
    """Measure both."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    if len(sys.argv) > 3:
        asyncio.run(take(sys.argv[3], messages, sys.argv[2]))
        return
    table = Table("synchronous", "acknowledged", "after the cut", "lost", "took", "ack p50 ms", "ack p99 ms")
    with tempfile.TemporaryDirectory() as made:
        library = Path(made) / "power_loss.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
        for mode in ("normal", "service"):
            table.add_row(*measure(messages, mode, library))
    Console().print(table)


if __name__ == "__main__":
    main()
