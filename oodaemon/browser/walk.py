"""Walks the site to see whether every locator still finds what it names. Asyncio-flavoured."""

from collections.abc import Iterable
from dataclasses import dataclass

from playwright.async_api import Page

from oodaemon.browser import admission, catalog, inpage, locate, needs, panel, session, state
from oodaemon.browser.check_panel import PanelCheck
from oodaemon.browser.checkup import (
    Report,
    Verdict,
    check_metrics,
    check_places,
    check_steps,
    everything,
    look,
    not_reached,
)
from oodaemon.browser.locate import Named
from oodaemon.browser.session import Credentials, Site, play
from oodaemon.clock import SECONDS
from oodaemon.failures.site import Drifted, SiteFailure, TooSlow

POPUP = 5 * SECONDS
TESTS = 3
"""So many saved tests are opened to find fields that only some tests have."""


@dataclass(frozen=True, slots=True)
class Way:
    """How far a walk goes. `credentials` None: up to the sign-in; `tests`: paths to open instead of the first of the list."""

    credentials: Credentials | None
    may_run: bool = False
    tests: tuple[str, ...] = ()


async def walk(page: Page, site: Site, way: Way) -> Report:
    """Look for every locator of the recordings on the live site. Never presses Run unless `may_run`.

    Ends early where the site does not let us on: what lies behind is `not reached`, with the reason. Raises SignInRefused, and a
    SiteFailure when the site cannot be reached at all.
    """
    report = Report()
    await _sign_in(page, site, report)
    why = "no account is set; set OO_EMAIL and OO_PASSWORD"
    if way.credentials is not None:
        why = await _inside(page, site, way, way.credentials, report) or "the walk did not come to it"
    for finding in everything(site.recordings, why):
        report.note(finding)
    return report


async def _sign_in(page: Page, site: Site, report: Report) -> None:
    for step in site.recordings.segments["sign_in"]:
        if step.type == "navigate":
            await play(page, site, step)
    await locate.appears(page, site.recordings.locator("sign_in", "form"), timeout=site.recordings.deadline("sign_in") / 2)
    await _note_page(page, site, report, ("sign_in",))


async def _inside(page: Page, site: Site, way: Way, credentials: Credentials, report: Report) -> str:
    """Everything behind the sign-in; why the walk could not go on, or nothing."""
    try:
        await admission.sign_in(page, site, credentials)
        paths = way.tests or await _list(page, site, report)
        for path in paths[:TESTS]:
            await _test(page, site, path, report)
            if not _is_wanting(site, report):
                break
        if way.may_run and paths:
            await _run(page, site, paths[0], report)
    except SiteFailure as error:
        report.trouble = str(error)
        return report.trouble
    return "" if way.may_run else "a backtest would have to be run; --run does"


async def _list(page: Page, site: Site, report: Report) -> tuple[str, ...]:
    await session.open_list(page, site)
    places = (*site.recordings.locator("tests", "table_view"), *site.recordings.locator("tests", "links"))
    await locate.appears(page, places, timeout=site.recordings.timing["list"])
    await _note_page(page, site, report, ("tests",))
    return tuple(test.path for test in await catalog.read_list(page, site))


async def _test(page: Page, site: Site, path: str, report: Report) -> None:
    try:
        shown = await session.open_test(page, site, path)
    except SiteFailure:
        await _note_page(page, site, report, ("test",))
        raise
    if shown is None:
        raise TooSlow(f"{site.url(path)} does not open: the site goes back to its list")
    await _note_page(page, site, report, ("test", "results"))
    for finding in check_metrics(site.recordings, shown["metrics"]):
        report.note(finding)
    await _panel(page, site, report)


async def _panel(page: Page, site: Site, report: Report) -> None:
    """Open the panel, look at everything in it, and leave it by Cancel."""
    recordings = site.recordings
    try:
        await panel.open_panel(page, site)
    except SiteFailure:
        dialog = await locate.probe(page, recordings.locator("panel", "dialog"))
        await _note_page(page, site, report, ("panel",) if dialog.element else ())
        raise
    await _note_page(page, site, report, ("panel",))
    dialog = await locate.probe(page, recordings.locator("panel", "dialog"))
    if dialog.element is None:
        raise Drifted(f"{Named('dialog', 'panel')} is not there once", locator=str(Named("dialog", "panel")))
    await PanelCheck(page, dialog.element, recordings, report, may_switch=True).run()
    await _lists(page, site, report)
    cancel = await locate.probe(dialog.element, recordings.locator("panel", "cancel"))
    if cancel.element is not None:
        await cancel.element.click(timeout=recordings.timing["field"] * 1000)


async def _lists(page: Page, site: Site, report: Report) -> None:
    """Locators that exist only while a list is open."""
    recordings = site.recordings
    dialog = await locate.one(page, recordings.locator("panel", "dialog"), Named("dialog", "panel"))
    for place, check in recordings.checks.items():
        kind, _, name = place.partition(".")
        if not check.opens or name not in recordings.pages.get(kind, {}):
            continue
        named, alternatives = Named(name, kind), recordings.locator(kind, name)
        held = await needs.control(dialog, recordings, needs.parse(f"{check.opens}=", "", recordings))
        button = held and await locate.probe(held, recordings.locator("panel", "unit_button"))
        if not button or button.element is None:
            report.note(not_reached(named, alternatives, f"the list of {check.opens} was not found"))
            continue
        await button.element.click(timeout=recordings.timing["listbox"] * 1000)
        await locate.appears(page, alternatives, timeout=recordings.timing["listbox"])
        report.note(await look(page, alternatives, named, check))
        await button.element.click(timeout=recordings.timing["listbox"] * 1000)


async def _run(page: Page, site: Site, path: str, report: Report) -> None:
    """Run one backtest with nothing changed, for what shows only then."""
    if await session.open_test(page, site, path) is None:
        return
    await panel.open_panel(page, site)
    for step in site.recordings.segments["run"]:
        await play(page, site, step)
    if await locate.appears(page, site.recordings.locator("popup", "markers"), timeout=POPUP):
        await _note_page(page, site, report, ("popup",))
    spec, limit = state.selectors(site.recordings), site.recordings.deadline("result") * 1000
    await inpage.wait(page, "result_shown", spec, polling=state.POLLING, timeout=limit)
    await _note_page(page, site, report, ("results",))


async def _note_page(page: Page, site: Site, report: Report, kinds: Iterable[str]) -> None:
    shown = tuple(kinds)
    for finding in [*await check_steps(page, site.recordings, shown), *await check_places(page, site.recordings, shown)]:
        report.note(finding)


def _is_wanting(site: Site, report: Report) -> bool:
    """True while a field that only some tests have was not seen."""
    wanted = [key for key, texts in site.recordings.needs.items() if any("a test" in text for text in texts)]
    return any(report.verdict(Named(label, section)) is Verdict.NOT_REACHED for section, label in wanted)
