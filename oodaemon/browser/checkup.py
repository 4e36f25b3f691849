"""Are the recordings right? What every named locator finds on a page. Asyncio-flavoured; nothing here changes a page."""

import enum
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

from oodaemon.browser import locate
from oodaemon.browser.locate import Named, Scope
from oodaemon.browser.recordings import PANEL, Check, Recordings, Step

SEGMENT_PAGES: Mapping[str, str] = {"sign_in": "sign_in", "open_panel": "test", "run": "panel", "result": "results"}
"""On which page the elements of a segment stand; those of any other segment may be on none."""

SECOND_ROW = ("avg_per_trade", "avg_winner", "avg_loser", "max_winner", "max_loser", "total_trades", "winners")
SOMETIMES: Mapping[str, str] = {
    "mar": "a test without a drawdown has no such card",
    "total_premium": "a losing test has no such card",
    "capture_rate": "a losing test has no such card",
    **dict.fromkeys(SECOND_ROW, "a test without trades has no such card"),
}
"""Metric cards that the site leaves out, and when."""


class Verdict(enum.StrEnum):
    """What a check of a locator came to. A later one outweighs an earlier one when several pages were looked at."""

    NOT_REACHED = "not reached"
    UNIQUE = "unique"
    AMBIGUOUS = "ambiguous"
    GONE = "gone"


