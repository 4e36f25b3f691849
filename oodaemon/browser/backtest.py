"""Running a prepared panel and reading its result, proven. Asyncio-flavoured."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.browser import dialogs, figures, inpage, origin, panel, proof, state
from oodaemon.browser.config import read_config
from oodaemon.browser.figures import Standing
from oodaemon.browser.profile import Part, claim, part
from oodaemon.browser.session import Site, play
from oodaemon.browser.steps import TIMES, Step
from oodaemon.failures.site import (
    Drifted,
    Maintenance,
    Mismatched,
    PanelStuck,
    Refused,
    SignedOut,
    SiteFailure,
    TooSlow,
)
from oodaemon.model.tasks import Figures
from oodaemon.parameters.form import Action, Expectation

CLICKS = 3

Cards = Sequence[Sequence[str | int]]
"""Label, text and number of the group of every metric card of a page, as they stand there."""


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


def _nobody(*_: object) -> None:
    """Is not told."""


@dataclass(frozen=True, slots=True)
class Following:
    """Who is told how far a backtest is: when Run was pressed, and when the site has answered with some cards, not proven yet."""

    pressed: Callable[[], None] = _nobody
    answered: Callable[[Cards], None] = _nobody


UNFOLLOWED = Following()


async def run(
    page: Page, site: Site, order: Order, saved: state.State, suspects: Sequence[Cards], following: Following = UNFOLLOWED
) -> Outcome:
    """Press Run and return the figures once the page proves that they belong to the order. The caller sets the deadline.

    `saved` is what was prepared: what nobody asked to change must not have changed. `suspects` are figures of earlier
    runs: a page that shows one of them must stand still for longer. Raises Refused with the site's reason when the panel does
    not take its values, Mismatched when the page settles on something else, TooSlow with what the site says instead, Maintenance,
    SignedOut.
    """
    looks = {**state.selectors(site.recordings), "panelLegRows": [], "newBacktest": []}  # costly to read, and no result
    with part(Part.READ_BACK):
        await inpage.ask(page, "run_watch", {**looks, "suspects": suspects})
        if await panel.difference(page, site, order.actions):
            await panel.fill(page, site, order.actions)
        before = await panel.problems(page, site)
    if before is None:
        raise PanelStuck("the New Backtest panel closed before Run was pressed")
    course = Course(known=frozenset(before.red))
    pressed = time.perf_counter()
    await _press(page, site)
    following.pressed()
    while True:
        verdict = await _verdict(page, site, course)
        shown = time.perf_counter()
        match verdict["kind"]:
            case "answered":
                course.is_answered = True
                following.answered(verdict["state"]["metrics"])
            case "settled":
                with part(Part.READ):
                    course.weigh(verdict, order, saved, site)
                    outcome = None if course.rejected else _outcome(site, verdict, order)
                if outcome is not None:
                    TIMES[Step.RUN].add(shown - pressed)
                    TIMES[Step.READ].add(time.perf_counter() - shown)
                    return outcome
            case "rejected":
                if course.reasons:
                    reason = "the page does not prove this backtest: " + "; ".join(course.reasons)
                    raise Mismatched(reason, figures=_unproven(site, verdict, order))
                return _outcome(site, verdict, order)
            case "panel_open":
                await _press_again(page, site, course, verdict["said"])
            case "dialog":
                await dialogs.dismiss(page, site.recordings, may_stay=False)
            case _:
                raise _failure(verdict)


def _failure(verdict: Mapping[str, Any]) -> SiteFailure:
    """What a page means that came to something else than a result."""
    match verdict["kind"]:
        case "no_figures":
            return Mismatched("the page of the result shows no figures")
        case "signed_out":
            return SignedOut("the site asked to sign in while the backtest ran")
        case "told":
            return TooSlow(f"the backtest came to nothing: {_quoted(verdict['said'])}")
        case "maintenance":
            return Maintenance(verdict["state"]["maintenance"])
        case _:
            return TooSlow("the site left the page of the test while the backtest ran")


@dataclass(slots=True)
class Course:
    """Where one run stands: clicks so far, red lines that were there before, and a page that must stand still for longer."""

    known: frozenset[str]
    clicks: int = 1
    rejected: str = ""
    patience: float = 0.0
    reasons: tuple[str, ...] = ()
    is_answered: bool = False

    def weigh(self, verdict: Mapping[str, Any], order: Order, saved: state.State, site: Site) -> None:
        """Decide whether a page that stands still is believed: not while it lacks proof, later while its figures are not whole."""
        shown, timing = verdict["state"], site.recordings.timing
        self.reasons, standing = () if _is_bare(shown) else _reasons(saved, shown, order), Standing.WHOLE
        if not self.reasons and not shown["noTrades"]:
            try:
                standing = figures.standing(_read(site, shown))
            except Mismatched as error:
                self.reasons = (str(error),)
        if standing is Standing.TORN and verdict["isMixed"]:
            self.reasons = ("its figures do not belong together, and some are those of an earlier page",)
        self.rejected = verdict["signature"] if self.reasons or standing is not Standing.WHOLE else ""
        self.patience = timing["doubtful" if standing is Standing.EMPTY else "mismatch"]


def _reasons(saved: state.State, shown: state.State, order: Order) -> tuple[str, ...]:
    wanted = order.expectations
    return (*proof.missing(shown, wanted), *proof.contradictions(saved, shown, wanted), *origin.strange(saved, shown, wanted))


def _is_bare(shown: state.State) -> bool:
    """A screen that says only that there were no trades: without cards, the form read back before the Run click is the proof."""
    return bool(shown["noTrades"]) and not shown["bullets"] and not shown["legs"]


async def _press(page: Page, site: Site) -> None:
    with part(Part.CLICK):
        await page.evaluate("() => window.__ooWatch.start()")
        for step in site.recordings.segments["run"]:
            await play(page, site, step)


def _quoted(said: Sequence[str]) -> str:
    return "the site says " + "; ".join(f"{line!r}" for line in said)


async def _press_again(page: Page, site: Site, course: Course, said: Sequence[str]) -> None:
    """The panel is still open: the values were refused, the site said why it cannot, or the click did not register.

    Or the site is slow: then the panel closes under our eyes, which is what the first click was for.
    """
    found = await panel.problems(page, site)
    if found is None:
        return
    reasons = [*(line for line in found.red if line not in course.known), *found.invalid]
    if reasons:
        raise Refused("the site does not take these values: " + "; ".join(reasons))
    if said:
        raise TooSlow(f"the backtest could not be started: {_quoted(said)}")
    if course.clicks >= CLICKS and found.typed:  # said while the values were typed, and of no weight until Run did nothing
        raise Refused("the site does not take these values: " + "; ".join(found.typed))
    if course.clicks >= CLICKS:
        raise PanelStuck(f"the New Backtest panel stays open after {course.clicks} clicks on Run")
    course.clicks += 1
    try:
        await _press(page, site)
    except (TooSlow, Drifted, PlaywrightTimeoutError):
        if await panel.problems(page, site) is not None:
            raise


async def _verdict(page: Page, site: Site, course: Course) -> Mapping[str, Any]:
    with part(Part.CALCULATE):
        asked = [site.recordings.timing, course.rejected, course.patience, not course.is_answered]
        limit = site.recordings.deadline("result") * 1000
        verdict: Mapping[str, Any] = await inpage.wait(page, "verdict", asked, polling=state.POLLING, timeout=limit)
        claim(Part.RESULT_STILL, verdict.get("calm", 0.0))
    return verdict


def _read(site: Site, shown: Mapping[str, Any]) -> figures.Reading:
    return figures.read_cards([(label, text) for label, text, _ in shown["metrics"]], site.recordings.metrics)


def _unproven(site: Site, verdict: Mapping[str, Any], order: Order) -> Figures | None:
    """What a page shows that is not believed; None when it cannot even be read."""
    with suppress(Mismatched):
        return _outcome(site, verdict, order).figures
    return None


def _outcome(site: Site, verdict: Mapping[str, Any], order: Order) -> Outcome:
    shown = verdict["state"]
    is_screen = bool(shown["noTrades"])  # what looks like cards then belongs to the configuration
    reading = figures.Reading({}, {"No trades": shown["noTrades"]}) if is_screen else _read(site, shown)
    cards = [] if is_screen else shown["metrics"]
    evidence = {
        "heading": shown["heading"],
        "bullets": shown["bullets"],
        "facts": shown["facts"],
        "legs": shown["legs"],
        "cards": cards,
        "popup_seen": verdict["popup"],
        "read_back": [repr(action) for action in order.actions],
    }
    return Outcome(Figures(reading.metrics, reading.extra, evidence, read_config(shown)), cards)
