"""Which children must stop and which may start, decided from where all of them stand. Pure.

The decision looks only at the present, so it may be asked any number of times and no order of events can confuse it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import assert_never

from oodaemon.actors.states import FAILED_STATES, RUNNING_STATES, ChildState


@unique
class Strategy(StrEnum):
    """What `needs` mean among the children of one supervisor.

    `ONE_FOR_ONE`: the order of the first start and of the last stop, nothing else; a failure concerns one child.
    `REST_FOR_ONE`: a child runs only while each of its needs is UP or has completed. When one is not, everything that
    needs it, directly or not, is stopped and started again once it is UP.
    `ONE_FOR_ALL`: when one fails, all others are stopped, and all are started again when it is due. Wishes concern one child.
    """

    ONE_FOR_ONE = "one_for_one"
    REST_FOR_ONE = "rest_for_one"
    ONE_FOR_ALL = "one_for_all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where one child stands, as far as the decision depends on it.

    `is_wanted`: it should run in the long term. `is_stop_asked`: a stop or restart was asked for and has not begun.
    `is_satisfying`: UP, or ended normally for good. `is_due`: nothing of its own keeps it from starting now.
    `is_tried`: it was started once and the outcome is known. `is_given_up`: its task does not end; wait no longer.
    """

    id: str
    rank: int
    needs: frozenset[str]
    state: ChildState
    is_wanted: bool
    is_stop_asked: bool
    is_satisfying: bool
    is_due: bool
    is_tried: bool
    is_given_up: bool

    @property
    def is_in_the_way(self) -> bool:
        """A task of it runs and is expected to end when cancelled."""
        return self.state in RUNNING_STATES and not self.is_given_up


@dataclass(frozen=True, slots=True)
class Plan:
    """Ids to stop now, each with the reason if it is stopped because of a sibling; ids to start now."""

    stop: Mapping[str, str | None]
    start: tuple[str, ...]


def plan(strategy: Strategy, standings: Sequence[Standing]) -> Plan:
    """Decide for children given in rank order.

    Doomed children that are UP stop in reverse rank order, a rank when all higher ones are out of the way, siblings of
    a rank together. One that is still STARTING stops at once: nobody relies on it yet.
    """
    doomed: dict[str, str | None]
    match strategy:
        case Strategy.ONE_FOR_ONE:
            doomed = {child.id: None for child in standings if _is_unwelcome(child)}
            ready = _tried_needs(standings)
        case Strategy.REST_FOR_ONE:
            doomed = _doomed_with_needs(standings)
            ready = _free_to_start(standings)
        case Strategy.ONE_FOR_ALL:
            doomed = _doomed_together(standings)
            ready = _free_together(standings)
        case _ as unknown:
            assert_never(unknown)
    top = max((child.rank for child in standings if child.id in doomed and child.is_in_the_way), default=0)
    return Plan(
        stop={child.id: doomed[child.id] for child in standings if child.id in doomed and _may_stop(child, top)},
        start=tuple(child.id for child in standings if child.is_due and child.id in ready - doomed.keys()),
    )


def _is_unwelcome(child: Standing) -> bool:
    return child.is_stop_asked or not child.is_wanted


def _doomed_with_needs(standings: Sequence[Standing]) -> dict[str, str | None]:
    doomed: dict[str, str | None] = {}
    by_id = {child.id: child for child in standings}
    for child in standings:
        if _is_unwelcome(child):
            doomed[child.id] = None
            continue
        for need in sorted(child.needs):
            if need in doomed or not by_id[need].is_satisfying:
                word = "to stop" if by_id[need].is_satisfying else by_id[need].state
                doomed[child.id] = f"it needs {need}, which is {word}"
                break
    return doomed


def _free_to_start(standings: Sequence[Standing]) -> set[str]:
    """Children nothing still running depends on, directly or not."""
    held: set[str] = set()
    for child in reversed(standings):
        if child.is_in_the_way or child.id in held:
            held |= child.needs
    return {child.id for child in standings if child.id not in held}


def _doomed_together(standings: Sequence[Standing]) -> dict[str, str | None]:
    failed = next((child for child in standings if child.state in FAILED_STATES), None)
    doomed: dict[str, str | None] = {child.id: None for child in standings if _is_unwelcome(child)}
    if failed is not None:
        reason = f"it goes with {failed.id}, which is {failed.state}"
        doomed |= {child.id: reason for child in standings if child.is_in_the_way and child.id not in doomed}
    return doomed


def _free_together(standings: Sequence[Standing]) -> set[str]:
    """After a failure all wait for the last one to end and for the failed ones to be due; else as with ONE_FOR_ONE."""
    failed = [child for child in standings if child.state in FAILED_STATES]
    is_held = any(not child.is_due for child in failed) or any(child.is_in_the_way for child in standings)
    return set() if failed and is_held else _tried_needs(standings)


def _tried_needs(standings: Sequence[Standing]) -> set[str]:
    """Children whose needs have been tried, with whatever outcome, or are not wanted."""
    open_ids = {child.id for child in standings if child.is_wanted and not child.is_tried}
    return {child.id for child in standings if not child.needs & open_ids}


def _may_stop(child: Standing, top: int) -> bool:
    match child.state:
        case ChildState.STOPPING:
            return False
        case ChildState.STARTING:
            return True
        case ChildState.UP:
            return child.rank >= top
        case ChildState.DOWN:
            return child.is_stop_asked
        case ChildState.BACKOFF | ChildState.QUARANTINED:
            return _is_unwelcome(child)
        case _ as unknown:
            assert_never(unknown)
