"""What somebody asks a browser for beside its tasks, in a page of its own."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from oodaemon.browser.tab import StoredSession, Tab
from oodaemon.dispatch.entry import Entry
from oodaemon.dispatch.site import Errand, SiteDesk
from oodaemon.errors import OODaemonError, Unavailable
from oodaemon.failures.site import BrowserLost, SignedOut, SiteFailure

TRIES = 2


async def carry_out(
    errand: Errand, desk: SiteDesk, entry: Entry, open_page: Callable[[StoredSession], AbstractAsyncContextManager[Tab]]
) -> None:
    """Do an errand and tell whoever asked what came of it. Raises BrowserLost only."""
    try:
        async with open_page(errand.stored or desk.stored) as tab:
            for _ in range(TRIES):
                try:
                    await desk.pacer.before_action()
                    errand.settle(await errand.work(tab))
                    return
                except SignedOut:
                    if errand.stored is not None:
                        raise
                    await entry.sign_in_once(tab)
    except BrowserLost:
        raise
    except OODaemonError as error:
        told = f"the site could not be asked: {error}"
        errand.settle(error=Unavailable(desk.redaction.text(told)) if isinstance(error, SiteFailure) else error)
