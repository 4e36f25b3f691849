"""A daemon on a practice site, and a real browser that looks at its console. Imports nothing of the bridge."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.daemon import ACCOUNT, DaemonProcess, PracticeProcess, daemon, practice_site

NAMES = ("chromium-headless-shell", "chromium", "google-chrome")
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SERIOUS = ("serious", "critical")
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
TEST = "Afternoon Call Spread"


def chromium() -> str | None:
    """The installed Chromium; None leaves the choice to Playwright."""
    # Distributions put a shell wrapper on the path, and the program itself here.
    real = Path("/usr/lib/chromium/chromium-headless-shell")
    return str(real) if real.exists() else next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class House:
    """What a story happens in: the site, the daemon, and the address of its console."""

    site: PracticeProcess
    at: DaemonProcess
    base: str
    browser: Browser
    said: list[str] = field(default_factory=list)
    """What pages complained about."""

    @contextlib.contextmanager
    def page(self, **options: Any) -> Iterator[Page]:
        """A page of somebody who may read; it must not complain."""
        context = self.browser.new_context(**{"viewport": WIDE, **options})
        context.set_default_timeout(PATIENCE)
        try:
            yield self.watched(context)
        finally:
            context.close()
        assert self.said == []

    @contextlib.contextmanager
    def control(self, **options: Any) -> Iterator[Page]:
        """A page of somebody who may act, opened as `ooctl console` opens it."""
        with self.page(**options) as page:
            done = self.at.ask("console", "--print")
            assert done.returncode == 0, done.stderr
            page.goto(done.stdout.strip())
            page.wait_for_url(f"{self.base}/")
            yield page

    def watched(self, context: BrowserContext) -> Page:
        """A page whose complaints are kept."""
        page = context.new_page()
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("console", lambda message: self.said.append(message.text) if message.type in ("error", "warning") else None)
        return page


@contextlib.contextmanager
def house(**behaviour: Any) -> Iterator[House]:
    """A daemon with two browsers on a practice site that behaves so, and a browser to look at it."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with (
        practice_site(**{"run_seconds": [0.2, 0.5], "hydration": 0, **behaviour}) as site,
        daemon(OODAEMON_BASE_URL=site.url, **ACCOUNT) as at,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium(), args=arguments) as browser,
    ):
        yield House(site, at, f"http://{at.json('status')['console_address']}", browser)


def violations(page: Page) -> list[str]:
    """What axe-core calls serious or critical; it is evaluated from outside, as the policy allows no inline script."""
    script = files("axe_playwright_python").joinpath("axe.min.js")
    page.evaluate(script.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [
        f"{each['id']}: {each['help']}: {[node['target'] for node in each['nodes']][:3]}"
        for each in found
        if each["impact"] in SERIOUS
    ]


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
