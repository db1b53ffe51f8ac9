"""Take the pictures of the console's guide anew, each from a database made for it.

    python -m tests.console.pictures --out docs/images/console             # those that the guide shows
    python -m tests.console.pictures --out FOLDER --only admin --every     # every page at 1366, 768 and 360 pixels

``--only staff`` starts the whole service and needs Rasa's environment; ``--only admin`` does not. Both need Chromium.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.console.pictures import admin, staff
from tests.journeys.conftest import ARGUMENTS, CHROMIUM

PARTS = {"staff": staff.take, "admin": admin.take}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the folder that the pictures go to")
    parser.add_argument("--only", choices=PARTS, help="the pages of staff, or those of editors and administrators")
    parser.add_argument("--every", action="store_true", help="every page at every width, as long as it is")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=[*ARGUMENTS, "--lang=vi"], env={"LANGUAGE": "vi", "LANG": "vi_VN.UTF-8"}
        )
        for name, take in PARTS.items():
            if options.only in (None, name):
                take(browser, options.out, Path(folder) / name, every=options.every)
        browser.close()


if __name__ == "__main__":
    main()
