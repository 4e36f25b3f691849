"""Child specs: data that says how a child is started, stopped and restarted."""

from dataclasses import dataclass, field
from enum import StrEnum, unique
from functools import cache
from typing import Protocol, runtime_checkable

import trio

from oodaemon.actors.backoff import Backoff, Probing
from oodaemon.actors.budget import Budget
from oodaemon.actors.child import Child, Subtree
from oodaemon.actors.errors import SpecError
from oodaemon.actors.mailbox import CAPACITY
from oodaemon.clock import SECONDS

START_TIMEOUT = 30 * SECONDS
STOP_TIMEOUT = 10 * SECONDS
MARGIN = 1 * SECONDS
"""What a supervisor gets on top of the time its children may take."""

EXIT_CODE = 70


@unique
class Restart(StrEnum):
    """When a child that ended is started again: always, after a failure, never."""

    PERMANENT = "permanent"
    TRANSIENT = "transient"
    TEMPORARY = "temporary"


@unique
class OnExhausted(StrEnum):
    """What happens when a child goes over a budget.

    `QUARANTINE`: it is set aside, siblings go on. `ESCALATE`: its supervisor fails with Exhausted. `EXIT`: ExitRequested
    passes every parent up to the root.
    """

    QUARANTINE = "quarantine"
    ESCALATE = "escalate"
    EXIT = "exit"


class Start(Protocol):
    """Runs one incarnation: calls `task_status.started()` once when it is ready, then works until it is cancelled.

    Returning is a normal end, raising is a failure. It must let cancellation through within the stop timeout.
    """

    async def __call__(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        """See the class."""
        ...


@runtime_checkable
class Nested(Subtree, Protocol):
    """What a spec must know of a supervisor that is started as a child."""

    def start_bound(self) -> float:
        """Longest time in seconds until the supervisor reports that it is up."""
        ...

    def stop_bound(self) -> float:
        """Longest time in seconds its children may take to stop."""
        ...

    def specs(self) -> tuple["ChildSpec", ...]:
        """Its children."""
        ...

    def child_path(self, child_id: str) -> str:
        """The path of a child in the whole tree."""
        ...


@cache
def _is_supervisor(kind: type) -> bool:
    """Asked anew for each snapshot of a child, this takes longer than all the rest of it."""
    return issubclass(kind, Nested)


@dataclass(frozen=True, kw_only=True)
class ChildSpec:
    """How to run one child.

    `needs`: ids of siblings; see `Strategy`. Timeouts in seconds; None means 30 s and 10 s for a leaf, and for a
    supervisor (`start=supervisor.run`) what its own children may take plus a second. `exit_code` belongs to
    `OnExhausted.EXIT`.
    `probing` starts a child that was set aside again by itself; without it, it stays aside. Raises SpecError when a field
    makes no sense by itself.
    """

    id: str
    start: Start = field(repr=False)
    restart: Restart = Restart.PERMANENT
    needs: frozenset[str] = frozenset()
    start_timeout: float | None = None
    stop_timeout: float | None = None
    budget: Budget = field(default_factory=Budget)
    backoff: Backoff = field(default_factory=Backoff)
    on_exhausted: OnExhausted = OnExhausted.QUARANTINE
    probing: Probing | None = None
    exit_code: int = EXIT_CODE
    mailbox_capacity: int = CAPACITY

    def __post_init__(self) -> None:
        problems = []
        if not self.id.strip("/"):
            problems.append("a child needs an id that is more than slashes")
        if self.id in self.needs:
            problems.append(f"child {self.id!r} needs itself")
        for name, timeout in (("start_timeout", self.start_timeout), ("stop_timeout", self.stop_timeout)):
            if timeout is not None and timeout <= 0:
                problems.append(f"child {self.id!r}: {name} must be more than 0 s, not {timeout:g}")
        if self.mailbox_capacity < 1:
            problems.append(f"child {self.id!r}: mailbox_capacity must be at least 1, not {self.mailbox_capacity}")
        if problems:
            raise SpecError(problems)

    @property
    def nested(self) -> Nested | None:
        """The supervisor whose `run` is the start of this child, or None."""
        owner = getattr(self.start, "__self__", None)
        found: Nested | None = owner if _is_supervisor(type(owner)) else None  # type: ignore[arg-type]  # a class can be hashed
        return found

    def start_bound(self) -> float:
        """Seconds the child has for its acknowledgement."""
        if self.start_timeout is not None:
            return self.start_timeout
        return START_TIMEOUT if self.nested is None else self.nested.start_bound() + MARGIN

    def stop_bound(self) -> float:
        """Seconds the child has to end after its cancellation."""
        if self.stop_timeout is not None:
            return self.stop_timeout
        return STOP_TIMEOUT if self.nested is None else self.nested.stop_bound() + MARGIN
