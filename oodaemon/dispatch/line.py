"""The line of the pages of a browser: who may look for a task, and when one may be taken ahead."""

import datetime
import math

import trio

from oodaemon.clock import MINUTES
from oodaemon.dispatch.turns import Turn, Turns
from oodaemon.dispatch.workshop import Workshop

IDLE = 5 * MINUTES
"""After so long without a turn a further page is closed."""


async def next_turn(turns: Turns, *, is_further: bool) -> Turn | None:
    """The turn of a page, which begins with looking for a task, however long that takes.

    None once the browser is to be replaced, or a further page was not needed for long.
    """
    with trio.move_on_after(IDLE if is_further else math.inf):
        while not turns.is_over:
            moved = turns.listen()
            if (turn := turns.look()) is not None:
                return turn
            await moved.wait()
    return None


def is_calm(shop: Workshop) -> bool:
    """True while the site is without trouble: otherwise it is asked for no more than one backtest at a time needs."""
    return not shop.desk.conditions and shop.breakers.lanes() is None and not shop.desk.pacer.failures


async def either(first: trio.Event, second: trio.Event) -> None:
    """Return when one of them is set."""

    async def wait(event: trio.Event) -> None:
        await event.wait()
        nursery.cancel_scope.cancel()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(wait, first)
        nursery.start_soon(wait, second)


def patience(due: datetime.datetime | None, now: datetime.datetime, rise: float | None, *, least: float, most: float) -> float:
    """Seconds until a task is looked for again unless something happens: until the next one is due, or more may be in flight."""
    waits = [most if due is None else (due - now).total_seconds(), most if rise is None else rise]
    return min(most, max(least, min(waits)))
