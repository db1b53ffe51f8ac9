"""Photograph conversations as they look on a phone, held through the whole service.

    python scripts/photograph_transcripts.py [--out docs/images/transcripts] [--only NAME ...]

The conversations are in ``scripts/transcripts.yaml``. Needs Rasa's environment and Debian's Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

import httpx
import yaml
from playwright.async_api import Browser, Page, async_playwright

from app.bootstrap import Parts
from app.logs import configure
from app.service import run_service
from app.settings import ROOT, Settings
from app.supervisor import free_port

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WIDTH, HEIGHT, TALLEST = 360, 740, 4000
PATIENCE_MS = 90_000
_ANSWERED = "n => document.querySelectorAll('.from-assistant').length > n && document.querySelector('#typing').hidden"
_CONTENT = "() => document.querySelector('.column').scrollHeight + document.querySelector('.dock').offsetHeight + 90"


async def photograph(out: Path, only: Sequence[str]) -> None:
    """Hold every conversation in a page of its own and keep its picture."""
    talks = yaml.safe_load(Path(__file__).with_name("transcripts.yaml").read_text(encoding="utf-8"))
    out.mkdir(parents=True, exist_ok=True)
    configure("WARNING")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/photographs.sqlite", port=free_port(), console_port=0)
        parts, stop = Parts.of(settings), asyncio.Event()
        await asyncio.to_thread(parts.rasa.train, lambda _: None)
        await asyncio.to_thread(parts.library.ensure)
        serving = asyncio.create_task(run_service(parts, say=lambda _: None, stop=stop))
        try:
            await _ready(f"http://127.0.0.1:{settings.port}", serving)
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                for name, turns in talks.items():
                    if not only or name in only:
                        await _photograph(browser, settings.port, turns, out / f"{name}.png")
                        print(f"{name}.png", flush=True)
                await browser.close()
        finally:
            stop.set()
            await serving


async def _ready(url: str, serving: asyncio.Task[None]) -> None:
    async with asyncio.timeout(300), httpx.AsyncClient() as client:
        while not serving.done():
            try:
                if (await client.get(f"{url}/readyz")).is_success:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.5)
    serving.result()


async def _photograph(browser: Browser, port: int, turns: Sequence[str], path: Path) -> None:
    context = await browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, is_mobile=True, has_touch=True)
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{port}/")
    await page.locator("#large").wait_for()
    for words in turns:
        await _say(page, words)
    tall = min(TALLEST, int(await page.evaluate(_CONTENT)))
    await page.set_viewport_size({"width": WIDTH, "height": tall})
    await page.wait_for_timeout(300)
    await page.screenshot(path=path)
    await context.close()


async def _say(page: Page, words: str) -> None:
    before = await page.locator(".from-assistant").count()
    await page.locator("#text").fill(words)
    await page.locator("#text").press("Enter")
    await page.wait_for_function(_ANSWERED, arg=before, timeout=PATIENCE_MS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "transcripts")
    parser.add_argument("--only", nargs="*", default=[])
    arguments = parser.parse_args()
    asyncio.run(photograph(arguments.out, arguments.only))
