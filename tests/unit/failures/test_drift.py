"""When a locator that is gone is drift."""

import pytest

from oodaemon.failures.drift import WINDOW, Sighting, concerned, within_window

A, B = '"Profit Target" in "Profit & Loss"', '"Max VIX" in "Entry Conditions"'


def seen(*what: tuple[float, int, str]) -> tuple[Sighting, ...]:
    return tuple(Sighting(at, ("R", index), locator) for at, index, locator in what)


@pytest.mark.parametrize(
    ("sightings", "tasks"),
    [
        (seen((0, 0, A), (1, 1, A), (2, 2, A)), [0, 1, 2]),
        (seen((0, 0, A), (1, 1, A)), []),
        (seen((0, 0, A), (1, 0, A), (2, 0, A), (3, 1, A)), []),
        (seen((0, 0, A), (1, 1, B), (2, 2, A)), []),
        (seen((0, 0, A), (1, 1, B), (2, 2, A), (3, 3, A)), [0, 2, 3]),
        (seen((0, 0, A), (300, 1, A), (WINDOW, 2, A)), [0, 1, 2]),
        (seen((0, 0, A), (300, 1, A), (WINDOW + 0.1, 2, A)), []),
        (seen((0, 0, A), (300, 1, A), (400, 0, A), (WINDOW + 1, 2, A)), [1, 0, 2]),
    ],
)
def test_three_distinct_tasks_within_ten_minutes(sightings: tuple[Sighting, ...], tasks: list[int]) -> None:
    now = sightings[-1].at
    found = concerned(sightings, A, now)
    assert sorted(found) == sorted(("R", index) for index in tasks)


def test_tasks_of_several_runs_count_together() -> None:
    sightings = tuple(Sighting(0, (run, 0), A) for run in "RST")
    assert concerned(sightings, A, 0) == (("R", 0), ("S", 0), ("T", 0))


def test_what_is_kept_is_bounded_by_tasks_and_time() -> None:
    many = tuple(Sighting(at, ("R", at % 5), A) for at in range(2000))
    assert len(within_window(many, 2000)) == 5
    assert within_window(many, 2000 + 2 * WINDOW) == ()
