"""A supervised process is started, watched, restarted and ended."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from app.supervisor import ProcessPlan, State, Supervisor, free_port


def plan(tmp_path: Path, program: str, *, ready_seconds: float = 20) -> ProcessPlan:
    marker = tmp_path / "ready"

    async def is_ready() -> bool:
        return marker.exists()

    code = f"from pathlib import Path; import time, os; marker = Path({str(marker)!r}); {program}"
    return ProcessPlan(
        name="sleeper",
        command=[sys.executable, "-c", code],
        folder=tmp_path,
        environment={},
        log_file=tmp_path / "sleeper.log",
        is_ready=is_ready,
        ready_seconds=ready_seconds,
    )


async def until(condition, *, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


async def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    """Rasa may die at any time; the service must bring it back without anybody's help."""
    supervisor = Supervisor(plan(tmp_path, "marker.touch(); time.sleep(600)"))
    await supervisor.start()
    await supervisor.wait_ready()
    first = supervisor.process.pid

    psutil.Process(first).kill()
    await until(lambda: supervisor.restarts == 1 and supervisor.state is State.READY)

    assert supervisor.process.pid != first
    await supervisor.stop()


async def test_stop_ends_the_process_and_its_children(tmp_path: Path) -> None:
    """Ctrl-C leaves nothing behind."""
    supervisor = Supervisor(plan(tmp_path, "marker.touch(); os.spawnlp(os.P_WAIT, 'sleep', 'sleep', '600')"))
    await supervisor.start()
    await supervisor.wait_ready()
    family = [supervisor.process.pid, *(c.pid for c in psutil.Process(supervisor.process.pid).children())]

    await supervisor.stop()

    assert supervisor.state is State.STOPPED
    await until(lambda: not any(psutil.pid_exists(pid) for pid in family))


async def test_a_process_that_never_answers_is_tried_anew(tmp_path: Path) -> None:
    """A start that hangs is ended after its time and tried again."""
    supervisor = Supervisor(plan(tmp_path, "time.sleep(600)", ready_seconds=0.3))
    await supervisor.start()

    await until(lambda: supervisor.restarts >= 1)

    assert supervisor.state is not State.READY
    await supervisor.stop()


def test_a_free_port_can_be_bound() -> None:
    """The port handed out is not taken."""
    assert 1024 < free_port() < 65536


@pytest.mark.parametrize("attempt", range(2))
async def test_stopping_twice_is_harmless(tmp_path: Path, attempt: int) -> None:
    """Shutdown paths may meet; the second finds nothing to do."""
    supervisor = Supervisor(plan(tmp_path, "marker.touch(); time.sleep(600)"))
    await supervisor.start()
    await supervisor.wait_ready()

    await supervisor.stop()
    await supervisor.stop()

    assert supervisor.state is State.STOPPED
