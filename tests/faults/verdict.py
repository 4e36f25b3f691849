"""What every test here asserts about a run: no figure is wrong, none is missing, and it ended as it should."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tests.faults.daemon import Ended
from tests.support.standin.site import Saved

COMPLETED, FAILED, SKIPPED = "COMPLETED", "FAILED", "SKIPPED"
ANY_END = (COMPLETED, FAILED, SKIPPED)


def changes(test: Saved, parameter: str, value: str, unit: str = "") -> dict[str, Any]:
    """The fields of the form that a value of a parameter changes."""
    if parameter == "delta":
        return {"legs": test.legs(value)}
    if parameter == "entry_time":
        return {"time": value}
    field = {"profit_target": "pt", "stop_loss": "sl"}[parameter]
    return {field: value, **({f"{field}u": unit} if unit else {})}


def wrong(test: Saved, ended: Ended, expected: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for every recorded result that is not what the site computed for exactly those values."""
    lines = []
    for row in ended.results:
        figures = {name: value for name, value in (row.get("metrics") or {}).items() if value is not None}
        right = test.expected(**expected[row["index"]])
        if row["status"] == COMPLETED and figures != right:
            differing = {
                name: (figures.get(name), right.get(name)) for name in {*figures, *right} if figures.get(name) != right.get(name)
            }
            lines.append(f"task {row['index']} {row['parameters']}: recorded, right: {differing}")
        elif row["status"] != COMPLETED and figures:
            lines.append(f"task {row['index']} has figures although it is {row['status']}")
    return lines


def check(
    test: Saved, ended: Ended, parameter: str, values: Sequence[str], *, unit: str = "", ends: Collection[str] = (COMPLETED,)
) -> None:
    """No recorded figure is wrong, every completed task has one, and every task ended in one of `ends`."""
    lines = wrong(test, ended, [changes(test, parameter, value, unit) for value in values])
    assert not lines, "WRONG FIGURES\n" + "\n".join(lines)
    assert len(ended.tasks) == len(values)
    assert {state for state in ended.states if state not in ends} == set(), (ended.states, ended.failures)
    recorded = [row["index"] for row in ended.results if row["status"] == COMPLETED]
    assert sorted(recorded) == [index for index, state in enumerate(ended.states) if state == COMPLETED], json.dumps(ended.results)
