"""What a page shows, read by one script with the selectors of the recordings. Asyncio-flavoured."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.async_api import Page

from oodaemon.browser.recordings import Recordings

State = Mapping[str, Any]
"""path, heading, isUnsaved, isSignIn, challenge, panels, dialogs, running, spinning, metrics, bullets, facts,
noTrades, legs, panelLegs."""


@cache
def script(name: str) -> str:
    """The source of a script of this package."""
    return files(__package__).joinpath("scripts", f"{name}.js").read_text("utf-8")


@cache
def with_reader(name: str) -> str:
    """A script that takes the state reader as its first argument, as one function of the second."""
    return f"(argument) => ({script(name)})({script('page_state')})(argument)"


def selectors(recordings: Recordings) -> dict[str, Any]:
    """What the scripts must know: the selectors of the recordings, in the Recorder's own syntax."""
    pages = recordings.pages
    return {
        "heading": pages["test"]["heading"],
        "newBacktest": pages["test"]["new_backtest"],
        "panel": pages["panel"]["dialog"],
        "panelLegRows": pages["panel"]["leg_rows"],
        "signIn": pages["sign_in"]["form"],
        "challenge": pages["sign_in"]["challenge"],
        "markers": pages["popup"]["markers"],
        "spinner": pages["popup"]["spinner"],
        "metricGroups": pages["results"]["metric_groups"],
        "configCards": pages["results"]["config_cards"],
        "bullets": pages["results"]["bullets"],
        "legRows": pages["results"]["leg_rows"],
        "noTrades": [phrase.casefold() for phrase in recordings.texts["no_trades"]],
        "unsaved": recordings.texts["unsaved"],
        "selected": recordings.texts["selected_classes"],
        "profitLabels": recordings.metrics["pl"].labels,
    }


async def read(page: Page, recordings: Recordings) -> State:
    """The state of the page now."""
    state: State = await page.evaluate(script("page_state"), selectors(recordings))
    return state
