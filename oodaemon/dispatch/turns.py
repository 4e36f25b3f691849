"""The pages of one browser take turns: one asks the site while the others prove what it answered, or fill what comes next."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import trio

from oodaemon.clock import SECONDS

HUNGER, SATED = 3, 1 / 6
"""After so many answers for which no other page was ready, one more page would be of use; each that found one ready takes so much
from them, so that a site that waits for us once in a while wants none.
"""
RECENT, HEAD_START = 10 * SECONDS, 0.7 * SECONDS
"""When the site was not asked recently, a page that takes a task leaves so much to the one before it: several that open their tests
at once keep each other from the processors, and nothing would be asked before all of them are nearly there.
"""


class Turns:
    """Whose turn it is, and which pages are in line. `is_over` ends all pages.

    At most one page looks for a task. One that has a task prepares it and then waits in line for its turn, in which Run is pressed
    and the site answers. `abandoned` counts the turns that ended without an answer.
    """

    def __init__(self) -> None:
        self.is_over = False
        self.presses = self.abandoned = 0
        self._looking: Turn | None = None
        self._working: list[Turn] = []
        self._ready: list[Turn] = []
        self._holder: Turn | None = None
        self._is_apart = False
        self._pages, self._hunger = 0, 0.0
        self._answered = self._pressed = self._began = -math.inf
        self._answer_takes, self._filling_takes = math.inf, 0.0
        self._moved = trio.Event()

    def look(self) -> "Turn | None":
        """A turn, to be ended by the taker, that begins with looking for a task; None while another page looks."""
        if self._looking is not None:
            return None
        self._looking = Turn(self)
        return self._looking

    def may_lease(self, turn: "Turn", *, is_calm: bool) -> bool:
        """True while the page that looks may take a task: before others of the browser are answered only if all `is_calm`, and
        not when one is filled that waits, nor when those that are being filled will keep the site busy until this one is.
        """
        if not self.is_ahead(turn):
            return True
        if not is_calm or self._ready or self.head_start() > 0:
            return False
        before = self.before(turn)
        return not before or before * self._answer_takes <= self._filling_takes

    def before(self, turn: "Turn") -> int:
        """How many other pages have a task that the site was not asked for."""
        return sum(each is not turn and each is not self._holder for each in self._working)

    def head_start(self) -> float:
        """Seconds for which no page may take a task ahead yet."""
        now = trio.current_time()
        if self._holder is not None or now - self._pressed < RECENT:
            return 0
        return max(0.0, self._began + HEAD_START - now)

    def is_ahead(self, turn: "Turn") -> bool:
        """True while other pages have a task that the site has not answered."""
        return any(each is not turn for each in self._working)

    def listen(self) -> trio.Event:
        """Is set when anything of this may have changed. Take it before looking."""
        return self._moved

    def end(self) -> None:
        """The browser is to be replaced: no page begins anything any more."""
        self.is_over = True
        self.ring()

    async def wait_until_needed(self, number: int) -> bool:
        """Return when a page, the `number`-th beside the first, would be of use; False once the browser is to be replaced.

        The first one beside it is as soon as Run is pressed, any more when the site had to wait for us again and again.
        """
        before = self.presses
        while not self.is_over:
            if self.presses > before and (number == 1 or (self._pages >= number and self._hunger >= HUNGER)):
                self._hunger = 0.0
                return True
            await self._moved.wait()
        return False

    @contextmanager
    def opened(self) -> Iterator[None]:
        """A page is open while the block runs."""
        self._pages += 1
        try:
            yield
        finally:
            self._pages -= 1

    def ring(self) -> None:
        """Something changed."""
        self._moved.set()
        self._moved = trio.Event()

    @property
    def is_quiet(self) -> bool:
        """True while no page asks the site: none has the turn, or the site failed the one that has it."""
        return not self._is_apart and (self._holder is None or self._holder.is_failed)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """The site is asked for something that is no task's: no page takes its turn while the block runs. Only while `is_quiet`.

        One that raises was without an answer, as a turn that is abandoned.
        """
        self._is_apart = True
        try:
            yield
        except BaseException:
            self.abandoned += 1
            raise
        finally:
            self._is_apart = False
            self.ring()

    def _begin(self, turn: "Turn") -> None:
        self._looking = None
        self._working.append(turn)
        self._began = turn.began
        self.ring()

    async def _take(self, turn: "Turn") -> None:
        if not turn.filling_took:
            turn.filling_took = self._filling_takes = trio.current_time() - turn.began
        self._ready.append(turn)
        try:
            while self._holder is not None or self._is_apart or self._ready[0] is not turn:
                await self._moved.wait()
            self._holder = turn
        finally:
            self._ready.remove(turn)
            self.ring()

    def _press(self) -> None:
        self.presses += 1
        self._pressed = trio.current_time()
        self.ring()

    def _answer(self, turn: "Turn") -> None:
        now = trio.current_time()
        turn.busy, self._answered = now - max(turn.began, self._answered), now
        self._answer_takes = now - self._pressed
        is_waited_for = not self._ready and self._looking is None
        self._hunger = self._hunger + 1 if is_waited_for else max(0.0, self._hunger - SATED)

    def _leave(self, turn: "Turn", *, is_answered: bool) -> None:
        if self._looking is turn:
            self._looking = None
        elif turn in self._working:
            self._working.remove(turn)
            if is_answered:
                self._answer(turn)
            else:
                self.abandoned += 1
        else:
            return
        if self._holder is turn:
            self._holder = None
        self.ring()


class Turn:
    """From looking for a task to the answer of the site."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._seen = 0
        self.is_failed = False
        self.began = self.filling_took = self.busy = 0.0
        """When there was a task; how long it took until Run could have been pressed; and how long it kept the browser: from its
        beginning, or from the answer before it, to its own.
        """

    @property
    def is_suspect(self) -> bool:
        """True when another page asked and got no answer since this one had a task: what it shows may not be so any more."""
        return self._turns.abandoned != self._seen

    def refresh(self) -> None:
        """What its page shows is opened anew from now on."""
        self._seen = self._turns.abandoned

    def begin(self) -> None:
        """There is a task."""
        self.began = trio.current_time()
        self.refresh()
        self._turns._begin(self)

    async def take(self) -> None:
        """Wait until no other page of the browser asks the site, first come first served."""
        await self._turns._take(self)

    def pressed(self) -> None:
        """Run was pressed."""
        self._turns._press()

    @property
    def turns(self) -> Turns:
        """Those of its browser."""
        return self._turns

    def failed(self) -> None:
        """The site gave no answer and is not asked any more; but no other page asks it before it is known what to think of that."""
        self.is_failed = True
        self._turns.ring()

    def answered(self) -> None:
        """The site has answered: another page may ask it. Again does nothing."""
        self._turns._leave(self, is_answered=True)

    def end(self) -> None:
        """It is over, whatever came of it; nothing if it was before."""
        self._turns._leave(self, is_answered=False)
