"""What a result page gives beside its figures: the trade log as a file, and pictures of its charts. Asyncio-flavoured."""

import base64
import math
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Download, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.browser import dialogs, inpage, locate, state
from oodaemon.browser.backtest import Outcome
from oodaemon.browser.listening import listen
from oodaemon.browser.locate import Named
from oodaemon.browser.session import Site
from oodaemon.clock import SECONDS
from oodaemon.failures.site import Mismatched, TooSlow

TRIES, LOOK = 3, 0.1 * SECONDS


@dataclass(frozen=True, slots=True)
class Export:
    """A file as the site gave it."""

    name: str
    content: bytes


async def trade_log(page: Page, site: Site, outcome: Outcome) -> Export:
    """Choose the tab of the trade log and download it, with up to three tries. The page must show `outcome` before and after.

    Raises TooSlow when no download comes of it, Mismatched when the page shows another result meanwhile, Drifted.
    """
    reason = ""
    for _ in range(TRIES):
        await _choose_tab(page, site, "trade_log_tab", "Trade Log")
        export = site.recordings.locator("results", "export")
        if not await locate.appears(page, export, timeout=site.recordings.timing["field"]):
            reason = "its export control does not appear"
            continue
        control = await locate.one(page, export, Named("Export to CSV", "Trade Log"))
        download = await _download(page, site, control)
        reason = download if isinstance(download, str) else await download.failure() or ""
        if not isinstance(download, str) and not reason:
            content = Path(await download.path()).read_bytes()  # noqa: ASYNC240 - a local file of a few megabytes at most
            found = Export(download.suggested_filename, content)
            await download.delete()
            await _still_shows(page, site, outcome)
            return found
    raise TooSlow(f"the trade log could not be downloaded: {reason}")


async def _download(page: Page, site: Site, control: Locator) -> Download | str:
    """The download that a click brings, or why there is none: what the site says, or that nothing came of it."""
    limit, arrived = site.recordings.timing["export"], list[Download]()
    heard: Counter[str] = Counter((await state.read(page, site.recordings))["alerts"])
    spec = state.selectors(site.recordings)
    stop = listen(page, "download", arrived.append)
    try:
        await dialogs.click(page, site.recordings, control, timeout=limit * 1000)
        for _ in range(math.ceil(limit / LOOK)):
            if arrived:
                return arrived[0]
            shown = Counter[str]((await state.read(page, site.recordings))["alerts"])
            if trouble := [
                line for line in shown - heard if any(word in line.lower() for word in site.recordings.texts["trouble"])
            ]:
                return f"the site says {trouble[0]!r}"
            with suppress(PlaywrightTimeoutError):
                await inpage.wait(page, "alerted", [spec, shown.total()], polling=state.POLLING, timeout=LOOK * 1000)
    except PlaywrightTimeoutError:
        return f"its export control could not be clicked within {limit:g} s"
    finally:
        stop()
    return f"no download began within {limit:g} s"


async def charts(page: Page, site: Site, outcome: Outcome) -> dict[str, bytes]:
    """The pictures of the charts on the summary as PNG by name, once they are drawn. Raises TooSlow, Mismatched, Drifted."""
    await _choose_tab(page, site, "summary_tab", "Summary")
    timing = site.recordings.timing
    arguments = [site.recordings.pages["results"]["charts"], timing["charts_still"]]
    try:
        drawn = await page.wait_for_function(inpage.script("charts"), arg=arguments, polling=100, timeout=timing["charts"] * 1000)
    except PlaywrightTimeoutError:
        raise TooSlow(f"the charts were not drawn within {timing['charts']:g} s") from None
    pictures = {name: base64.b64decode(png) for name, png in await drawn.json_value()}
    await _still_shows(page, site, outcome)
    return pictures


async def _choose_tab(page: Page, site: Site, name: str, caption: str) -> None:
    """Always chosen: whether a tab survives the next run is not known."""
    tab = site.recordings.locator("results", name)
    limit = site.recordings.timing["field"]
    if not await locate.appears(page, tab, timeout=limit):
        raise TooSlow(f"the tab {caption!r} did not appear within {limit:g} s")
    await dialogs.click(page, site.recordings, await locate.one(page, tab, Named(caption, "result")), timeout=limit * 1000)


async def _still_shows(page: Page, site: Site, outcome: Outcome) -> None:
    shown, proof = await state.read(page, site.recordings), outcome.figures.proof
    if (shown["metrics"], shown["bullets"], shown["heading"]) != (outcome.cards, proof["bullets"], proof["heading"]):
        raise Mismatched("the page changed to another result while it was read")
