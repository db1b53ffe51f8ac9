"""Files of web pages, read once, compressed once, addressed by what is in them.

The address carries a digest of all of them, so a browser keeps them for a year and never shows an old one.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
_COMMENT = re.compile(r"//.*|/\*.*\*/")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file and its compressed form, where that is smaller."""

    content: bytes
    compressed: bytes | None
    media_type: str

    @classmethod
    def read(cls, path: Path) -> Asset:
        """Read the file at *path*."""
        content = path.read_bytes()
        if path.suffix in {".css", ".js"}:
            content = _lean(content.decode()).encode()
        compressed = gzip.compress(content, mtime=0)
        return cls(content, compressed if len(compressed) < len(content) else None, _TYPES[path.suffix])


class Assets:
    """Files of pages by name, addressed under *base*."""

    def __init__(self, paths: Iterable[Path], *, base: str) -> None:
        self._base = base
        self._assets: Mapping[str, Asset] = {path.name: Asset.read(path) for path in sorted(paths)}
        digest = hashlib.sha256()
        for name, asset in self._assets.items():
            digest.update(name.encode() + asset.content)
        self.version = digest.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Return the path of the file *name*."""
        if name not in self._assets:
            raise KeyError(f"There is no file {name!r} under {self._base}/static; there are {', '.join(self._assets)}.")
        return f"{self._base}/static/{self.version}/{name}"

    def respond(self, request: Request, version: str, name: str) -> Response:
        """Answer a request for a file; one under an old address is given, but not kept for long."""
        asset = self._assets.get(name)
        if asset is None:
            return Response(status_code=404)
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable" if version == self.version else "max-age=60",
            "X-Content-Type-Options": "nosniff",
            "Vary": "Accept-Encoding",
        }
        content = asset.content
        if asset.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            content, headers["Content-Encoding"] = asset.compressed, "gzip"
        return Response(content, media_type=asset.media_type, headers=headers)


def chat_assets() -> Assets:
    """Return the files of the web chat."""
    return Assets(files_in(FOLDER), base="/web")


def files_in(folder: Path) -> list[Path]:
    """Return the files of *folder* that belong to pages."""
    return [path for path in folder.iterdir() if path.suffix in _TYPES]


def _lean(source: str) -> str:
    """Drop what only readers of the source need: indentation, empty lines, lines of comment."""
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not _COMMENT.fullmatch(line)) + "\n"
