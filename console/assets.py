"""Files of the console's pages: its own ones, and the web chat's type and mark."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bot.channels.web.assets import FOLDER as CHAT
from bot.channels.web.assets import Assets, files_in

FOLDER: Final = Path(__file__).parent / "static"
_FROM_CHAT: Final = ("be-vietnam-pro-*.woff2", "OFL-*.txt", "icon.svg")


def console_assets(base: str) -> Assets:
    """Return the pages' files, addressed under *base*."""
    shared = [path for pattern in _FROM_CHAT for path in CHAT.glob(pattern)]
    return Assets([*shared, *files_in(FOLDER)], base=base)
