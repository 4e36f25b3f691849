"""Children that follow a script, a recorder for what the tree reports, and a tree under the virtual clock."""

import datetime
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import trio

from oodaemon.actors.child import Child
from oodaemon.actors.states import ChildState
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.surroundings import Surroundings
from oodaemon.actors.tree import Transition, Unstoppable

EPOCH = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)

Act = Callable[[Child, trio.TaskStatus[None]], Awaitable[None]]


class Crash(Exception):
    """Counts against budgets."""


class Auth(Exception):
    """Never counts."""


class Ceiling(random.Random):
    """Always the longest delay that the jitter allows."""

    def uniform(self, a: float, b: float) -> float:
        return b


def wall_clock() -> datetime.datetime:
    """EPOCH plus virtual seconds."""
    return EPOCH + datetime.timedelta(seconds=trio.current_time())


@dataclass
class Recorder:
    """Remembers what it is told, with the virtual time of each event."""

    events: list[tuple[float, Transition | Unstoppable]] = field(default_factory=list)

    def __call__(self, event: Transition | Unstoppable) -> None:
        self.events.append((trio.current_time(), event))

    def times(self, path: str, target: ChildState) -> list[float]:
        """When `path` entered `target`."""
        return [at for at, event in self.events if _is_move(event, path, target)]

    def order(self, target: ChildState) -> list[str]:
        """The paths that entered `target`, in order."""
        return [event.path for _, event in self.events if isinstance(event, Transition) and event.target is target]

    def moves(self, path: str) -> list[Transition]:
        return [event for _, event in self.events if isinstance(event, Transition) and event.path == path]

    def unstoppable(self) -> list[tuple[float, str]]:
        return [(at, event.path) for at, event in self.events if isinstance(event, Unstoppable)]


def _is_move(event: Transition | Unstoppable, path: str, target: ChildState) -> bool:
    return isinstance(event, Transition) and event.path == path and event.target is target


def surroundings(recorder: Callable[[Transition | Unstoppable], None], **changes: Any) -> Surroundings:
    """The class of a failure is the name of its type; Auth is free; delays are as long as they may be."""
    settings: dict[str, Any] = {
        "classify": lambda error: type(error).__name__,
        "free_classes": frozenset({"Auth"}),
        "observe": recorder,
        "rng": Ceiling(),
        "wall_clock": wall_clock,
        **changes,
    }
    return Surroundings(**settings)


class Actor:
    """A child that does the n-th act in its n-th incarnation, and the last one from then on."""

    def __init__(self, *acts: Act) -> None:
        self.acts = acts
        self.children: list[Child] = []
        self.alive = 0

    async def start(self, child: Child, *, task_status: trio.TaskStatus[None]) -> None:
        assert self.alive == 0, "two incarnations at once"
        self.alive += 1
        self.children.append(child)
        try:
            await self.acts[min(child.incarnation, len(self.acts)) - 1](child, task_status)
        finally:
            self.alive -= 1


def live(*, ready_in: float = 0.0, stop_in: float = 0.0) -> Act:
    """Works until cancelled; takes its time to start and to end."""

    async def act(_: Child, task_status: trio.TaskStatus[None]) -> None:
        try:
            await trio.sleep(ready_in)
            task_status.started()
            await trio.sleep_forever()
        finally:
            with trio.CancelScope(shield=True):
                await trio.sleep(stop_in)

    return act


def die(after: float, error: BaseException | None = None, *, progress: bool = False) -> Act:
    """Ready at once, fails later."""

    async def act(child: Child, task_status: trio.TaskStatus[None]) -> None:
        task_status.started()
        if progress:
            child.progress("one step")
        await trio.sleep(after)
        raise error or Crash(f"incarnation {child.incarnation}")

    return act


def die_early(after: float, error: BaseException | None = None) -> Act:
    """Fails before it is ready."""

    async def act(_: Child, task_status: trio.TaskStatus[None]) -> None:
        await trio.sleep(after)
        raise error or Crash("not ready yet")

    return act


def finish(after: float) -> Act:
    """Ready at once, returns later."""

    async def act(_: Child, task_status: trio.TaskStatus[None]) -> None:
        task_status.started()
        await trio.sleep(after)

    return act


@asynccontextmanager
async def running(supervisor: Supervisor) -> AsyncIterator[trio.Nursery]:
    """Run `supervisor` for the length of the block, then cancel it."""
    async with trio.open_nursery() as nursery:
        await nursery.start(supervisor.run)
        yield nursery
        nursery.cancel_scope.cancel()
