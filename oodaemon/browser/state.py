"""What a page shows, read by one script with the selectors of the recordings. Asyncio-flavoured."""

from collections.abc import Mapping
from typing import Any

from playwright.async_api import Page

from oodaemon.browser import inpage
from oodaemon.browser.ledger import LEDGER
from oodaemon.browser.recordings import Named, Recordings

POLLING = 50
"""Milliseconds between two looks of a wait. Playwright's default is every frame, and makes the browser draw them."""

State = Mapping[str, Any]
"""path, later, heading, isUnsaved, isSignIn, challenge, panels, dialogs, running, spinning, metrics, bullets, facts,
noTrades, legs, panelLegs, alerts, strangers, maintenance.

`alerts` are the messages shown beside the page, `strangers` the words of dialogs that are neither the panel nor a sign of a running
backtest, `maintenance` the line that says the site does not work.

`later` holds the numbers of alternatives that held although they are not the first, by key of LOCATORS.
"""


LOCATORS: Mapping[str, tuple[str, str]] = {
    "heading": ("test", "heading"),
    "newBacktest": ("test", "new_backtest"),
    "panel": ("panel", "dialog"),
    "panelLegRows": ("panel", "leg_rows"),
    "signIn": ("sign_in", "form"),
    "challenge": ("sign_in", "challenge"),
    "markers": ("popup", "markers"),
    "spinner": ("popup", "spinner"),
    "alerts": ("popup", "alerts"),
    "metricGroups": ("results", "metric_groups"),
    "configCards": ("results", "config_cards"),
    "bullets": ("results", "bullets"),
    "legRows": ("results", "leg_rows"),
}
"""Page and name in the recordings, by what the scripts call it."""


def selectors(recordings: Recordings) -> dict[str, Any]:
    """What the scripts must know: the selectors of the recordings, in the Recorder's own syntax."""
    pages = recordings.pages
    return {
        **{key: pages[page][name] for key, (page, name) in LOCATORS.items()},
        "noTrades": [phrase.casefold() for phrase in recordings.texts["no_trades"]],
        "maintenance": [phrase.casefold() for phrase in recordings.texts["maintenance"]],
        "trouble": [word.casefold() for word in recordings.texts["trouble"]],
        "unsaved": recordings.texts["unsaved"],
        "selected": recordings.texts["selected_classes"],
        "profitLabels": recordings.metrics["pl"].labels,
    }


async def read(page: Page, recordings: Recordings) -> State:
    """The state of the page now."""
    state: State = await inpage.ask(page, "page_state", selectors(recordings))
    return state


def note(shown: State) -> None:
    """Tell the ledger which later alternatives a page that shows a test was read by."""
    for key, alternative in shown["later"].items():
        page, name = LOCATORS[key]
        LEDGER.note(str(Named(name, page)), alternative)
