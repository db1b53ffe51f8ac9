"""Scanned pages, through Debian's tesseract with its Vietnamese data, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

RESOLUTION = 300
MOST_PIXELS = 40_000_000  # an A3 page; a larger one is drawn coarser
_POINTS_PER_INCH = 72
_SECONDS_PER_PAGE = 120


def can_read_scans() -> bool:
    """Tell whether tesseract and its Vietnamese data are there."""
    if shutil.which("tesseract") is None:
        return False
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    return "vie" in (listed.stdout + listed.stderr).split()


def read_page(page: Any) -> str | None:
    """Return the text of a page's picture, ``None`` where no reader is installed or it fails."""
    if not can_read_scans():
        return None
    picture = _portable_graymap(page)
    try:
        read = subprocess.run(
            ["tesseract", "stdin", "stdout", "-l", "vie", "--psm", "4", "--dpi", str(RESOLUTION)],
            input=picture,
            capture_output=True,
            check=True,
            timeout=_SECONDS_PER_PAGE,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # several threads on a small machine only hinder each other
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    return read.stdout.decode("utf-8", "replace")


def _portable_graymap(page: Any) -> bytes:
    """Render *page* in grey; a PGM needs no imaging library."""
    width, height = page.get_size()
    scale = min(RESOLUTION / _POINTS_PER_INCH, (MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    pixels: bytes = bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width].tobytes()
    return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + pixels
