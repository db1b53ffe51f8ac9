"""Serve the trained model on loopback: ``.venv-rasa/bin/python -m dialogue.serve --model FILE --port N``.

The environment brings ``ANSINH_ACTIONS_URL`` and ``ANSINH_ACTIONS_TOKEN`` (dialogue/endpoints.yml). Only the REST
channel is open (``POST /webhooks/rest/webhook``); the HTTP API of Rasa stays off, and nothing listens beyond
127.0.0.1. Ready when ``GET /`` answers.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dialogue.lean import make_lean
from dialogue.train import ROOT, quiet

if TYPE_CHECKING:
    from rasa.utils.endpoints import EndpointConfig

HOST = "127.0.0.1"
_NEEDED = ("ANSINH_ACTIONS_URL", "ANSINH_ACTIONS_TOKEN")


def serve(model: Path, port: int) -> None:
    """Run Rasa until it is told to stop."""
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_logging_and_warnings(logging.WARNING)
    configure_structlog(logging.WARNING)
    make_lean()
    endpoints = AvailableEndpoints.read_endpoints("dialogue/endpoints.yml")
    endpoints.lock_store = lock_store(os.environ.get("ANSINH_REDIS_URL", ""))
    serve_application(
        str(model),
        interface=HOST,
        port=port,
        credentials="dialogue/credentials.yml",
        endpoints=endpoints,
        enable_api=False,
        log_file=None,
    )


def lock_store(redis_url: str) -> EndpointConfig | None:
    """Return where conversations are locked: in Redis, so that several Rasas share the locks, else in memory."""
    from rasa.utils.endpoints import EndpointConfig

    if not redis_url:
        return None
    parts = urlsplit(redis_url)
    return EndpointConfig(
        parts.hostname or HOST,
        type="redis",
        port=parts.port or 6379,
        db=int(parts.path.strip("/") or 0),
        username=parts.username,
        password=parts.password,
        use_ssl=parts.scheme == "rediss",
        key_prefix="ansinh",
    )


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", type=Path, required=True, help="archive made by dialogue.train on this machine")
    parser.add_argument("--port", type=int, required=True, help="loopback port")
    arguments = parser.parse_args()
    missing = [name for name in _NEEDED if not os.environ.get(name)]
    if missing:
        raise SystemExit(f"Set {' and '.join(missing)}: Rasa has to know where the actions are.")
    if not arguments.model.exists():
        raise SystemExit(f"There is no model {arguments.model}. Train one with: python -m dialogue.train")
    model = arguments.model.resolve()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    quiet()
    serve(model, arguments.port)


if __name__ == "__main__":
    main()
