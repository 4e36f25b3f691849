"""A page made ready for its Run click: the saved test open, its panel filled and read back. Asyncio-flavoured."""

from playwright.async_api import Page

from oodaemon.browser import catalog, panel, places, prefilled, state
from oodaemon.browser.backtest import Order
from oodaemon.browser.locate import Named
from oodaemon.browser.profile import Part, part
from oodaemon.browser.session import Site, open_test
from oodaemon.failures.site import NotApplicable, Refused, TooSlow
from oodaemon.parameters.expect import as_typed
from oodaemon.parameters.form import SetField


async def prepare(page: Page, site: Site, path: str, order: Order) -> state.State:
    """Open the saved test afresh, open the panel and fill it; the state of the saved test's page, with what the panel held before
    and after as `panel`. The Run button is not touched.

    Afresh, because then the heading of an unsaved result can only come from the Run click that follows.
    """
    with part(Part.OPEN_TEST):
        opened = await open_test(page, site, path)
    if opened is None:
        # The list has none of the tests that others share: that a shared one is not on it says nothing.
        if not path.startswith("/test/") or any(test.path == path for test in await catalog.read_list(page, site)):
            raise TooSlow(f"the site goes back to its list instead of opening {path}")
        raise Refused(f"the site has no test at {path} any more")
    with part(Part.OPEN_PANEL):
        await panel.open_panel(page, site)
    with part(Part.READ_BACK):
        saved = await state.read(page, site.recordings)
    _check_place(opened, saved, path)
    if not prefilled.is_prefilled(saved):
        with part(Part.PANEL_STILL):
            saved = await prefilled.wait(page, site)
    _check_several(saved, order, site)
    try:
        with part(Part.FILL):
            await panel.fill(page, site, order.actions)
    except NotApplicable as error:
        error.saved = saved
        raise
    with part(Part.READ_BACK):
        return {**saved, "panel": await panel.content(page)}


def _check_place(opened: state.State, saved: state.State, path: str) -> None:
    """Raise TooSlow for a panel that was not opened from the test, as its fields are those of the page below it.

    The site goes back to its list now and then, which has a button of the same name for a new, empty test.
    """
    if path.startswith("/test/") and opened["path"].rstrip("/") != path.rstrip("/"):
        raise TooSlow(f"the site shows {opened['path']} instead of {path}")
    if (opened["path"], opened["heading"]) != (saved["path"], saved["heading"]):
        raise TooSlow(f"the site went from {path} to {saved['path']} ({saved['heading'] or 'no test'}) while the panel was opened")


def _check_several(saved: state.State, order: Order, site: Site) -> None:
    """Raise NotApplicable before Run where the saved test has several of what one value is for, whatever its form looks like."""
    lines = {as_typed(line).casefold() for _, card in saved["bullets"] for line in card}
    beginnings = site.recordings.texts.get("several_lines", {})
    for action in order.actions:
        if isinstance(action, SetField) and (beginning := beginnings.get(action.label)):
            count = sum(line.startswith(beginning.casefold()) for line in lines)
            places.refuse_several(count, Named(action.label, action.section), site.recordings)


async def is_as_prepared(page: Page, site: Site, order: Order, saved: state.State) -> bool:
    """True when a page still shows all that `prepare` left: the saved test, nothing new beside it, and the filled panel."""
    with part(Part.READ_BACK):
        shown = await state.read(page, site.recordings)
        if _beside_panel(shown) != _beside_panel(saved) or await panel.difference(page, site, order.actions):
            return False
        return bool(await panel.content(page) == saved["panel"])


def _beside_panel(shown: state.State) -> state.State:
    """What of the state of a page filling the panel does not change."""
    return {**shown, "later": None, "panel": None, "panelLegs": None, "dialogs": len(shown["dialogs"])}
