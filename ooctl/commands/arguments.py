"""What commands are about: runs, tasks and tests as arguments, with what a shell completes for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from ooctl import cli as click
from ooctl.completion import complete_contexts, complete_runs, complete_tests

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
RUN: Final = "Id of a run or the beginning of it; `latest` is the newest run."
RUNS: Final = "Ids of runs or the beginnings of them; `latest` is the newest run."
TASK: Final = "Index of a task of the run, from 0."

run_argument = click.argument("run_id", metavar="RUN", shell_complete=complete_runs, help=RUN)
"""One run, as `run_id`."""
optional_run_argument = click.argument("run_id", metavar="[RUN]", required=False, shell_complete=complete_runs, help=RUN)
"""One run or None, as `run_id`."""
task_argument = click.argument("task", metavar="[TASK]", type=click.IntRange(min=0), required=False, help=TASK)
"""The index of a task or None, as `task`."""
test_argument = click.argument(
    "reference", metavar="TEST", shell_complete=complete_tests, help="Address, id, name or number of a saved test."
)
"""A saved test, as `reference`."""
context_argument = click.argument("name", metavar="NAME", shell_complete=complete_contexts, help="Name of a context.")
"""A context that there is, as `name`."""


def runs_argument(metavar: str, *, required: bool, note: str = "") -> Callable[[Decorated], Decorated]:
    """Any number of runs, as `run_ids`; `note` is said besides."""
    return click.argument(
        "run_ids", metavar=metavar, nargs=-1, required=required, shell_complete=complete_runs, help=f"{RUNS} {note}".rstrip()
    )
