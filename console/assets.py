"""Files of the pages: own ones and the web chat's type, read once, compressed once, addressed by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.assets import FOLDER as CHAT
from bot.channels.web.assets import Asset

FOLDER: Final = Path(__file__).parent / "static"
_SUFFIXES: Final = frozenset({".css", ".js", ".svg", ".txt", ".woff2"})
_FROM_CHAT: Final = ("be-vietnam-pro-*.woff2", "OFL-*.txt", "icon.svg")


class Assets:
    """The pages' files by name."""

    def __init__(self, base: str, folders: Sequence[Path] = (FOLDER,)) -> None:
        paths = [path for pattern in _FROM_CHAT for path in CHAT.glob(pattern)]
        paths += [path for folder in folders for path in folder.iterdir() if path.suffix in _SUFFIXES]
        self._base = base
        self._assets: Mapping[str, Asset] = {path.name: Asset.read(path) for path in sorted(paths)}
        digest = hashlib.sha256()
        for name, asset in self._assets.items():
            digest.update(name.encode() + asset.content)
        self._version = digest.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Return the path of the file *name*."""
        if name not in self._assets:
            raise KeyError(f"The console has no file {name!r}; it has {', '.join(self._assets)}.")
        return f"{self._base}/static/{self._version}/{name}"

    def respond(self, request: Request, version: str, name: str) -> Response:
        """Answer a request for a file; one under an old address is given, but not kept for long."""
        asset = self._assets.get(name)
        if asset is None:
            return Response(status_code=404)
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable" if version == self._version else "max-age=60",
            "X-Content-Type-Options": "nosniff",
            "Vary": "Accept-Encoding",
        }
        content = asset.content
        if asset.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            content, headers["Content-Encoding"] = asset.compressed, "gzip"
        return Response(content, media_type=asset.media_type, headers=headers)
