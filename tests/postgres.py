"""A PostgreSQL server for the tests, in a folder of its own on a free port."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]


def find_binaries() -> Path | None:
    """Return the folder of ``initdb`` and ``pg_ctl``, if there is one."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return next((folder for folder in BINARIES if (folder / "initdb").exists()), None)


@contextmanager
def running_server(binaries: Path) -> Iterator[str]:
    """Run a server; give the URL of its maintenance database without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="ansinh-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        pwd.getpwnam("postgres")
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(*command: object) -> None:
        subprocess.run(
            [*as_user, *map(str, command)], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    data = folder / "data"
    try:
        run(binaries / "initdb", "-D", data, "-A", "trust", "-U", "ansinh", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off"
        run(binaries / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        yield f"postgresql+psycopg://ansinh@127.0.0.1:{port}"
        run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
