"""The checker itself: it accepts what can be, and nothing else."""

import pytest

from tests.histories.history import Record, Verb, is_linearizable

Line = tuple[str, Verb, int, float, str | None]
NEVER = float("inf")


def told(*lines: Line) -> bool:
    """Deliveries as (request, verb, began, ended, heard)."""
    record = Record()
    for request_id, verb, began, ended, heard in lines:
        delivery = record.begin(0, request_id, verb, "R")
        delivery.invoked, delivery.completed, delivery.heard = began, ended, heard
    return is_linearizable(record.of_run("R"))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [("a", "pause", 0, 1, "pause"), ("b", "read", 2, 3, "pause")],
        [("a", "pause", 0, 9, "pause"), ("b", "read", 1, 2, "run"), ("c", "read", 3, 4, "pause")],
        [("a", "pause", 0, NEVER, None), ("b", "read", 1, 2, "run"), ("c", "read", 3, 4, "pause")],
        [("a", "pause", 0, NEVER, None), ("b", "read", 1, 2, "run")],
        [("a", "cancel", 0, 1, "cancel"), ("b", "resume", 2, 3, "refused")],
        [("a", "pause", 0, NEVER, None), ("b", "resume", 1, 2, "run"), ("a", "pause", 3, 4, "run")],
    ],
)
def test_what_can_be_is_accepted(lines: list[Line]) -> None:
    assert told(*lines)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([("a", "pause", 0, 1, "pause"), ("b", "read", 2, 3, "run")], id="acknowledged and lost"),
        pytest.param([("a", "read", 0, 1, "pause")], id="out of nothing"),
        pytest.param([("a", "pause", 0, 9, "pause"), ("b", "read", 1, 2, "pause"), ("c", "read", 3, 4, "run")], id="back in time"),
        pytest.param([("a", "cancel", 0, 1, "cancel"), ("b", "resume", 2, 3, "run")], id="out of the grave"),
        pytest.param([("a", "pause", 2, 3, "pause"), ("b", "read", 0, 1, "pause")], id="before it was asked"),
        pytest.param(
            [
                ("a", "pause", 0, 1, "pause"),
                ("b", "resume", 2, 3, "run"),
                ("a", "pause", 4, 5, "pause"),
                ("c", "read", 6, 7, "pause"),
            ],
            id="applied twice",
        ),
    ],
)
def test_what_cannot_be_is_not(lines: list[Line]) -> None:
    assert not told(*lines)
