"""Windows of one person of the console, and where the pictures of them go."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2
from playwright.sync_api import Browser, Page

PATIENCE_MS = 120_000  # the first page of a service that has just started
SIZES = {"": (1366, 768), "-tablet": (768, 1024), "-phone": (360, 740)}
LARGEST_BYTES = 200_000
PAPER_SCALE = 1.1  # pixels for each point of a printed page


@dataclass(frozen=True)
class Studio:
    """Takes pictures as the person whose session *token* it is. ``every``: at every size, not only those asked for."""

    browser: Browser
    url: str
    token: str
    out: Path
    every: bool = False

    @contextmanager
    def page(self, path: str, *, size: str = "", dark: bool = False) -> Iterator[Page]:
        """Open a page of the console in a window of *size*."""
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="vi-VN",
        )
        context.add_cookies([{"name": "ansinh-console", "value": self.token, "url": self.url}])
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(f"{self.url}/console{path}")
        yield page
        context.close()

    def sizes(self, *asked: str) -> Sequence[str]:
        """Return the sizes to take a page at."""
        return tuple(SIZES) if self.every else asked or ("",)

    def keep(self, page: Page, name: str) -> None:
        """Keep what the page looks like; of a page at every size all of it, however long."""
        page.wait_for_function("!document.querySelector('.htmx-request')")
        page.evaluate("document.fonts.ready")
        path = self.out / f"{name}.png"
        page.screenshot(path=path, full_page=self.every)
        assert self.every or path.stat().st_size < LARGEST_BYTES, f"{path} is too large for a guide"

    def keep_paper(self, pdf: bytes, name: str) -> None:
        """Keep what the first page of *pdf* looks like in print."""
        document = pypdfium2.PdfDocument(pdf)
        try:
            bitmap = document[0].render(scale=PAPER_SCALE, rev_byteorder=True)
            (self.out / f"{name}.png").write_bytes(as_png(bitmap.to_numpy().tobytes(), bitmap.width, bitmap.height))
        finally:
            document.close()

    def of(self, token: str) -> Studio:
        """Return the same studio with another person in front of the pages."""
        return replace(self, token=token)


def as_png(pixels: bytes, width: int, height: int) -> bytes:
    """Return rows of red, green and blue bytes as a PNG file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    row = 3 * width
    lines = b"".join(b"\0" + pixels[at : at + row] for at in range(0, row * height, row))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b"")
