"""Install the messaging servers of others that ``make e2e`` talks to, below ``var/e2e``; say what could not be.

    python scripts/install_e2e.py

crabline (npm) answers as Telegram and as the Zalo Bot Platform, telemelya (PyPI, with a Redis server) as Telegram. What
does not install is left out: the tests that need it say so and pass over it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "var" / "e2e"
CRABLINE, TELEMELYA = "@openclaw/crabline@0.1.27", "telemelya==0.2.2"
SECONDS = 150


def main() -> None:
    """Install both, each where it is not there yet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    _install("crabline", FOLDER / "node_modules" / ".bin" / "crabline", _crabline(), needs=("npm", "node"))
    _install("telemelya", FOLDER / "venv" / "bin" / "telemelya-server", _telemelya(), needs=("redis-server",))


def _crabline() -> list[Sequence[str]]:
    return [("npm", "install", "--no-fund", "--no-audit", "--ignore-scripts", "--prefix", str(FOLDER), CRABLINE)]


def _telemelya() -> list[Sequence[str]]:
    venv = FOLDER / "venv"
    return [
        (sys.executable, "-m", "venv", str(venv)),
        (str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", TELEMELYA),
    ]


def _install(name: str, made: Path, steps: Sequence[Sequence[str]], *, needs: Sequence[str]) -> None:
    missing = [program for program in needs if shutil.which(program) is None]
    if missing:
        print(f"{name}: left out, there is no {', '.join(missing)} here")
        return
    if not made.exists() and (problem := _problem_of(steps)):
        print(f"{name}: left out, it does not install ({problem})")
        return
    print(f"{name}: installed")


def _problem_of(steps: Sequence[Sequence[str]]) -> str | None:
    for step in steps:
        try:
            done = subprocess.run(step, capture_output=True, text=True, timeout=SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            return type(error).__name__
        if done.returncode:
            return (done.stderr.strip().splitlines() or ["no reason given"])[-1][:200]
    return None


if __name__ == "__main__":
    main()
