"""Structured logs: ids and figures, never what a citizen wrote."""

from __future__ import annotations

import logging
import sys

import structlog

QUIET = (
    "httpx",
    "httpcore",
    "telegram",
    "urllib3",
    "sentence_transformers",
    "filelock",
    "alembic",
    "rasa_sdk",
    "uvicorn",
)


def configure(level: str = "INFO", *, as_json: bool = False) -> None:
    """Send our logs and the libraries' to standard error.

    The libraries that log addresses of requests (which hold bot tokens) are kept to warnings.
    """
    logging.basicConfig(level=level, stream=sys.stderr, format="%(message)s", force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
