"""Frozen records: what a tree looks like at one moment, and what happens in it."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from oodaemon.actors.exits import Failure, StopRequest
from oodaemon.actors.states import ChildState


@dataclass(frozen=True, kw_only=True, slots=True)
class ChildSnapshot:
    """One child at one moment; durations in seconds.

    `started_at` is when this incarnation was started, `since` when the state was entered. `is_probe`: started out of
    QUARANTINED, and not proven yet. `next_retry_in` is also the time to the next probe. `restarts` counts starts after a
    failure. The two `*_used` numbers are those of the failure class with most. `waiting_for` names the needs that keep it
    from starting. `silent_for` is the time since the last progress of this incarnation, or None. `is_unstoppable`:
    cancelled longer ago than its stop timeout.
    """

    path: str
    id: str
    state: ChildState
    incarnation: int
    restarts: int
    burst_used: int
    sustained_used: int
    since: datetime.datetime
    started_at: datetime.datetime | None
    is_probe: bool
    detail: str
    progress: int
    silent_for: float | None
    next_retry_in: float | None
    waiting_for: tuple[str, ...]
    is_unstoppable: bool
    messages: int
    last_failure: Failure | None
    last_stop: StopRequest | None
    children: tuple["ChildSnapshot", ...]

    def walk(self) -> Iterator["ChildSnapshot"]:
        """This child and everything below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, kw_only=True, slots=True)
class TreeSnapshot:
    """A supervisor and everything below it. `observer_failures` counts exceptions its observer raised."""

    path: str
    strategy: str
    is_running: bool
    observer_failures: int
    children: tuple[ChildSnapshot, ...]

    def walk(self) -> Iterator[ChildSnapshot]:
        """Every child below, parents first."""
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """A child went from `source` to `target`.

    `failure` is set when a failure caused it (also one that happened while stopping), `stop` when a stop did, `delay`
    (seconds to the next start) on the way to BACKOFF. `error` is the exception, for a log; do not keep it.
    """

    path: str
    source: ChildState
    target: ChildState
    incarnation: int
    at: datetime.datetime
    failure: Failure | None = None
    stop: StopRequest | None = None
    delay: float | None = None
    error: BaseException | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unstoppable:
    """A child was cancelled `after` seconds ago and its task still runs. The rest of the tree goes on without it."""

    path: str
    incarnation: int
    at: datetime.datetime
    after: float
    stop: StopRequest | None


Observe = Callable[[Transition | Unstoppable], None]