WEIGHT = {verdict: weight for weight, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One locator. `alternative` is the one that held, from 1, of `of`; 0 when none did. `where` is the page that decided."""

    locator: str
    verdict: Verdict
    count: int = 0
    alternative: int = 0
    of: int = 0
    why: str = ""
    where: str = ""


class Report:
    """The findings so far, one for each locator: what is wrong on any page outweighs what is right on another."""

    def __init__(self) -> None:
        self._findings: dict[str, Finding] = {}
        self.trouble = ""
        """Why the walk could not go on; empty when it came to its end."""

    def note(self, finding: Finding) -> None:
        """Take up one more finding."""
        known = self._findings.get(finding.locator)
        if known is None or WEIGHT[finding.verdict] > WEIGHT[known.verdict]:
            self._findings[finding.locator] = finding

    @property
    def findings(self) -> tuple[Finding, ...]:
        """In the order in which the locators were first looked for."""
        return tuple(self._findings.values())

    def verdict(self, named: Named) -> Verdict:
        """What is known of a locator."""
        known = self._findings.get(str(named))
        return known.verdict if known else Verdict.NOT_REACHED

    @property
    def is_sound(self) -> bool:
        """True when every locator that could be reached is unique, at least one could, and nothing stopped the walk."""
        verdicts = {finding.verdict for finding in self.findings}
        return not self.trouble and Verdict.UNIQUE in verdicts and not verdicts & {Verdict.AMBIGUOUS, Verdict.GONE}

    def summary(self) -> str:
        """One line of counts."""
        counts = Counter(finding.verdict for finding in self.findings)
        later = sum(1 for finding in self.findings if finding.alternative > 1)
        told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in sorted(Verdict, key=lambda v: v is Verdict.NOT_REACHED))
        stopped = f"; the walk was stopped: {self.trouble}" if self.trouble else ""
        return f"{len(self.findings)} locators: {told}; {later} held by a later alternative{stopped}"


def not_reached(named: Named, alternatives: Sequence[str], why: str) -> Finding:
    """A locator that nobody could look for, and why."""
    return Finding(str(named), Verdict.NOT_REACHED, of=len(alternatives), why=why)


async def look(scope: Scope, alternatives: Sequence[str], named: Named, check: Check = Check()) -> Finding:  # noqa: B008 - frozen
    """What a locator finds inside `scope` now."""
    if check.many:
        for number, alternative in enumerate(alternatives, start=1):
            count = await scope.locator(alternative).count()
            if count:
                return Finding(str(named), Verdict.UNIQUE, count, number, len(alternatives), "a list")
        found = locate.Probe(None, 0)
    else:
        found = await locate.probe(scope, alternatives)
    if found.element is not None:
        return Finding(str(named), Verdict.UNIQUE, 1, found.alternative + 1, len(alternatives))
    if found.count:
        return Finding(str(named), Verdict.AMBIGUOUS, found.count, 0, len(alternatives))
    return (
        not_reached(named, alternatives, check.absent) if check.absent else Finding(str(named), Verdict.GONE, of=len(alternatives))
    )


async def kinds(page: Page, recordings: Recordings, shown: Mapping[str, Any]) -> frozenset[str]:
    """Which pages of the recordings a page shows, by its content; `shown` is its state."""
    links = await locate.many(page, recordings.locator("tests", "links"))
    profit = recordings.metrics["pl"].labels
    has_figures = any(label in profit for label, *_ in shown["metrics"]) or bool(shown["bullets"])
    is_list = bool(links) and not shown["bullets"]
    found = {
        "sign_in": shown["isSignIn"],
        "tests": is_list,
        "test": not is_list and shown["heading"] and (has_figures or shown["hasNewBacktest"]),
        "results": not is_list and has_figures,
        "panel": shown["panels"],
        "popup": shown["running"],
    }
    return frozenset(kind for kind, holds in found.items() if holds)


async def check_places(page: Page, recordings: Recordings, shown: Iterable[str]) -> list[Finding]:
    """Every named locator of the pages that are shown. Fields of the panel are checked elsewhere, lists that must be opened too."""
    findings = []
    for kind in shown:
        for name in recordings.pages.get(kind, {}):
            named, alternatives = Named(name, kind), recordings.locator(kind, name)
            check = recordings.checks.get(f"{kind}.{name}", Check())
            scope = await _scope(page, recordings, check.within)
            if scope is None:
                findings.append(not_reached(named, alternatives, f"{check.within} was not found"))
            elif not check.opens:
                findings.append(await look(scope, alternatives, named, check))
    return findings


async def _scope(page: Page, recordings: Recordings, within: str) -> Scope | None:
    if not within:
        return page
    dialog = (await locate.probe(page, recordings.locator("panel", "dialog"))).element
    if dialog is None or within == "dialog":
        return dialog
    section, _, label = within.partition("/")
    place = (await locate.probe(dialog, recordings.section(section))).element
    return None if place is None else (await locate.probe(place, recordings.field(section, label))).element


async def check_steps(page: Page, recordings: Recordings, shown: Iterable[str]) -> list[Finding]:
    """The elements of the flow's steps on the pages that are shown; those of other pages are not mentioned."""
    kinds_shown = frozenset(shown)
    found = []
    for step in steps_with_elements(recordings):
        place = _page_of(step)
        if place and place not in kinds_shown:
            continue
        finding = await look(page, step.selectors, step.named)
        if place or finding.verdict is Verdict.UNIQUE:
            found.append(finding)
    return found


def steps_with_elements(recordings: Recordings) -> Iterator[Step]:
    """The steps of the flow that name an element."""
    return (step for steps in recordings.segments.values() for step in steps if step.selectors)


def _page_of(step: Step) -> str:
    page = SEGMENT_PAGES.get(step.segment, "")
    return "panel" if page == "test" and step.type == "waitForElement" else page


def check_metrics(recordings: Recordings, cards: Sequence[Sequence[Any]]) -> list[Finding]:
    """The metric cards of a result page: each label once, and only those missing that the site leaves out. Pure."""
    shown = Counter(label for label, *_ in cards)
    has_second_row = any(
        label in shown for name in SECOND_ROW if name in recordings.metrics for label in recordings.metrics[name].labels
    )
    findings = []
    for name, card in recordings.metrics.items():
        named, of = Named(card.labels[0], "results"), len(card.labels)
        held = next((number for number, label in enumerate(card.labels, start=1) if label in shown), 0)
        if held:
            count = shown[card.labels[held - 1]]
            findings.append(
                Finding(str(named), Verdict.UNIQUE if count == 1 else Verdict.AMBIGUOUS, count, held if count == 1 else 0, of)
            )
        elif name.startswith("avg_") and name.endswith("_in_trade"):
            findings.append(not_reached(named, card.labels, "the page tells minutes or days"))
        elif name in SOMETIMES and not (name in SECOND_ROW and has_second_row):
            findings.append(not_reached(named, card.labels, SOMETIMES[name]))
        else:
            findings.append(Finding(str(named), Verdict.GONE, of=of))
    return findings


def everything(recordings: Recordings, why: str) -> Iterator[Finding]:
    """Every locator as one that was not reached: what a report begins or ends with, so that none is left out."""
    for step in steps_with_elements(recordings):
        yield not_reached(step.named, step.selectors, why)
    for kind, names in recordings.pages.items():
        for name in names:
            check = recordings.checks.get(f"{kind}.{name}", Check())
            yield not_reached(Named(name, kind), recordings.locator(kind, name), check.absent or why)
    for section in recordings.sections:
        yield not_reached(Named(section, PANEL), recordings.section(section), why)
    for section, label in recordings.fields:
        yield not_reached(Named(label, section), recordings.field(section, label), why)
    for card in recordings.metrics.values():
        yield not_reached(Named(card.labels[0], "results"), card.labels, why)
