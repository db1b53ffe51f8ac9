#!/usr/bin/env python3
"""Make the two environments the service runs in, each from its own list of exact versions.

``.venv`` (Python 3.11 or newer) holds the service, ``.venv-rasa`` (Python 3.10) holds Rasa, whose wheel refuses
anything newer. Uses the standard library only, because it runs before anything is installed. An environment whose
list has not changed since it was made is left alone, so the second run takes no time.
"""

from __future__ import annotations

import argparse
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "var" / "log"
STAMP = "ansinh-requirements.sha256"


class SetupFailed(Exception):
    """Something the person at the keyboard has to mend; the message says what."""


@dataclass(frozen=True)
class Environment:
    """One virtual environment: where it lives, which Pythons it may use, what goes into it."""

    name: str
    folder: Path
    versions: tuple[tuple[int, int], ...]
    requirements: Path
    editable: bool
    advice: str

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def fingerprint(self) -> str:
        """Hash of everything that decides what is installed."""
        digest = hashlib.sha256(self.requirements.read_bytes())
        if self.editable:
            digest.update((ROOT / "pyproject.toml").read_bytes())
        digest.update(str(self.folder).encode())
        return digest.hexdigest()

    def is_current(self) -> bool:
        """Tell whether the environment was made from this very list and still starts."""
        stamp = self.folder / STAMP
        return (
            stamp.is_file()
            and stamp.read_text().strip() == self.fingerprint()
            and version_of(str(self.python)) in self.versions
        )


APP = Environment(
    name="service",
    folder=ROOT / ".venv",
    versions=((3, 11), (3, 12), (3, 13)),
    requirements=ROOT / "requirements" / "app.txt",
    editable=True,
    advice=(
        "Install Python 3.11 (Debian: apt-get install python3.11 python3.11-venv) "
        "or point PYTHON at one: make run PYTHON=/path/to/python3.11"
    ),
)
RASA = Environment(
    name="Rasa",
    folder=ROOT / ".venv-rasa",
    versions=((3, 10),),
    requirements=ROOT / "requirements" / "rasa.txt",
    editable=False,
    advice=(
        "Rasa 3.6 needs Python 3.10. Any of these brings one: 'pyenv install 3.10', 'uv python install 3.10', "
        "your distribution's python3.10 with its venv package; "
        "or point RASA_PYTHON at one: make run RASA_PYTHON=/path/to/python3.10"
    ),
)


def version_of(python: str) -> tuple[int, int] | None:
    """Ask an interpreter for its version; ``None`` when it does not answer (a pyenv shim, say)."""
    question = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", question], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if answer.returncode:
        return None
    major, minor = answer.stdout.split()
    return int(major), int(minor)


def candidates(versions: tuple[tuple[int, int], ...]) -> list[str]:
    """List interpreters worth asking, best first: on PATH, pyenv's, uv's, the usual folders."""
    found: list[str] = []
    for major, minor in versions:
        name = f"python{major}.{minor}"
        found += [path for path in (shutil.which(name),) if path]
        homes = [os.environ.get("PYENV_ROOT", ""), str(Path.home() / ".pyenv")]
        for home in filter(None, homes):
            found += sorted(glob.glob(f"{home}/versions/{major}.{minor}*/bin/{name}"), reverse=True)
        uv_home = os.environ.get("UV_PYTHON_INSTALL_DIR", str(Path.home() / ".local/share/uv/python"))
        found += sorted(glob.glob(f"{uv_home}/cpython-{major}.{minor}*/bin/{name}"), reverse=True)
        found += [f"{folder}/{name}" for folder in ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")]
    return [*found, sys.executable, "python3"]


def find_python(environment: Environment, wish: str | None) -> str:
    """Find an interpreter for the environment, the wished-for one first."""
    asked: list[str] = []
    for python in [*([wish] if wish else []), *candidates(environment.versions)]:
        if python in asked:
            continue
        asked.append(python)
        if version_of(python) in environment.versions:
            return python
        if python == wish:
            wanted = " or ".join(f"{a}.{b}" for a, b in environment.versions)
            raise SetupFailed(f"{wish} is not a working Python {wanted} with venv. {environment.advice}")
    wanted = " or ".join(f"{a}.{b}" for a, b in environment.versions)
    raise SetupFailed(
        f"No Python {wanted} with the venv module was found for {environment.name}.\n"
        f"Asked: {', '.join(asked)}.\n{environment.advice}"
    )


def run_logged(command: list[str], log: Path) -> None:
    """Run a command with its output in a log file; name the log when it fails."""
    with log.open("a", encoding="utf-8") as output:
        output.write(f"$ {' '.join(command)}\n")
        output.flush()
        finished = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)
    if finished.returncode:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise SetupFailed(f"This failed: {' '.join(command)}\nThe end of {log}:\n{tail}")


def make(environment: Environment, wish: str | None) -> None:
    """Create the environment anew and install its list."""
    python = find_python(environment, wish)
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"setup-{environment.folder.name.lstrip('.')}.log"
    log.write_text("", encoding="utf-8")
    if version_of(str(environment.python)) not in environment.versions:
        run_logged([python, "-m", "venv", "--clear", str(environment.folder)], log)
    pip = [str(environment.python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    run_logged([*pip, "-r", str(environment.requirements)], log)
    if environment.editable:
        run_logged([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], log)
    (environment.folder / STAMP).write_text(environment.fingerprint() + "\n")


def show_progress(jobs: dict[str, threading.Thread]) -> None:
    """Print once in a while which environments are still being made."""
    start = time.monotonic()
    said = 0.0
    while any(job.is_alive() for job in jobs.values()):
        time.sleep(0.2)
        elapsed = time.monotonic() - start
        if elapsed - said >= 15:
            said = elapsed
            busy = ", ".join(name for name, job in jobs.items() if job.is_alive())
            print(f"  … {elapsed:4.0f} s, still installing: {busy}", flush=True)


def main() -> int:
    """Make what is missing or out of date; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--python", default=os.environ.get("PYTHON"), help="Python 3.11+ for the service")
    parser.add_argument("--rasa-python", default=os.environ.get("RASA_PYTHON"), help="Python 3.10 for Rasa")
    wishes = parser.parse_args()
    stale = [
        (environment, wish or None)
        for environment, wish in ((APP, wishes.python), (RASA, wishes.rasa_python))
        if not environment.is_current()
    ]
    if not stale:
        return 0
    print("Setting up: " + ", ".join(f"{e.folder.name} ({e.name})" for e, _ in stale), flush=True)
    failures: list[str] = []

    def work(environment: Environment, wish: str | None) -> None:
        try:
            make(environment, wish)
        except SetupFailed as failure:
            failures.append(str(failure))

    start = time.monotonic()
    jobs = {e.name: threading.Thread(target=work, args=(e, wish), daemon=True) for e, wish in stale}
    for job in jobs.values():
        job.start()
    show_progress(jobs)
    for failure in failures:
        print(f"\nSet-up stopped. {failure}", file=sys.stderr)
    if not failures:
        print(f"Ready in {time.monotonic() - start:.0f} s.", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
