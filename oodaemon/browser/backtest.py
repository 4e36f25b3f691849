"""Running a prepared panel and reading its result, proven. Asyncio-flavoured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

from oodaemon.browser import figures, panel, proof, state
from oodaemon.browser.session import Site, open_test, play
from oodaemon.failures.site import Mismatched, PanelStuck, Refused, SignedOut, TooSlow
from oodaemon.model.tasks import Figures
from oodaemon.parameters.form import Action, Expectation

CLICKS = 3
VERDICT = "([quiet, rejected]) => window.__ooWatch ? window.__ooWatch.verdict(quiet, rejected) : { kind: 'reloaded' }"

Cards = Sequence[Sequence[str]]
"""Label and text of every metric card of a page, as they stand there."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to run: what is set in the form, and what the result must show."""

    actions: tuple[Action, ...]
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Verified figures, and the cards as they stood there, by which a later page that still shows them is noticed."""

    figures: Figures
    cards: Cards


async def prepare(page: Page, site: Site, path: str, order: Order) -> state.State:
    """Open the saved test afresh, open the panel and fill it; the state of the saved test's page. The Run button is not touched.

    Afresh, because then the heading of an unsaved result can only come from the Run click that follows.
    """
    if await open_test(page, site, path) is None:
        raise Refused(f"the site has no test at {path} any more")
    await panel.open_panel(page, site)
    saved = await state.read(page, site.recordings)
    await panel.fill(page, site, order.actions)
    return saved


async def run(page: Page, site: Site, order: Order, saved: state.State, suspects: Sequence[Cards]) -> Outcome:
    """Press Run and return the figures once the page proves that they belong to the order. The caller sets the deadline.

    `saved` is what `prepare` returned: what nobody asked to change must not have changed. `suspects` are figures of earlier
    runs: a page that shows one of them must stand still for longer. Raises Refused with the site's reason when the panel does
    not take its values, Mismatched when the page settles on something else, TooSlow, SignedOut.
    """
    await page.evaluate(state.with_reader("run_watch"), {**state.selectors(site.recordings), "suspects": suspects})
    if await panel.difference(page, site, order.actions):
        await panel.fill(page, site, order.actions)
    await _press(page, site)
    rejected, reasons, clicks = "", list[str](), 1
    while True:
        verdict = await _verdict(page, site, rejected)
        match verdict["kind"]:
            case "settled":
                shown = verdict["state"]
                reasons = [*proof.missing(shown, order.expectations), *proof.contradictions(saved, shown, order.expectations)]
                if not reasons:
                    return _outcome(site, verdict, order)
                rejected = verdict["signature"]
            case "rejected":
                raise Mismatched("the page does not prove this backtest: " + "; ".join(reasons))
            case "panel_open":
                clicks = await _press_again(page, site, clicks)
            case "signed_out":
                raise SignedOut("the site asked to sign in while the backtest ran")
            case _:
                raise TooSlow("the site left the page of the test while the backtest ran")


async def _press(page: Page, site: Site) -> None:
    await page.evaluate("() => window.__ooWatch.start()")
    for step in site.recordings.segments["run"]:
        await play(page, site, step)


async def _press_again(page: Page, site: Site, clicks: int) -> int:
    """The panel is still open: the values were refused, or the click did not register."""
    reasons = await panel.problems(page, site)
    if reasons:
        raise Refused("the site does not take these values: " + "; ".join(reasons))
    if clicks >= CLICKS:
        raise PanelStuck(f"the New Backtest panel stays open after {clicks} clicks on Run")
    await _press(page, site)
    return clicks + 1


async def _verdict(page: Page, site: Site, rejected: str) -> Mapping[str, Any]:
    answer = await page.wait_for_function(
        VERDICT, arg=[site.recordings.timing, rejected], polling=50, timeout=site.recordings.deadline("result") * 1000
    )
    verdict: Mapping[str, Any] = await answer.json_value()
    return verdict


def _outcome(site: Site, verdict: Mapping[str, Any], order: Order) -> Outcome:
    shown = verdict["state"]
    cards = [(label, text) for label, text in shown["metrics"]]
    reading = figures.read_cards(cards, site.recordings.metrics)
    evidence = {
        "heading": shown["heading"],
        "bullets": shown["bullets"],
        "legs": shown["legs"],
        "popup_seen": verdict["popup"],
        "read_back": [repr(action) for action in order.actions],
    }
    return Outcome(Figures(reading.metrics, reading.extra, evidence), cards)
