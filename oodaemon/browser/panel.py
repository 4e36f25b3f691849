"""The New Backtest panel: open it, set everything, read everything back. Asyncio-flavoured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.browser import dialogs, locate, places, setting, state
from oodaemon.browser.content import changed
from oodaemon.browser.session import Site, play
from oodaemon.browser.setting import Form
from oodaemon.failures.site import Mismatched, PanelStuck, TooSlow
from oodaemon.parameters.form import Action

TRIES = 3
AT_HAND = 1000
"""Milliseconds in which an element that was there a moment ago is found again, or has gone."""


async def open_panel(page: Page, site: Site) -> None:
    """Play the recorded opening, up to a real field, and remember what the panel holds.

    Raises PanelStuck when it opens but does not render.
    """
    await dialogs.dismiss(page, site.recordings)
    try:
        for step in site.recordings.segments["open_panel"]:
            await play(page, site, step)
    except TooSlow as error:
        raise PanelStuck(f"the New Backtest panel does not open: {error}") from error
    await _stand_still(page, site, patience=site.recordings.timing["field"])
    await _content(Form(page, site.recordings), (), keep=True)


async def fill(page: Page, site: Site, actions: Sequence[Action]) -> None:
    """Set everything in order, wait until the form has stood still, and compare all of it with what was asked for.

    Raises Mismatched when the form does not keep a value after three tries or changed another one, Refused when the test has no
    place for a value, Drifted when a locator fails.
    """
    reason, form = "", Form(page, site.recordings)
    for _ in range(TRIES):
        for action in actions:
            await setting.perform(form, action)
        await _stand_still(page, site)
        reason = await difference(page, site, actions)
        if not reason:
            return
    raise Mismatched(reason)


async def difference(page: Page, site: Site, actions: Sequence[Action]) -> str:
    """What the form shows instead of what was set, and what changed beside it, as a clause naming the first; empty when nothing."""
    form = Form(page, site.recordings)
    for action in actions:
        if reason := await setting.difference(form, action):
            return reason
    content = await _content(form, actions)
    return changed(content["before"], content["after"], actions)


async def content(page: Page) -> Mapping[str, Any] | None:
    """What the panel held `before` it was filled, and `after`, when it was last compared; None without a panel that was."""
    found: Mapping[str, Any] | None = await page.evaluate(
        "() => window.__ooFresh && window.__ooFilled ? { before: window.__ooFresh, after: window.__ooFilled } : null"
    )
    return found


async def _content(form: Form, actions: Sequence[Action], *, keep: bool = False) -> Mapping[str, Any]:
    """What the panel held when it was opened, and what it holds now."""
    asked = [element for action in actions for element in await setting.elements(form, action)]
    panel = await (await places.panel(form.page, form.recordings)).element_handle(timeout=form.limit)
    names = form.recordings.pages["panel"]
    spec = {**state.selectors(form.recordings), "headings": names["headings"], "ignored": names["ignored"]}
    found: Mapping[str, Any] = await form.page.evaluate(state.with_reader("panel_content"), [spec, panel, asked, keep])
    return found


async def _stand_still(page: Page, site: Site, *, patience: float = 0) -> None:
    recordings = site.recordings
    limit = recordings.timing["fill"] * 1000
    arguments = [recordings.pages["panel"]["dialog"], recordings.timing["form_still"], patience]
    await page.evaluate("() => { window.__ooForm = undefined; }")
    answer = await page.wait_for_function(state.script("form_still"), arg=arguments, polling=50, timeout=limit)
    if await answer.json_value() == "gone":
        raise PanelStuck("the New Backtest panel closed by itself")


@dataclass(frozen=True, slots=True)
class Problems:
    """What an open panel says against its values: red lines of the site, and fields that the browser calls invalid."""

    red: tuple[str, ...]
    invalid: tuple[str, ...]


async def problems(page: Page, site: Site) -> Problems | None:
    """What the panel says now; None when it is not open any more."""
    panel = (await locate.probe(page, site.recordings.locator("panel", "dialog"))).element
    if panel is None:
        return None
    try:
        element = await panel.element_handle(timeout=AT_HAND)
    except PlaywrightTimeoutError:
        return None
    found = await element.evaluate(state.script("panel_problems"))
    return Problems(tuple(found["red"]), tuple(found["invalid"]))
