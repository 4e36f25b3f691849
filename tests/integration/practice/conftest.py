"""A browser for driving the practice site."""

import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trio
from playwright.sync_api import Page, expect, sync_playwright

from oodaemon.practice.serve import serve
from oodaemon.practice.site import Site

PATIENCE = 60_000
"""For what a page does at once, on a machine that is busy with other tests."""

expect.set_options(timeout=PATIENCE)

NAMES = ("chromium-headless-shell", "chromium", "google-chrome")


def chromium() -> str | None:
    """The installed Chromium; None leaves the choice to Playwright."""
    # Distributions put a shell wrapper on the path, and the program itself here.
    real = Path("/usr/lib/chromium/chromium-headless-shell")
    return str(real) if real.exists() else next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture
def browse() -> Callable[[Site, Callable[[Page, str], None]], Awaitable[None]]:
    """Serve a site, and hand a fresh page and the site's address to a plain function in a thread."""

    async def visit(site: Site, story: Callable[[Page, str], None]) -> None:
        def tell(base: str) -> None:
            arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
            with (
                sync_playwright() as playwright,
                playwright.chromium.launch(executable_path=chromium(), args=arguments) as browser,
            ):
                page = browser.new_page(viewport={"width": 1440, "height": 1000})
                page.set_default_timeout(PATIENCE)
                errors: list[str] = []
                page.on("pageerror", lambda error: errors.append(str(error)))
                story(page, base)
                assert errors == []

        async with trio.open_nursery() as nursery:
            port = await nursery.start(serve, site)
            await trio.to_thread.run_sync(tell, f"http://127.0.0.1:{port}")
            nursery.cancel_scope.cancel()

    return visit
