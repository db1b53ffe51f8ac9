"""Join the parts of Be Vietnam Pro into one file a weight, for printing: ``python scripts/make_print_fonts.py DIR``.

DIR is the unpacked npm package ``@fontsource/be-vietnam-pro`` (SIL Open Font License 1.1). Needs ``fonttools``, which
the service itself does not.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

PARTS = ("latin", "latin-ext", "vietnamese")
FONTS = Path(__file__).resolve().parent.parent / "console" / "checklist" / "fonts"


def join(source: Path, weight: int, folder: Path) -> None:
    """Write one TrueType file of *weight* with the letters of all parts."""
    from fontTools.merge import Merger  # type: ignore[import-not-found,unused-ignore]
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found,unused-ignore]

    paths = []
    for part in PARTS:
        font = TTFont(source / "files" / f"be-vietnam-pro-{part}-{weight}-normal.woff")
        font.flavor = None
        paths.append(str(folder / f"{part}-{weight}.ttf"))
        font.save(paths[-1])
    Merger().merge(paths).save(FONTS / f"be-vietnam-pro-{weight}.ttf")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        for boldness in (400, 600):
            join(Path(sys.argv[1]), boldness, Path(scratch))
