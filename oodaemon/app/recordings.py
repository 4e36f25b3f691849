"""The commands on recordings: a browser is opened for them, without a daemon or a store."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import trio

from oodaemon.actors.exits import leaves
from oodaemon.app.accounts import completed
from oodaemon.app.parts import recordings_folder
from oodaemon.app.settings import Settings
from oodaemon.bridge.loop import call, open_loop
from oodaemon.browser import engine, locate, recordings, saved_pages
from oodaemon.browser.checkup import Finding, Report
from oodaemon.browser.driver import Chromium, open_chromium, open_driver
from oodaemon.browser.session import Credentials, Site, test_path
from oodaemon.browser.tab import StoredSession, Tab, open_tab
from oodaemon.browser.walk import Way, walk
from oodaemon.clock import MINUTES, SECONDS
from oodaemon.errors import ConfigurationError, OODaemonError, Unavailable
from oodaemon.failures.site import SiteFailure
from oodaemon.practice import site as practice_site
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.serve import serve

T = TypeVar("T")

CHECK_TIMEOUT = 15 * MINUTES
PRACTICE = Behaviour(run_seconds=(2 * SECONDS, 2 * SECONDS))
"""Long enough for the running popup to be seen."""

ORDINALS = ("", "1st", "2nd", "3rd")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """What `oodaemon recordings check` was asked: folder of saved `pages`, or a walk through a site; see the command."""

    pages: Path | None = None
    is_practice: bool = False
    may_run: bool = False
    tests: tuple[str, ...] = ()


def check(settings: Settings, options: CheckOptions) -> Report:
    """Look for every locator of the recordings. Raises ConfigurationError, SignInRefused, or why nothing can be reached."""
    known = recordings.load(recordings_folder(settings))
    settings, _ = completed(settings)
    if options.pages is not None:
        return in_trio(partial(_check_pages, settings, known, options.pages))
    return in_trio(partial(_check_site, settings, known, options))


def in_trio(work: Callable[[], Awaitable[T]]) -> T:
    """Run some work to its end; an error of ours comes out of whatever group it was in."""
    try:
        return trio.run(work)
    except BaseExceptionGroup as group:
        for error in leaves(group):
            if isinstance(error, OODaemonError):
                raise error from group
        raise


@asynccontextmanager
async def open_browser(settings: Settings) -> AsyncIterator[Chromium]:
    """A browser of its own, gone with the block."""
    async with open_loop(lambda _: None), open_driver() as driver:
        how = engine.choose(driver.playwright, settings.chromium, is_headless=settings.headless)
        async with open_chromium(driver, how) as chromium:
            yield chromium


async def _check_pages(settings: Settings, known: recordings.Recordings, folder: Path) -> Report:
    files = saved_pages.files_of(folder)
    async with open_browser(settings) as chromium:
        return await call(locate.guarded, "read the saved pages", partial(saved_pages.check, chromium.browser, known, files))


async def _check_site(settings: Settings, known: recordings.Recordings, options: CheckOptions) -> Report:
    async with trio.open_nursery() as nursery:
        base_url, credentials, may_run = settings.base_url, _account(settings), options.may_run
        if options.is_practice:
            port = await nursery.start(serve, practice_site.Site(PRACTICE))
            base_url, may_run = f"http://127.0.0.1:{port}", True
            credentials = Credentials(practice_site.PRACTICE_EMAIL, practice_site.PRACTICE_PASSWORD)
        way = Way(credentials, may_run, tuple(_path(test, base_url) for test in options.tests))
        async with open_browser(settings) as chromium, open_tab(chromium, Site(base_url, known), StoredSession()) as tab:
            report = await _walk(tab, way)
        nursery.cancel_scope.cancel()
    return report


async def _walk(tab: Tab, way: Way) -> Report:
    with trio.move_on_after(CHECK_TIMEOUT):
        try:
            return await call(locate.guarded, "check the recordings", partial(walk, tab.page, tab.site, way))
        except SiteFailure as error:
            raise Unavailable(f"{tab.site.base_url} cannot be checked: {error}") from error
    raise Unavailable(f"the check did not end within {CHECK_TIMEOUT:g} s; {tab.site.base_url} is too slow")


def _account(settings: Settings) -> Credentials | None:
    return Credentials(settings.email, settings.password.get_secret_value()) if settings.has_account else None


def _path(reference: str, base_url: str) -> str:
    path = test_path(reference if "/" in reference else f"/test/{reference}")
    if not path:
        raise ConfigurationError(
            [f"--test: {reference} is no saved test; give its id, or its address such as {base_url}/test/<id>"]
        )
    return path


def as_record(finding: Finding) -> dict[str, object]:
    """A finding as JSON."""
    return {
        "locator": finding.locator,
        "state": finding.verdict.value.replace(" ", "_"),
        "count": finding.count,
        "alternative": finding.alternative or None,
        "alternatives": finding.of,
        "why": finding.why,
        "page": finding.where,
    }


def as_line(finding: Finding, width: int) -> str:
    """A finding as a row of the table; `width` is that of the first column."""
    state = f"{finding.verdict} ({finding.count})" if finding.count > 1 else str(finding.verdict)
    held = f"{_ordinal(finding.alternative)} of {finding.of}" if finding.alternative else "-"
    told = "; ".join(text for text in (finding.why, finding.where) if text)
    return f"{finding.locator:<{width}}  {state:<15}  {held:<9}  {told}".rstrip()


def _ordinal(number: int) -> str:
    return ORDINALS[number] if number < len(ORDINALS) else f"{number}th"
