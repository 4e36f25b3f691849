"""The states of a child and the only object that may change one."""

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType

from oodaemon.actors.errors import IllegalTransition


@unique
class ChildState(StrEnum):
    """Where one child stands. A child that was never started, was stopped, or has ended for good is DOWN.

    A child that starts out of QUARANTINED is a probe.
    """

    STARTING = "STARTING"
    UP = "UP"
    STOPPING = "STOPPING"
    DOWN = "DOWN"
    BACKOFF = "BACKOFF"
    QUARANTINED = "QUARANTINED"


_S = ChildState

TRANSITIONS: Mapping[ChildState, frozenset[ChildState]] = MappingProxyType(
    {
        _S.DOWN: frozenset({_S.STARTING}),
        _S.STARTING: frozenset({_S.UP, _S.STOPPING, _S.BACKOFF, _S.QUARANTINED, _S.DOWN}),
        _S.UP: frozenset({_S.STOPPING, _S.BACKOFF, _S.QUARANTINED, _S.DOWN}),
        _S.STOPPING: frozenset({_S.DOWN}),
        _S.BACKOFF: frozenset({_S.STARTING, _S.DOWN}),
        _S.QUARANTINED: frozenset({_S.STARTING, _S.DOWN}),
    }
)

RUNNING_STATES = frozenset({_S.STARTING, _S.UP, _S.STOPPING})
"""The states in which a task of the child exists."""


FAILED_STATES = frozenset({_S.BACKOFF, _S.QUARANTINED})
"""The states of a child that ended with a failure and has not been started again."""


class Lifecycle:
    """Holds the state of one child; every change goes through `move`."""

    __slots__ = ("_path", "_state")

    def __init__(self, path: str) -> None:
        self._path = path
        self._state = ChildState.DOWN

    @property
    def state(self) -> ChildState:
        """Where the child stands now."""
        return self._state

    def move(self, target: ChildState) -> ChildState:
        """Go to `target` and return the state that was left. Raises IllegalTransition when the table has no such step."""
        source = self._state
        if target not in TRANSITIONS[source]:
            raise IllegalTransition(f"{self._path}: {source} -> {target} is not in the table")
        self._state = target
        return source
