"""What would be run, for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ooctl.render.formats import aligned
from ooctl.render.tables import Column, Noun, Record, parameter_columns
from ooctl.render.text import duration, plain

_WIDTH: Final = 12

PLANS: Final = Noun(
    lambda _: (),
    (
        *("test_id", "test_name", "test_url", "tasks", "planned_tasks", "cached", "new", "browsers"),
        *("median_task_seconds", "estimated_seconds", "notes", "sample"),
    ),
)


def plan_details(plan: Record) -> Iterator[str]:
    """The figures line by line, then the first tasks as a table."""
    planned = plan["planned_tasks"]
    yield _line("test", f"{plan['test']['name']} {plan['test']['url']}")
    yield _line(
        "backtests", f"{plan['tasks']:,}" if planned in (None, plan["tasks"]) else f"{plan['tasks']:,} first, {planned:,} at most"
    )
    yield _line("cached", f"{plan['cached']:,} of them have a result of an earlier run")
    yield _line("to run", f"{plan['new']:,}" + ("" if planned is not None else ", and what follows from their results"))
    yield _line("per task", duration(plan["median_task_seconds"]))
    yield _line("takes about", takes(plan))
    for note in plan["notes"]:
        yield _line("note", note)
    if plan["sample"]:
        yield ""
        yield from sample_lines(plan)


def takes(plan: Record) -> str:
    """How long a plan takes, or why nobody can tell."""
    if plan["median_task_seconds"] is None:
        return "unknown: no backtest was ever measured"
    if not plan["browsers"]:
        return "unknown: no browser is up"
    return f"{duration(plan['estimated_seconds'])} with {plan['browsers']} browser{'s' if plan['browsers'] > 1 else ''}"


def sample_lines(plan: Record) -> Iterator[str]:
    """The first tasks as a table."""
    tasks = plan["sample"]
    columns = [Column("#", lambda task: str(task["index"]), is_number=True), *parameter_columns(tasks)]
    if any(task["cached"] for task in tasks):
        columns.append(Column("cached", lambda task: "yes" if task["cached"] else plain(None)))
    rows = [[column.cell(task) for column in columns] for task in tasks]
    yield from aligned([[column.header for column in columns], *rows], columns=columns)
    left = plan["tasks"] - len(tasks)
    if left > 0:
        yield f"... and {left:,} more"


def _line(label: str, text: str) -> str:
    return f"{label:<{_WIDTH}}{plain(text)}"
