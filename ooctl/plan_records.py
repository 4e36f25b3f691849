"""What a specification would run, as a plain record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ooctl.records import Record, parameters_record, seconds_of

if TYPE_CHECKING:
    from oodaemon.api.v1 import runs_pb2


def plan_record(plan: runs_pb2.PlanRunResponse) -> Record:
    """A plan; durations are seconds, what nobody can tell is null."""
    planned = plan.planned_tasks if plan.HasField("planned_tasks") else None
    return {
        "test": {"test_id": plan.test.test_id, "name": plan.test.name, "url": plan.test.url},
        "tasks": plan.tasks,
        "planned_tasks": planned,
        "cached": plan.cached,
        "new": (plan.tasks if planned is None else planned) - plan.cached,
        "browsers": plan.browsers,
        "median_task_seconds": seconds_of(plan, "median_task_duration"),
        "estimated_seconds": seconds_of(plan, "estimated_duration"),
        "notes": list(plan.notes),
        "sample": [
            {"index": task.index, "parameters": parameters_record(task.parameters), "cached": task.cached} for task in plan.sample
        ],
    }
