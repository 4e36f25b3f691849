"""What is told of a run beside the run: the conditions that hold, and how many browsers share the work."""

import datetime
from dataclasses import replace
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


def presence(
    *children: tuple[str, ChildState], conditions: tuple[Condition, ...] = (), lanes: int | None = None, stuck: str = ""
) -> Presence:
    ramp, pacer = SimpleNamespace(limits=dict), SimpleNamespace(until_turn=0.0, current_distance=0.0, browsers=lanes)
    desk: Any = SimpleNamespace(
        conditions={c.kind: c for c in conditions},
        ramp=ramp,
        pacer=pacer,
        open_since=MOMENT,
        silence=5.0,
        blocks=lambda *, besides: tuple(c for c in conditions if c.kind not in besides),
    )
    tree: Any = SimpleNamespace(walk=lambda: [SimpleNamespace(path=path, state=state, since=MOMENT) for path, state in children])
    return Presence(
        converter=Converter("https://optionomega.com", discover([])),
        desk=desk,
        tree=lambda: tree,
        wall_clock=lambda: MOMENT,
        troubles=lambda: {stuck: BLOCKED},
    )


def a_run(phase: RunPhase = RunPhase.RUNNING, **counts: int) -> Run:
    test = SavedTest("a", "b", "/test/a", MOMENT)
    standing = None if phase in AT_REST else Standing(ready=counts.get("pending", 0), moved_at=MOMENT)
    run = Run("01J", "sweep", 1, Desired.RUN, phase, test, "{}", TaskCounts(**counts), MOMENT, None, None, standing=standing)
    return replace(run, typical_task_seconds=10)


UP, DOWN, BACKOFF = ChildState.UP, ChildState.DOWN, ChildState.BACKOFF


def test_browsers_that_are_up_are_counted_and_nothing_else() -> None:
    found = presence(
        ("api", UP), ("site/oo", UP), ("site/oo/driver", UP), ("site/oo/browser/1", UP), ("site/oo/browser/2", BACKOFF)
    )
    assert found.browsers_up() == 1


def test_the_estimate_uses_the_browsers_that_are_up() -> None:
    two = presence(("site/oo/browser/1", UP), ("site/oo/browser/2", UP))
    assert two.run(a_run(pending=4)).eta.seconds == 25  # 5 s of silence first
    assert two.outlook(a_run(pending=4)).next_result_in.seconds == 15
    careful = presence(("site/oo/browser/1", UP), ("site/oo/browser/2", UP), lanes=1)
    assert careful.run(a_run(pending=4)).eta.seconds == 45


@pytest.mark.parametrize(("kind", "is_known"), [("SiteBlocked", False), ("AuthRequired", False), ("RateLimited", True)])
def test_there_is_no_estimate_while_nobody_can_tell_when_the_site_lets_us(kind: str, is_known: bool) -> None:
    found = presence(("site/oo/browser/1", UP), conditions=(Condition(kind, "no", MOMENT),)).run(a_run(pending=4))
    assert found.HasField("eta") is is_known


def test_there_is_no_estimate_for_a_run_whose_tasks_cannot_be_chosen() -> None:
    assert not presence(("site/oo/browser/1", UP), stuck="01J").run(a_run(pending=4)).HasField("eta")


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
