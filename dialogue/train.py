"""Train the Rasa model, unless the one that fits the present inputs is already there.

Run by Rasa's own interpreter from the repository's root: ``.venv-rasa/bin/python -m dialogue.train --out DIR``.
The file name carries a hash of everything the model is made of, so that a changed sentence, rule or component
is never served by an old model. Prints one line per step; the last line is the path of the model.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import logging
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONFIG = "config.yml"
DOMAIN = "dialogue/domain"
DATA = "dialogue/data"
# Responses are rendered by the actions from the same files, but the model carries the domain: they count too.
INPUTS = (CONFIG, DOMAIN, DATA, "dialogue/components", "dialogue/guards.yml", "dialogue/spellings.yml")
INPUTS_OUTSIDE = ("core/vietnamese/text.py",)
SUFFIXES = {".yml", ".yaml", ".py"}


def model_name() -> str:
    """Return the file name of the model that fits the inputs as they are now."""
    digest = hashlib.sha256()
    for path in sorted(_input_files()):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"ansinh-{digest.hexdigest()[:16]}.tar.gz"


def _input_files() -> set[Path]:
    files: set[Path] = set()
    for name in (*INPUTS, *INPUTS_OUTSIDE):
        path = ROOT / name
        files |= {path} if path.is_file() else {p for p in path.rglob("*") if p.suffix in SUFFIXES}
    return files


def train(out: Path) -> Path:
    """Train into *out* and return the model's path; a second call waits for the first and finds its model."""
    with (out / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _train(out)


def _train(out: Path) -> Path:
    target = out / model_name()
    if target.exists():
        print(f"dialogue model is up to date: {target.name}", flush=True)
        return target
    quiet()
    started = time.monotonic()
    print("loading Rasa (10-30 s) ...", flush=True)
    import rasa
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)

    print(f"training {target.name} ...", flush=True)
    result = rasa.train(
        domain=DOMAIN,
        config=CONFIG,
        training_files=DATA,
        output=str(out),
        fixed_model_name=target.name,
        force_training=True,
    )
    if result.code != 0 or not target.exists():
        raise SystemExit(f"Rasa could not train the model (code {result.code}); see the messages above.")
    print(f"trained in {time.monotonic() - started:.0f} s", flush=True)
    return target


def quiet() -> None:
    """Keep Rasa to one thread, at home, and quiet about its own dependencies."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["LOG_LEVEL"] = "WARNING"  # no progress bars: they fill a log
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "rasa", help="folder of the models")
    parser.add_argument("--name-only", action="store_true", help="print the model's path; train nothing")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    out = arguments.out.resolve()
    if arguments.name_only:
        print(out / model_name())
        return
    out.mkdir(parents=True, exist_ok=True)
    print(train(out))


if __name__ == "__main__":
    main()
