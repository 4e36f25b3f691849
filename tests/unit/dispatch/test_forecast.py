"""How long a plan would take: rounds of the browsers, or the distance that politeness asks for."""

import datetime

import pytest

from oodaemon.dispatch.forecast import Forecast
from oodaemon.dispatch.pace import Manners, Pacer
from oodaemon.model.runs import SavedTest

IRON = SavedTest("iron", "Iron condor", "/test/iron", datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC))


def forecast(tasks: int, *, planned: int | None = None, cached: int = 0, median: float | None = 10.0) -> Forecast:
    return Forecast(
        test=IRON, tasks=tasks, planned_tasks=planned, cached=cached, sample=(), is_cached=(), median_seconds=median, notes=()
    )


@pytest.mark.parametrize(
    ("found", "browsers", "distance", "seconds"),
    [
        (forecast(4), 2, 0, 20),
        (forecast(5), 2, 0, 30),
        (forecast(5, planned=40), 4, 0, 100),
        (forecast(5, cached=3), 2, 0, 10),
        (forecast(5), 2, 20, 80),
        (forecast(5, cached=5), 2, 20, 0),
        (forecast(5, median=None), 2, 20, None),
    ],
)
def test_the_slower_of_work_and_politeness_decides(found: Forecast, browsers: int, distance: float, seconds: float | None) -> None:
    assert found.seconds(browsers, distance) == seconds


@pytest.mark.parametrize(
    ("manners", "distance"),
    [
        (Manners(between_runs=6, per_minute=10), 6),
        (Manners(between_runs=1, per_minute=4), 15),
        (Manners(between_runs=3, per_minute=None), 3),
        (Manners(between_runs=0, per_minute=None), 0),
    ],
)
def test_both_settings_of_politeness_keep_runs_apart(manners: Manners, distance: float) -> None:
    assert Pacer(manners).distance == distance
