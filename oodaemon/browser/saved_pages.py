"""Saved pages: HTML files that show what the site looked like, read with the network blocked and scripts off. Asyncio-flavoured."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page, Route

from oodaemon.browser import locate, state
from oodaemon.browser.check_panel import PanelCheck
from oodaemon.browser.checkup import Report, check_metrics, check_places, check_steps, everything, kinds
from oodaemon.browser.recordings import Recordings
from oodaemon.clock import SECONDS
from oodaemon.errors import ConfigurationError

SUFFIXES = frozenset({".html", ".htm", ".mhtml", ".mht"})
OPEN_TIMEOUT = 30 * SECONDS

HIDDEN = """
[hidden], template, dialog:not([open]) { display: none; }
.hidden:not([class*=':block']):not([class*=':flex']):not([class*=':inline']):not([class*=':grid']) { display: none; }
.invisible { visibility: hidden; } .tooltip { visibility: hidden; }
"""
"""What the style sheets of the site would hide; a saved page often comes without them."""

STYLE = "(text) => { document.documentElement.append(Object.assign(document.createElement('style'), { textContent: text })); }"


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A file, and what it shows: the state as the page objects read it, and the pages of the recordings it holds."""

    file: Path
    shown: state.State
    kinds: frozenset[str]


def files_of(folder: Path) -> list[Path]:
    """The saved pages below a folder, without those that belong to a page (`..._files`). Raises ConfigurationError for none."""
    if not folder.is_dir():
        raise ConfigurationError([f"--pages: there is no folder {folder}"])
    folder = folder.resolve()
    found = sorted(f for f in folder.rglob("*") if f.suffix.lower() in SUFFIXES and not _is_part(f.relative_to(folder)))
    if not found:
        raise ConfigurationError([f"--pages: {folder} holds no saved page; save some as *.html"])
    return found


def _is_part(file: Path) -> bool:
    return any(part.endswith(("_files", ".files")) for part in file.parts[:-1])


async def open_page(browser: Browser, recordings: Recordings, file: Path) -> Page:
    """A page that shows a file (an absolute path): nothing of it runs, nothing is fetched but files beside it.

    Close its context when done.
    """
    width, height = recordings.viewport
    context = await browser.new_context(
        viewport={"width": width, "height": height}, locale="en-US", java_script_enabled=False, service_workers="block"
    )
    page = await context.new_page()
    folder = file.parent.as_uri() + "/"

    async def guard(route: Route) -> None:
        address = urlsplit(route.request.url)
        is_ours = address.scheme in {"data", "blob", "about"} or (address.scheme == "file" and route.request.url.startswith(folder))
        await (route.continue_() if is_ours or route.request.is_navigation_request() else route.abort())

    await page.route("**/*", guard)
    await page.goto(file.as_uri(), wait_until="domcontentloaded", timeout=OPEN_TIMEOUT * 1000)
    await page.evaluate(STYLE, HIDDEN)
    return page


async def read(page: Page, recordings: Recordings, file: Path) -> SavedPage:
    """What an open saved page shows."""
    shown = await state.read(page, recordings)
    return SavedPage(file, shown, await kinds(page, recordings, shown))


async def check(browser: Browser, recordings: Recordings, files: Sequence[Path]) -> Report:
    """Look for every locator on saved pages. A field behind a toggle that is off on a page is not reached there."""
    report = Report()
    for file in files:
        page = await open_page(browser, recordings, file)
        for finding in (await _check(page, recordings, file)).findings:
            report.note(replace(finding, where=file.name))
        await page.context.close()
    for finding in everything(recordings, "no saved page shows it"):
        report.note(finding)
    return report


async def _check(page: Page, recordings: Recordings, file: Path) -> Report:
    saved = await read(page, recordings, file)
    report = Report()
    found = [*await check_steps(page, recordings, saved.kinds), *await check_places(page, recordings, saved.kinds)]
    if "results" in saved.kinds:
        found += check_metrics(recordings, saved.shown["metrics"])
    for finding in found:
        report.note(finding)
    dialog = await locate.probe(page, recordings.locator("panel", "dialog"))
    if "panel" in saved.kinds and dialog.element is not None:
        await PanelCheck(page, dialog.element, recordings, report, may_switch=False).run()
    return report
