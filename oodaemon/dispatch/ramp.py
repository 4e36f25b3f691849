"""After a resume and after a boot a run comes back slowly: one attempt at a time at first, then ever more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import trio

from oodaemon.clock import SECONDS

LENGTH = 60 * SECONDS
SUCCESSES = 5


@dataclass(slots=True)
class _Rise:
    began: float
    successes: int = 0


class Ramp:
    """How many attempts in flight a run may have: from 1 to `slots` over 60 s, or at once after 5 successes.

    Nothing of it is stored: a boot begins a new ramp anyway. `now` is a monotonic clock in seconds.
    """

    def __init__(self, slots: int = 1, now: Callable[[], float] = trio.current_time) -> None:
        self.slots, self._now = slots, now
        self._rising: dict[str, _Rise] = {}

    def begin(self, *run_ids: str) -> None:
        """These runs (full ids) go on from now."""
        for run_id in run_ids:
            self._rising[run_id] = _Rise(self._now())

    def succeeded(self, run_id: str) -> bool:
        """A task of the run got its result; True when that ended its ramp."""
        rise = self._rising.get(run_id)
        if rise is None:
            return False
        rise.successes += 1
        if rise.successes < SUCCESSES:
            return False
        del self._rising[run_id]
        return True

    def limits(self) -> Mapping[str, int]:
        """How many attempts each run that is still coming back may have in flight; any other has no limit of its own."""
        now = self._now()
        self._rising = {run_id: rise for run_id, rise in self._rising.items() if now - rise.began < LENGTH}
        return {run_id: 1 + int((self.slots - 1) * (now - rise.began) / LENGTH) for run_id, rise in self._rising.items()}

    def next_rise(self) -> float | None:
        """Seconds until a limit may be higher; None when no run is coming back."""
        now, step = self._now(), LENGTH / max(1, self.slots - 1)
        return min((step - (now - rise.began) % step for rise in self._rising.values()), default=None)
