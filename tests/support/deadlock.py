"""A guard for tests on the virtual clock, where a deadlock hangs in real time and a loop without a pause never gets anywhere."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

WALL, CPU, AGAIN = 180.0, 20.0, 5.0
"""Seconds that no such test needs, on the wall of a busy machine and of its own processor time; then once more after AGAIN."""


class Hung(BaseException):
    """The test gets nowhere. No Exception, so that nothing under test can take it for a failure of its own."""


def _give_up(number: int, frame: FrameType | None) -> NoReturn:
    raise Hung(f"a test on the virtual clock got nowhere ({signal.Signals(number).name})")


@contextmanager
def no_deadlock(*, wall: float = WALL, cpu: float = CPU) -> Iterator[None]:
    """Raise Hung in the main thread, where it is, when a test takes far too long."""
    timers = {signal.ITIMER_REAL: (signal.SIGALRM, wall), signal.ITIMER_PROF: (signal.SIGPROF, cpu)}
    before = {number: signal.signal(number, _give_up) for number, _ in timers.values()}
    for timer, (_, seconds) in timers.items():
        signal.setitimer(timer, seconds, AGAIN)
    try:
        yield
    finally:
        for timer in timers:
            signal.setitimer(timer, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
