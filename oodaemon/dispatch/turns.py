"""The pages of one browser take turns: one asks the site while the others prove what it answered, or open what comes next."""

from collections.abc import Iterator
from contextlib import contextmanager

import trio


class Turns:
    """Whose turn it is. `run_id` and `path` are the run and the test that Run was pressed for last in this browser, the
    `presses`-th time; `is_over` ends all pages.
    """

    def __init__(self) -> None:
        self.run_id, self.path, self.presses, self.is_over = "", "", 0, False
        self._holder: Turn | None = None
        self._lulls = 0
        self._opening, self._spoiled = 0, -1
        self._moved = trio.Event()

    @property
    def may_open(self) -> bool:
        """True while it is worth while to open what comes next: the page that has the turn has a task as well."""
        return self._holder is not None and self._holder.is_working and self._spoiled != self.presses

    def key(self, run_id: str) -> str:
        """What is opened ahead now for a run is for it only while there is always a task: whoever pauses may change the test."""
        return f"{run_id} {self._lulls}"

    def lull(self) -> None:
        """There is no task now."""
        self._lulls += 1

    def spoil(self) -> None:
        """Opening ahead did not work: it is not tried again before Run was pressed once more."""
        self._spoiled = self.presses

    def take(self, *, is_ready: bool) -> "Turn | None":
        """The turn, to be ended by the taker; None while another page has it, or, unless it is ready, opens what comes next."""
        if self._holder is not None or (self._opening and not is_ready):
            return None
        self._holder = Turn(self)
        return self._holder

    @contextmanager
    def opening(self) -> Iterator[None]:
        """In this block a page opens what comes next."""
        self._opening += 1
        try:
            yield
        finally:
            self._opening -= 1
            self.ring()

    def is_taken_from(self, turn: "Turn") -> bool:
        """True when another page has the turn that once was this one."""
        return self._holder is not None and self._holder is not turn

    def listen(self) -> trio.Event:
        """Is set when anything of this may have changed. Take it before looking."""
        return self._moved

    def end(self) -> None:
        """The browser is to be replaced: no page begins anything any more."""
        self.is_over = True
        self.ring()

    def leave(self, turn: "Turn") -> None:
        """This turn is over, if it was not before."""
        if self._holder is turn:
            self._holder = None
            self.ring()

    def ring(self) -> None:
        """Something changed."""
        self._moved.set()
        self._moved = trio.Event()

    async def wait_for_work(self) -> bool:
        """Return when Run is pressed in another page of the browser; False once it is to be replaced."""
        before = self.presses
        while not self.is_over and self.presses == before:
            await self._moved.wait()
        return not self.is_over


class Turn:
    """From looking for a task to the answer of the site."""

    def __init__(self, turns: Turns) -> None:
        self._turns, self.is_working = turns, False

    def key(self, run_id: str) -> str:
        """See `Turns.key`."""
        return self._turns.key(run_id)

    def begin(self) -> None:
        """There is a task."""
        self.is_working = True
        self._turns.ring()

    def pressed(self, run_id: str, path: str) -> None:
        """Run was pressed for a run, whose test is at this path."""
        self._turns.run_id, self._turns.path = run_id, path
        self._turns.presses += 1
        self._turns.ring()

    def end(self) -> None:
        """The site has answered, or nothing was asked: another page may ask it."""
        self._turns.leave(self)
