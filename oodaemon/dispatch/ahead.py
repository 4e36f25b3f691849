"""Working ahead: a page that waits for its turn opens what comes next most often, the test that was run last."""

import math

import structlog
import trio

from oodaemon.browser.tab import Tab
from oodaemon.clock import MINUTES
from oodaemon.dispatch.turns import Turn, Turns
from oodaemon.dispatch.workshop import Workshop
from oodaemon.failures.site import BrowserLost, SiteFailure

log = structlog.get_logger()

IDLE = 5 * MINUTES
"""After so long without a turn a further page is closed."""


async def next_turn(shop: Workshop, turns: Turns, tab: Tab, *, is_further: bool) -> Turn | None:
    """The turn of a page, however long that takes; meanwhile it works ahead, if it is not the only one.

    None once the browser is to be replaced, the page is of no use any more, or a further page was not needed for long. Raises
    BrowserLost.
    """
    tried = ""
    with trio.move_on_after(IDLE if is_further else math.inf):
        while not turns.is_over:
            moved, key = turns.listen(), turns.key(turns.run_id)
            is_ready = shop.pages == 1 or not turns.path or key == tried or tab.is_open_for(key)
            if not is_ready and turns.may_open and _is_in_order(shop):
                tried = key
                if not await _open(shop, turns, tab):
                    return None
            elif (turn := turns.take(is_ready=is_ready)) is not None:
                return turn
            else:
                await moved.wait()
    return None


def _is_in_order(shop: Workshop) -> bool:
    """Only a site without trouble is asked for more than a task needs; and a recording of an attempt shows all of it."""
    is_calm = not shop.desk.conditions and shop.breakers.lanes() is None and not shop.desk.pacer.failures
    return is_calm and (shop.evidence is None or not shop.evidence.is_recorded)


async def _open(shop: Workshop, turns: Turns, tab: Tab) -> bool:
    """False when that did not work: no harm done, but the page is better replaced."""
    path, key = turns.path, turns.key(turns.run_id)
    with turns.opening():
        await shop.desk.pacer.before_action()
        try:
            await tab.open_ahead(key, path)
        except BrowserLost:
            raise
        except SiteFailure as error:
            log.info("a test could not be opened ahead", path=path, reason=str(error))
            turns.spoil()
            return False
    return True
