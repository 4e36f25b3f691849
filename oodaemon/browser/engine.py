"""Finds a Chromium and starts it; stops it for sure."""

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import playwright
from playwright.async_api import Browser, BrowserType, Error, Playwright

from oodaemon.browser.blocking import NOTHING, Blocked
from oodaemon.clock import SECONDS
from oodaemon.errors import ConfigurationError
from oodaemon.failures.site import BrowserLost

LAUNCH_TIMEOUT = 15 * SECONDS
DOWNLOAD = re.compile(r"chromium-(?P<revision>\d+)")
"""The folder of Playwright's own Chromium."""
DOWNLOADED = ("chromium-*", "chromium_headless_shell-*")
SHELL_NAMES = ("chrome-headless-shell", "headless_shell")
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
    """How to start a browser: which program, with a window or without, and which hosts it must not ask."""

    executable: str
    is_headless: bool
    blocked: Blocked = NOTHING


def downloads(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """The folder into which `playwright install` downloads, by Playwright's own rule."""
    named = environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if named == "0":
        return Path(playwright.__file__).parent / "driver" / "package" / ".local-browsers"
    if named:
        return Path(named).absolute()
    home = Path(environ.get("HOME") or Path.home())
    cache = home / "Library" / "Caches" if platform == "darwin" else Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    return (cache / "ms-playwright").absolute()


def is_downloaded(environ: Mapping[str, str]) -> bool:
    """Whether Playwright has a Chromium or a headless shell of its own. Which one is right only its driver knows."""
    folder = downloads(environ)
    return any(True for pattern in DOWNLOADED for _ in folder.glob(pattern))


def candidates(own: str, *, is_headless: bool) -> Iterator[str]:
    """Programs in the order in which they are tried: Playwright's own, then those of the system. A headless shell is cheaper."""
    if own:
        if is_headless:
            yield from _shells_beside(Path(own))
        yield own
    if is_headless:
        yield from SHELLS
    yield from BROWSERS


def _shells_beside(own: Path) -> Iterator[str]:
    """The headless shell that Playwright keeps beside its Chromium, `chromium_headless_shell-1200` beside `chromium-1200`.

    Playwright itself starts it only when no program is named to it.
    """
    for folder in own.parents:
        if found := DOWNLOAD.fullmatch(folder.name):
            shells = folder.with_name(f"chromium_headless_shell-{found['revision']}")
            yield from (str(program) for name in SHELL_NAMES for program in sorted(shells.glob(f"*/{name}")))
            return


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
            args=how.blocked.arguments(),
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
