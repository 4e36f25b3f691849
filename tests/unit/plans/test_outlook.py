"""How long a run still takes: stable under outliers, honest about browsers, silent when nothing is known."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.model.runs import Desired, Growth, Run, RunPhase, SavedTest, Standing, TaskCounts
from oodaemon.plans.outlook import UNKNOWN, Outlook, Shop, outlook, typical

NOW = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.UTC)
TASK = 10.0


def ago(seconds: float) -> datetime.datetime:
    return NOW - datetime.timedelta(seconds=seconds)


def a_run(pending: int, *ages: float, seconds: float | None = TASK, phase: RunPhase = RunPhase.RUNNING, **standing) -> Run:
    """A run with tasks waiting, and attempts that began so many seconds ago."""
    started = tuple((ago(age), True) for age in ages) + tuple((ago(age), False) for age in standing.pop("theirs", ()))
    stands = Standing(**{"ready": pending, "moved_at": NOW, "started": started, **standing})
    counts = TaskCounts(pending=pending, running=len(ages), completed=3)
    test = SavedTest("a", "b", "/test/a", NOW)
    run = Run("RUN", "sweep", 1, Desired.RUN, phase, test, "{}", counts, NOW, None, None, standing=stands)
    return replace(run, typical_task_seconds=seconds)


def shop(browsers: int = 2, **changes) -> Shop:
    return Shop(now=NOW, browsers=browsers, **changes)


@pytest.mark.parametrize(
    ("seconds", "found"),
    [
        ((), None),
        ((8,), 8),
        ((8, 10), 9),
        ((8, 10, 600), 10),
        ((8, 9, 10, 600), 9.5),
        ((10, 10, 10, 10, 10, 10, 3600, 3600), 10),
        ((0, 0, 10, 10, 10, 10, 10, 10), 10),
    ],
)
def test_outliers_do_not_count(seconds: tuple[float, ...], found: float | None) -> None:
    assert typical(seconds) == found


@given(st.lists(st.floats(5, 15), min_size=8, max_size=50), st.floats(0, 1e6))
def test_a_quarter_of_wild_values_stays_within_the_others(sound: list[float], wild: float) -> None:
    found = typical([*sound, *[wild] * (len(sound) // 4)])
    assert found is not None
    assert min(sound) - 1e-6 <= found <= max(sound) + 1e-6


def test_times_of_two_kinds_do_not_make_it_jump() -> None:
    even, odd = typical([5, 60] * 10), typical([5, 60] * 10 + [60])
    assert even == pytest.approx(32.5)
    assert odd == pytest.approx(32.5, rel=0.15)


@pytest.mark.parametrize(
    ("run", "browsers", "eta", "next_result"),
    [
        (a_run(4), 2, 20, 10),
        (a_run(5, 0, 0), 2, 40, 10),
        (a_run(5, 0), 1, 60, 10),
        (a_run(1), 3, 10, 10),
        (a_run(0, 0, 0, 0), 3, 10, 10),
        (a_run(2, 4, 8), 2, 16, 2),
        (a_run(0, 4), 2, 6, 6),
    ],
)
def test_browsers_take_one_task_after_the_other(run: Run, browsers: int, eta: float, next_result: float) -> None:
    assert outlook(run, shop(browsers)) == Outlook(eta, next_result)


def test_one_browser_of_two_lost_doubles_what_is_left() -> None:
    two, one = outlook(a_run(20, 0, 0), shop(2)), outlook(a_run(21, 0), shop(1))
    assert (two.eta, one.eta) == (110, 220)


def test_an_attempt_that_lost_its_browser_is_done_again() -> None:
    assert outlook(a_run(20, 0, 0), shop(1)).eta == 220


def test_it_counts_down_while_a_task_is_at_work() -> None:
    found = [outlook(a_run(3, age), shop(1)).eta for age in (0, 2.5, 5, 9)]
    assert found == [40, 37.5, 35, 31]


def test_a_backtest_that_takes_longer_than_usual_moves_nothing_else() -> None:
    assert outlook(a_run(3, 4000), shop(1)).eta == 30
    assert outlook(a_run(0, 4000), shop(1)) == Outlook(0, 0)


def test_a_clock_set_back_makes_no_task_longer_than_one() -> None:
    assert outlook(a_run(0, -3600), shop(1)).eta == 10


@pytest.mark.parametrize(
    ("run", "site"),
    [
        (a_run(4, seconds=None), shop()),
        (a_run(4), shop(0)),
        (a_run(4), shop(is_blocked=True)),
        (a_run(0), shop()),
        *((a_run(4, phase=phase), shop()) for phase in RunPhase if phase is not RunPhase.RUNNING),
    ],
)
def test_it_says_nothing_when_it_knows_nothing(run: Run, site: Shop) -> None:
    assert outlook(run, site) == UNKNOWN


def test_a_pause_changes_nothing_of_what_was_measured() -> None:
    before = a_run(4)
    assert outlook(replace(before, phase=RunPhase.PAUSED), shop()) == UNKNOWN
    assert outlook(before, shop()) == Outlook(20, 10)


def test_politeness_decides_where_it_takes_longer_than_the_work() -> None:
    assert outlook(a_run(10), shop(5, distance=15)).eta == 9 * 15 + TASK
    assert outlook(a_run(10), shop(5, distance=1)).eta == 20
    assert outlook(a_run(2), shop(2, turn=30)) == Outlook(40, 40)


def test_a_site_that_wants_silence_gets_it_first() -> None:
    assert outlook(a_run(2), shop(2, silence=60)) == Outlook(70, 70)


def test_tasks_that_all_wait_for_a_retry_are_waited_for() -> None:
    waits = a_run(2, ready=0, due_at=NOW + datetime.timedelta(seconds=90))
    assert outlook(waits, shop()) == Outlook(100, 100)


def test_runs_take_turns() -> None:
    assert outlook(a_run(4, rivals=(100,)), shop(2)).eta == 40
    assert outlook(a_run(4, rivals=(1,)), shop(2)).eta == 30
    assert outlook(a_run(1, theirs=(5, 5)), shop(2)) == Outlook(15, 15)


def test_a_growing_run_counts_what_it_is_planned_to_get() -> None:
    grows = replace(a_run(2), planned_tasks=11, growth=Growth.GROWING)
    assert outlook(grows, shop(2)).eta == 40
    assert outlook(replace(grows, growth=Growth.COMPLETE), shop(2)).eta == 10
    assert outlook(replace(a_run(0, 0), planned_tasks=None, growth=Growth.GROWING), shop(2)).eta == 10


@given(st.integers(0, 500), st.lists(st.floats(0, 100), max_size=4), st.integers(1, 4), st.floats(0, 30))
def test_more_tasks_never_take_less_and_another_browser_never_more(
    pending: int, ages: list[float], browsers: int, distance: float
) -> None:
    here = outlook(a_run(pending, *ages), shop(browsers, distance=distance))
    more = outlook(a_run(pending + 1, *ages), shop(browsers, distance=distance))
    helped = outlook(a_run(pending, *ages), shop(browsers + 1, distance=distance))
    if here.eta is not None and more.eta is not None and helped.eta is not None:
        assert more.eta >= here.eta - 1e-9
        assert helped.eta <= here.eta + 1e-9
        assert here.next_result is not None
        assert 0 <= here.next_result <= here.eta + 1e-9
