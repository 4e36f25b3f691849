"""The New Backtest panel: open it, set everything, read everything back. Asyncio-flavoured."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import ElementHandle, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.browser import dialogs, glance, inpage, legs, locate, places, setting, state
from oodaemon.browser.content import changed
from oodaemon.browser.profile import Part, part
from oodaemon.browser.session import Site, play
from oodaemon.browser.setting import Form
from oodaemon.failures.site import Mismatched, PanelStuck, TooSlow
from oodaemon.parameters.form import Action, Needs, NeedsLegs, SetLegs

TRIES = 3
_TOKENS = itertools.count(1)
Content = Mapping[str, Any]
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
    with part(Part.PANEL_STILL):
        await stand_still(page, site, patience=site.recordings.timing["field"])
    with part(Part.READ_BACK):
        await remember(Form(page, site.recordings))


async def remember(form: Form) -> None:
    """Remember in the page what the panel holds now as what it held when it was opened. Raises Drifted without a panel."""
    if (await _content(form, (), keep=True))["after"] is None:
        await _content(form, (), is_certain=True, keep=True)


async def fill(page: Page, site: Site, actions: Sequence[Action]) -> None:
    """Set everything in order, wait until the form has stood still, and compare all of it with what was asked for.

    Raises Mismatched when the form does not keep a value after three tries or changed another one, Refused when the test has no
    place for a value, Drifted when a locator fails.
    """
    reason, form = "", Form(page, site.recordings)
    for _ in range(TRIES):
        for action in actions:
            await setting.perform(form, action)
        with part(Part.FORM_STILL):
            await stand_still(page, site)
        with part(Part.READ_BACK):
            reason = await difference(page, site, actions)
        if not reason:
            return
    raise Mismatched(reason)


async def difference(page: Page, site: Site, actions: Sequence[Action]) -> str:
    """What the form shows instead of what was set, and what changed beside it, as a clause naming the first; empty when nothing.

    All of it is read in one go, as far as that is plain; see `glance`.
    """
    form, settled = Form(page, site.recordings), [action for action in actions if not isinstance(action, Needs | NeedsLegs)]
    where = {n: found for n, action in enumerate(settled) if (found := glance.places(action, site.recordings)) is not None}
    content = await _content(form, [place for places in where.values() for place in places])
    facts = iter(content["shown"])
    seen = {n: glance.found(places, [next(facts) for _ in places]) for n, places in where.items()}
    unclear = [action for n, action in enumerate(settled) if seen.get(n) is None and not isinstance(action, SetLegs)]
    for n, action in enumerate(settled):
        if reason := await _difference(form, action, seen.get(n), content):
            return reason
    if unclear or content["after"] is None:
        plain = [place for n, places in where.items() if seen[n] is not None for place in places]
        content = await _content(form, plain, unclear, is_certain=True)
    return changed(content["before"], content["after"], actions)


async def content(page: Page) -> Mapping[str, Any] | None:
    """What the panel held `before` it was filled, and `after`, when it was last compared; None without a panel that was."""
    found: Mapping[str, Any] | None = await inpage.ask(page, "filled", None)
    return found


async def _difference(form: Form, action: Action, shown: Sequence[glance.Shown] | None, content: Content) -> str:
    if isinstance(action, SetLegs) and content["after"] is not None:
        return legs.differing(content["after"]["legs"], action)
    said = glance.difference(action, shown, form.recordings) if shown else None
    return await setting.difference(form, action) if said is None else said


async def _content(
    form: Form, where: Sequence[glance.Place], unclear: Sequence[Action] = (), *, is_certain: bool = False, keep: bool = False
) -> Content:
    """What the panel held when it was opened (`before`) and what it holds now (`after`), both None when a place is not plain.

    `shown` has what stands at each place. With `is_certain` the panel and what the `unclear` actions are about are looked for
    with patience. Raises Drifted for what is not there then.
    """
    recordings, panel = form.recordings, None
    asked = [element for action in unclear for element in await setting.elements(form, action)]
    if is_certain:
        panel = await (await places.panel(form.page, recordings)).element_handle(timeout=form.limit)
    names = recordings.pages["panel"]
    spec = {**state.selectors(recordings), "headings": names["headings"], "ignored": names["ignored"]}
    spec["dialog"] = recordings.locator("panel", "dialog")
    argument = [spec, keep, [place.argument() for place in where]]
    found: Content = await inpage.ask(form.page, "panel_content", argument, panel, *asked)
    return found


async def stand_still(page: Page, site: Site, *, patience: float = 0) -> None:
    """Wait until everything in the panel has stood still, fields that must not be blank for `patience`. Raises PanelStuck."""
    recordings = site.recordings
    limit = recordings.timing["fill"] * 1000
    argument = [recordings.pages["panel"]["dialog"], recordings.timing["form_still"], patience, next(_TOKENS)]
    if await inpage.wait(page, "form_still", argument, polling=state.POLLING, timeout=limit) == "gone":
        raise PanelStuck("the New Backtest panel closed by itself")


@dataclass(frozen=True, slots=True)
class Problems:
    """What an open panel says against its values: red lines of the site, and fields that the browser calls invalid.

    `typed` are the red lines that it did not have when it was opened.
    """

    red: tuple[str, ...]
    invalid: tuple[str, ...]
    typed: tuple[str, ...] = ()


async def problems(page: Page, site: Site) -> Problems | None:
    """What the panel says now; None when it is not open any more."""
    found = await _ask_problems(page, site, None)
    if found == "several":
        dialog = (await locate.probe(page, site.recordings.locator("panel", "dialog"))).element
        if dialog is None:
            return None
        try:
            found = await _ask_problems(page, site, await dialog.element_handle(timeout=AT_HAND))
        except PlaywrightTimeoutError:
            return None
    return found and _problems(found)


async def problems_of(page: Page, site: Site, form: ElementHandle) -> Problems:
    """The same of any form that is on the page."""
    found = await _ask_problems(page, site, form)
    return _problems(found)


def _problems(found: Mapping[str, Any]) -> Problems:
    typed = tuple(line for line in found["red"] if line not in found["opened"])
    return Problems(tuple(found["red"]), tuple(found["invalid"]), typed)


async def _ask_problems(page: Page, site: Site, dialog: ElementHandle | None) -> Any:  # noqa: ANN401 - see the script
    recordings = site.recordings
    argument = [recordings.texts["selected_classes"], recordings.locator("panel", "dialog")]
    return await inpage.ask(page, "panel_problems", argument, dialog)
