"""The silence deadline: work whose progress token stands still is ended, whatever it waits for."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import trio

from oodaemon.clock import MINUTES
from oodaemon.failures.site import PanelStuck, SiteFailure, TooSlow

T = TypeVar("T")

SILENCE = 10 * MINUTES
"""Beyond what the step under way may take by its own deadline."""


class StalledPanel(PanelStuck):
    """Nothing advanced while the panel was open."""


class Stalled(TooSlow):
    """Nothing advanced."""


class Silence:
    """Watches over one attempt. `advance` is the progress token: it is called when work advances, never by a timer."""

    def __init__(self) -> None:
        self._scope = trio.CancelScope()
        self._seconds = SILENCE

    def advance(self, expected: float = 0.0) -> None:
        """Something was done; what begins now may take `expected` seconds by a deadline of its own."""
        self._seconds = SILENCE + expected
        self._scope.deadline = trio.current_time() + self._seconds

    @contextmanager
    def excused(self) -> Iterator[None]:
        """Waiting in this block is meant: politeness, not trouble."""
        self._scope.deadline = float("inf")
        try:
            yield
        finally:
            self.advance()

    def extend(self, seconds: float) -> None:
        """The clock went on without us for so long."""
        self._scope.deadline += seconds

    async def limit(self, work: Callable[[], Awaitable[T]], *, in_panel: Callable[[], bool]) -> T:
        """Do the work. Raises Stalled, or StalledPanel when it stood still in the panel."""
        self._scope = trio.CancelScope()
        self.advance()
        with self._scope:
            return await work()
        raise _stalled(self._seconds, is_in_panel=in_panel())


def _stalled(seconds: float, *, is_in_panel: bool) -> SiteFailure:
    sentence = f"nothing advanced for {seconds:.0f} s"
    return StalledPanel(f"{sentence} in the panel") if is_in_panel else Stalled(sentence)
