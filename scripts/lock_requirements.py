"""Write the exact versions of both environments into ``requirements/``.

Run after changing the ranges in pyproject.toml and installing them. Versions only, no hashes: wheels such as torch
differ from machine to machine (CPU or GPU build) under one version.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Exact versions that were tested; written by `make lock`.\n"
LEFT_OUT = ("ansinh", "-e ", "pip==", "setuptools==", "wheel==")


def frozen(environment: str) -> list[str]:
    """Return ``name==version`` lines of an environment, local build tags (``+cpu``) dropped."""
    command = [str(ROOT / environment / "bin" / "python"), "-m", "pip", "freeze", "--exclude-editable"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line.split("+")[0] for line in lines if "==" in line and not line.startswith(LEFT_OUT)]


def main() -> None:
    """Write both lists."""
    for environment, name in ((".venv", "app.txt"), (".venv-rasa", "rasa.txt")):
        extra = ["setuptools>=77"] if name == "app.txt" else []
        text = HEADER + "\n".join([*frozen(environment), *extra]) + "\n"
        (ROOT / "requirements" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
