"""What is told of a run beside the run: the conditions that hold, and how many browsers share the work."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from oodaemon.actors.states import ChildState
from oodaemon.model.runs import AT_REST, Condition, Desired, Run, RunPhase, SavedTest, Standing, TaskCounts
from oodaemon.parameters.registry import discover
from oodaemon.rpc.convert import Converter
from oodaemon.rpc.presence import Presence

MOMENT = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
BLOCKED = Condition("SiteBlocked", "no answer", MOMENT)


def presence(*children: tuple[str, ChildState], conditions: tuple[Condition, ...] = ()) -> Presence:
    ramp, pacer = SimpleNamespace(limits=dict), SimpleNamespace(until_turn=0.0)
    desk: Any = SimpleNamespace(conditions={c.kind: c for c in conditions}, ramp=ramp, pacer=pacer, open_since=MOMENT)
    tree: Any = SimpleNamespace(walk=lambda: [SimpleNamespace(path=path, state=state, since=MOMENT) for path, state in children])
    return Presence(
        converter=Converter("https://optionomega.com", discover([])), desk=desk, tree=lambda: tree, wall_clock=lambda: MOMENT
    )


def a_run(phase: RunPhase = RunPhase.RUNNING, **counts: int) -> Run:
    test = SavedTest("a", "b", "/test/a", MOMENT)
    standing = None if phase in AT_REST else Standing(ready=counts.get("pending", 0), moved_at=MOMENT)
    return Run("01J", "sweep", 1, Desired.RUN, phase, test, "{}", TaskCounts(**counts), MOMENT, None, 10, standing=standing)


UP, DOWN, BACKOFF = ChildState.UP, ChildState.DOWN, ChildState.BACKOFF


def test_browsers_that_are_up_are_counted_and_nothing_else() -> None:
    found = presence(
        ("api", UP), ("site/oo", UP), ("site/oo/driver", UP), ("site/oo/browser/1", UP), ("site/oo/browser/2", BACKOFF)
    )
    assert found.browsers_up() == 1


def test_the_estimate_uses_the_browsers_that_are_up() -> None:
    two = presence(("site/oo/browser/1", UP), ("site/oo/browser/2", UP))
    assert two.run(a_run(pending=4)).eta.seconds == 20


@pytest.mark.parametrize(
    ("run", "is_told"),
    [
        (a_run(pending=1), True),
        (None, True),
        (a_run(pending=1, running=1), False),
        (a_run(RunPhase.PAUSED, pending=1), False),
        (a_run(RunPhase.COMPLETED), False),
    ],
)
def test_a_run_that_waits_for_a_browser_is_told_that_there_is_none(run: Run | None, is_told: bool) -> None:
    kinds = [condition.kind for condition in presence(("site/oo/browser/1", DOWN)).conditions(run)]
    assert kinds == (["NoBrowser"] if is_told else [])
    assert presence(("site/oo/browser/1", UP)).conditions(run) == []


def test_conditions_of_the_site_come_first() -> None:
    found = presence(conditions=(BLOCKED,)).conditions(a_run(pending=1))
    assert [condition.kind for condition in found] == ["SiteBlocked", "NoBrowser"]
    assert [condition.kind for condition in presence(conditions=(BLOCKED,)).run(a_run(pending=1)).conditions] == [
        "SiteBlocked",
        "NoBrowser",
    ]
