"""Plateau, slope and spike on grids whose neighbours can be counted by hand."""

import pytest

from oodaemon.analysis.neighbourhood import Grid, Shape, spread
from tests.unit.analysis.points import grid, point


def mar(candidate) -> float | None:
    return candidate.figure("mar")


def around(points, index: int):
    return Grid(points).around(points[index], mar, spread(points, mar))


def test_neighbours_are_one_step_away_in_one_parameter() -> None:
    points = grid(lambda x, y: {"mar": x + y})
    assert [each.index for each in Grid(points).neighbours(points[12])] == [7, 17, 11, 13]
    assert [each.index for each in Grid(points).neighbours(points[0])] == [5, 1]
    assert [each.index for each in Grid(points).neighbours(points[14])] == [9, 19, 13]
    assert [each.index for each in Grid(points).neighbours(points[15])] == [10, 20, 16]
    assert Grid(points).names == ["delta", "stop_loss"]


def test_a_spike_by_hand() -> None:
    # 10 in the middle, 1 everywhere else: the neighbours are 9 behind, which is the whole range.
    found = around(grid(lambda x, y: {"mar": 10 if (x, y) == (2, 2) else 1}), 12)
    assert (found.count, found.mean, found.worst, found.stability, found.shape) == (4, 1, 1, 0, Shape.SPIKE)


def test_a_plateau_by_hand() -> None:
    # 10 - distance: the four neighbours have 9, the corners 6; 1 - 1/4 = 0.75 is a slope, on a finer hill it is a plateau.
    found = around(grid(lambda x, y: {"mar": 10 - abs(x - 2) - abs(y - 2)}), 12)
    assert (found.stability, found.shape) == (0.75, Shape.SLOPE)
    fine = around(grid(lambda x, y: {"mar": 10 - abs(x - 4) - abs(y - 4)}, 9, 9), 40)
    assert (fine.stability, fine.shape) == (pytest.approx(0.875), Shape.PLATEAU)


def test_what_nobody_can_tell() -> None:
    alone = around([point(0, values={"delta": 5}, mar=1), point(1, values={"delta": 10}, mar=3)], 1)
    assert (alone.count, alone.mean, alone.stability, alone.shape) == (1, 1, None, None)
    assert around([point(0, mar=1)], 0).count == 0
    same = around(grid(lambda x, y: {"mar": 1}), 12)
    assert (same.stability, same.shape) == (1, Shape.PLATEAU)


def test_choices_flags_and_dates_are_no_steps() -> None:
    points = [
        point(0, values={"side": "put", "delta": 5}, mar=1),
        point(1, values={"side": "call", "delta": 5}, mar=1),
        point(2, values={"side": "put", "delta": 10}, mar=1),
        point(3, values={"side": "put", "delta": 5, "start_date": "2024-01-01"}, mar=1),
    ]
    assert [each.index for each in Grid(points).neighbours(points[0])] == [2]
    times = [point(n, values={"entry_time": time}, mar=n) for n, time in enumerate(("10:00", "09:45", "11:30"))]
    assert [each.index for each in Grid(times).neighbours(times[0])] == [1, 2]


def test_failed_neighbours_are_not_counted_as_bad_ones() -> None:
    points = grid(lambda x, y: {} if (x, y) in {(1, 2), (3, 2)} else {"mar": 5})
    assert around(points, 12).count == 2
    assert Grid([each for each in points if each.index != 7]).neighbours(points[12])[0].index == 17


def test_the_edge_of_what_was_tried() -> None:
    points = grid(lambda x, y: {"mar": x})
    assert around(points, 22).edges == ("delta",)
    assert around(points, 24).edges == ("delta", "stop_loss")
    assert around(points, 12).edges == ()
    two = grid(lambda x, y: {"mar": x}, 2, 5)
    assert around(two, 7).edges == ()
