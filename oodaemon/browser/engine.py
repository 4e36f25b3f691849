"""Finds a Chromium and starts it; stops it for sure."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserType, Error, Playwright

from oodaemon.clock import SECONDS
from oodaemon.errors import ConfigurationError
from oodaemon.failures.site import BrowserLost

LAUNCH_TIMEOUT = 15 * SECONDS
SHELLS = ("/usr/lib/chromium/chromium-headless-shell", "chromium-headless-shell", "chrome-headless-shell")
BROWSERS = (
    "/usr/lib/chromium/chromium",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
INSTALL = (
    "no Chromium was found; install one with `playwright install chromium`, or on Debian and Ubuntu with "
    "`apt-get install chromium`, or install Google Chrome, or name a program with OODAEMON_CHROMIUM"
)


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start a browser: which program, and with a window or without."""

    executable: str
    is_headless: bool


def candidates(own: str, *, is_headless: bool) -> Iterator[str]:
    """Programs in the order in which they are tried: Playwright's own, then those of the system. A headless shell is cheaper."""
    if own:
        yield own
    if is_headless:
        yield from SHELLS
    yield from BROWSERS


def find(own: str, wanted: str, *, is_headless: bool) -> str:
    """The program to start; `own` is where Playwright would keep its browser. Raises ConfigurationError: what to install."""
    if wanted:
        found = shutil.which(wanted)
        if found is None:
            raise ConfigurationError([f"OODAEMON_CHROMIUM names {wanted}, which is no program that can be run"])
        return found
    for candidate in candidates(own, is_headless=is_headless):
        found = shutil.which(candidate)
        if found:
            return found
    raise ConfigurationError([INSTALL])


def choose(playwright: Playwright, wanted: str, *, is_headless: bool) -> Launch:
    """The browser this machine has. Raises ConfigurationError."""
    return Launch(find(playwright.chromium.executable_path, wanted, is_headless=is_headless), is_headless)


async def launch(chromium: BrowserType, how: Launch) -> Browser:
    """Start a browser (asyncio-flavoured). Signals stay ours; the sandbox is off only for root. Raises BrowserLost."""
    try:
        return await chromium.launch(
            executable_path=how.executable,
            headless=how.is_headless,
            chromium_sandbox=os.geteuid() != 0,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=LAUNCH_TIMEOUT * 1000,
        )
    except Error as error:
        reason = next((line for line in error.message.splitlines() if line.strip()), "no reason given")
        raise BrowserLost(f"{how.executable} does not start: {reason}") from error


async def main_pid(browser: Browser) -> int:
    """Process id of the browser's main process (asyncio-flavoured); it leads its own process group."""
    session = await browser.new_browser_cdp_session()
    processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    await session.detach()
    return next(int(process["id"]) for process in processes if process["type"] == "browser")
