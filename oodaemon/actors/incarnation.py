"""One incarnation of a child while its task exists."""

import math
from collections.abc import Callable
from types import TracebackType
from typing import Self

import trio

from oodaemon.actors.child import Child
from oodaemon.actors.errors import NotAcknowledged, ReturnedUnasked
from oodaemon.actors.exits import StopRequest


class Incarnation:
    """The task of a child seen from outside: its cancel scope and the next moment at which patience ends.

    The scope is shielded: only `cancel` stops the task, so that a supervisor that is itself cancelled still decides the
    order.
    """

    def __init__(self, child: Child, *, start_bound: float, stop_bound: float, is_probe: bool = False) -> None:
        self.child, self.is_probe = child, is_probe
        self.scope = trio.CancelScope(shield=True)
        self.deadline = trio.current_time() + start_bound
        self.start_bound = start_bound
        self.stop_bound = stop_bound
        self.up_at: float | None = None
        self.stop: StopRequest | None = None
        self.is_late = False
        self.is_unstoppable = False

    @property
    def has_progressed(self) -> bool:
        """Whether it completed any work."""
        return self.child.progress_count > 0

    def acknowledge(self) -> bool:
        """Note that it is ready. False when that comes too late to matter."""
        if self.up_at is not None or self.scope.cancel_called:
            return False
        self.up_at = trio.current_time()
        self.deadline = math.inf
        return True

    def up_for(self) -> float:
        """Seconds since it was ready; 0 if it never was."""
        return 0.0 if self.up_at is None else trio.current_time() - self.up_at

    def problem(self, error: BaseException | None, *, is_permanent: bool) -> BaseException | None:
        """What makes an end with `error`, or without one, that nobody asked for a failure; None when it is a normal end."""
        path = self.child.path
        if self.is_late:
            late = NotAcknowledged(f"{path} was not ready {self.start_bound:g} s after its start")
            late.__cause__ = error
            return late
        if error is not None:
            return error
        if self.up_at is None:
            return NotAcknowledged(f"{path} returned before it said that it was ready")
        if is_permanent:
            return ReturnedUnasked(f"{path} is permanent and returned without being asked to stop")
        return None

    def cancel(self) -> None:
        """Cancel the task; it has `stop_bound` seconds to end. Cancelling again gives no more time."""
        if not self.scope.cancel_called:
            self.scope.cancel()
            self.deadline = trio.current_time() + self.stop_bound

    def expire(self) -> bool:
        """Act on a deadline that has passed: cancel a late start, give up on a late end. Whether one had passed."""
        if self.deadline > trio.current_time():
            return False
        if self.scope.cancel_called:
            self.is_unstoppable = True
            self.deadline = math.inf
        else:
            self.is_late = True
            self.cancel()
        return True


class Ending:
    """Catches whatever ends the block it is entered for, and keeps it as `error`; None for a normal end.

    That includes cancellations: one that leaves the shielded scope of an incarnation is stale, let out by the child.
    """

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if isinstance(error, GeneratorExit):
            return False
        self.error = error
        return True


class Acknowledgement:
    """The `task_status` an incarnation is started with."""

    def __init__(self, acknowledge: Callable[[], None]) -> None:
        self._acknowledge = acknowledge
        self._is_given = False

    def started(self, value: object = None) -> None:  # noqa: ARG002 - trio's signature; a child has nothing to hand over
        """The incarnation is ready. Raises RuntimeError when called twice."""
        if self._is_given:
            raise RuntimeError("task_status.started() was called twice by one incarnation")
        self._is_given = True
        self._acknowledge()
