"""Outcomes in words: what the choice of further tasks was made from, for the people who read why. Pure."""

from collections.abc import Collection, Mapping, Sequence

from oodaemon.model.tasks import OPEN_STATES, TaskState
from oodaemon.model.values import Value
from oodaemon.plans.objectives import Goal
from oodaemon.plans.plan import Outcome


def is_open(found: Outcome) -> bool:
    """Whether a task may still get figures by itself."""
    return found.state in OPEN_STATES


def point(values: Mapping[str, Value], names: Collection[str]) -> str:
    """Some values of a point, such as `delta 30, profit_target 50`."""
    return ", ".join(f"{name} {values[name]:g}" if _is_number(values[name]) else f"{name} {values[name]}" for name in names)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def choice(found: Outcome, names: Collection[str], goal: Goal) -> str:
    """A task that was chosen, with the figure that decided: `task 3 (delta 30) with mar 2.5`."""
    figure = (found.metrics or {})[goal.metric]
    doubt = "" if found.is_proven else ", accepted without proof"
    return f"task {found.index} ({point(found.values, names)}) with {goal.metric} {figure:g}{doubt}"


def losses(outcomes: Sequence[Outcome], goal: Goal) -> str:
    """What of the tasks could not be chosen, such as `2 failed, 1 was refused or skipped`; empty when all could."""
    failed = sum(found.state is TaskState.HELD for found in outcomes)
    skipped = sum(found.state is TaskState.INVALID for found in outcomes)
    lacking = sum(found.metrics is not None and goal.worth(found.metrics) is None for found in outcomes)
    told = (
        (failed, f"{failed} failed"),
        (skipped, f"{skipped} refused or skipped"),
        (lacking, f"{lacking} without {goal.metric}"),
    )
    return ", ".join(words for count, words in told if count)
