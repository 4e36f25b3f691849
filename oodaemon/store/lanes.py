"""Lanes: where the blocking work on one connection happens, never two jobs at once."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import trio

T = TypeVar("T")


class Lane(Protocol):
    """Runs jobs one after the other, in the order in which they were handed over.

    Cancellation is felt only while waiting for the lane, before the job began; a job that began is waited for, and its outcome is
    returned even inside a cancelled scope. So nobody is ever in doubt whether their job was done.
    """

    async def run(self, job: Callable[[], T]) -> T:
        """Run the job and return what it returns; its exceptions propagate unchanged."""
        ...


class ThreadLane:
    """The lane of the daemon: jobs run in a worker thread, the loop stays free."""

    def __init__(self) -> None:
        self._limiter = trio.CapacityLimiter(1)

    async def run(self, job: Callable[[], T]) -> T:
        """See `Lane.run`."""
        return await trio.to_thread.run_sync(job, limiter=self._limiter)


class HurriedLane(ThreadLane):
    """A lane for jobs that nobody needs any more once they are cancelled: the caller goes on at once, the thread when it can."""

    async def run(self, job: Callable[[], T]) -> T:
        """Like `Lane.run`, but a cancelled job is not waited for."""
        return await trio.to_thread.run_sync(job, limiter=self._limiter, abandon_on_cancel=True)


class InlineLane:
    """A lane for a virtual clock, which would jump while a thread works: jobs run where they are called."""

    async def run(self, job: Callable[[], T]) -> T:
        """See `Lane.run`."""
        await trio.lowlevel.checkpoint()
        return job()
