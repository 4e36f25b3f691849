"""Stopping an attempt that nobody wants any more, at once and for certain: `pause --now`, `cancel --now`, or settled by others."""

import trio

from oodaemon.browser import processes
from oodaemon.browser.tab import Tab
from oodaemon.clock import SECONDS
from oodaemon.dispatch.attempt import Attempt
from oodaemon.dispatch.workshop import Workshop
from oodaemon.failures.site import BrowserLost
from oodaemon.store import holding

KILL_TIMEOUT = 3 * SECONDS
"""What ending a process group may take. With the 2 s for closing the page, `pause --now` is done long before its 10 s."""


async def run(attempt: Attempt, tab: Tab, shop: Workshop) -> bool:
    """Run an attempt. True: it was cancelled because nobody wants it; it is open, and its page may still be at work.

    Raises what `Attempt.run` raises.
    """
    failure: Exception | None = None
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_cancel_when_unwanted, attempt, shop, nursery.cancel_scope)
        try:
            await attempt.run(tab)
        except Exception as error:  # noqa: BLE001 - raised again below, outside of the nursery, which would wrap it
            failure = error
        nursery.cancel_scope.cancel()
    if failure is not None:
        raise failure
    return attempt.is_stopped and not attempt.is_settled


async def _cancel_when_unwanted(attempt: Attempt, shop: Workshop, scope: trio.CancelScope) -> None:
    while True:
        ring = shop.desk.bell.listen()
        if not await shop.store.read(holding.is_wanted, attempt.lease.token):
            attempt.is_stopped = True
            scope.cancel()
            return
        await attempt.waiting.give_way()
        await ring.wait()


async def end(attempt: Attempt, tab: Tab, pid: int) -> None:
    """Close the page of an attempt, and then the attempt, however long the store takes. Not cancellable until the page is closed.

    A page that does not close within 2 s goes with its browser, whose main process and process group is `pid`: then BrowserLost is
    raised. An attempt whose browser cannot be ended stays open, for its page may still be driven.
    """
    if await tab.discard():
        await attempt.close()
        await attempt.settle()
        return
    with trio.move_on_after(KILL_TIMEOUT, shield=True):
        await processes.end(pid, is_group=True)
    await close_if_gone(attempt, pid)
    raise BrowserLost("the page of a run that was stopped could not be closed, so its browser was ended")


async def close_if_gone(attempt: Attempt, pid: int) -> None:
    """Close an attempt, if it is open, unless its browser is still alive. Not cancellable; bounded."""
    if not processes.is_alive(pid):
        await attempt.close()


async def settle_if_gone(attempt: Attempt, pid: int) -> None:
    """Like `close_if_gone`, however long the store takes."""
    if not processes.is_alive(pid):
        await attempt.settle()
