"""Politeness, to the second, on the virtual clock."""

import itertools
from typing import Any

import pytest
import trio
import trio.testing
from hypothesis import given, settings
from hypothesis import strategies as st

from oodaemon.dispatch.pace import MANNERS, Manners, Pace, Pacer


async def press(pacer: Pacer) -> None:
    """Wait for a turn to press Run, and take it."""
    async with pacer.turn():
        pass


async def clicks(pacer: Pacer, browsers: int, each: int, *, busy: float = 0) -> list[float]:
    """When so many browsers press Run, each again after `busy` seconds."""
    times: list[float] = []

    async def browser() -> None:
        for _ in range(each):
            await press(pacer)
            times.append(trio.current_time())
            await trio.sleep(busy)

    async with trio.open_nursery() as nursery:
        for _ in range(browsers):
            nursery.start_soon(browser)
    return times


async def test_polite_is_half_a_second_before_an_action_and_six_between_runs(autojump_clock) -> None:
    assert MANNERS[Pace.POLITE] == Manners(before_action=0.5, between_runs=6, per_minute=10)
    pacer = Pacer(MANNERS[Pace.POLITE])
    before = trio.current_time()
    await pacer.before_action()
    assert trio.current_time() - before == pytest.approx(0.5)


@pytest.mark.parametrize("browsers", [1, 2, 3])
async def test_six_seconds_pass_between_run_clicks_over_all_browsers(autojump_clock, browsers: int) -> None:
    times = await clicks(Pacer(MANNERS[Pace.POLITE]), browsers, 6 // browsers)
    assert times == pytest.approx([0.5 + 6 * n for n in range(6)])


async def test_a_slow_backtest_does_not_make_up_for_lost_time(autojump_clock) -> None:
    """No burst after a long quiet: the next clicks are apart again."""
    pacer = Pacer(MANNERS[Pace.POLITE])
    assert await clicks(pacer, 1, 1) == pytest.approx([0.5])
    await trio.sleep(100)
    assert await clicks(pacer, 2, 2) == pytest.approx([101, 107, 113, 119])


async def test_who_comes_late_waits_only_for_the_half_second(autojump_clock) -> None:
    assert await clicks(Pacer(MANNERS[Pace.POLITE]), 1, 3, busy=20) == pytest.approx([0.5, 21, 41.5])


async def test_fast_waits_for_nothing(autojump_clock) -> None:
    assert await clicks(Pacer(MANNERS[Pace.FAST]), 2, 10) == [0] * 20


async def test_a_turn_that_is_cancelled_still_keeps_its_distance(autojump_clock) -> None:
    pacer = Pacer(MANNERS[Pace.POLITE])
    await press(pacer)
    with trio.move_on_after(1) as scope:
        await press(pacer)
    assert scope.cancelled_caught
    await press(pacer)
    assert trio.current_time() >= 6.5


async def seconds_of(pacer: Pacer) -> float:
    before = trio.current_time()
    await pacer.before_action()
    return trio.current_time() - before


@pytest.mark.parametrize(("pace", "base"), [(Pace.POLITE, 0.5), (Pace.FAST, 0)])
async def test_trouble_slows_down_step_by_step_and_success_brings_it_back(autojump_clock, pace: Pace, base: float) -> None:
    pacer = Pacer(MANNERS[pace])
    seen: list[tuple[float, int | None, bool]] = []

    async def look() -> None:
        seen.append((await seconds_of(pacer), pacer.browsers, bool(pacer.warning)))

    await look()
    for _ in range(4):
        pacer.failed()
        await look()
    for _ in range(3):
        pacer.settled()
        await look()
    assert seen == [
        (pytest.approx(base), None, False),
        (pytest.approx(1), None, False),
        (pytest.approx(2), 1, False),
        (pytest.approx(3), 1, True),
        (pytest.approx(3), 1, True),
        (pytest.approx(2), 1, False),
        (pytest.approx(1), None, False),
        (pytest.approx(base), None, False),
    ]


async def test_an_idle_site_is_not_slow_for_ever(autojump_clock) -> None:
    pacer = Pacer(MANNERS[Pace.FAST])
    for _ in range(3):
        pacer.failed()
    assert pacer.warning.startswith("the site had trouble again and again; one browser asks it, 3 s before each action")
    await trio.sleep(600)
    assert (pacer.warning, pacer.delay) == ("", 2)
    await trio.sleep(1200)
    assert (pacer.browsers, pacer.delay) == (None, 0)


async def test_a_turn_that_comes_to_nothing_is_no_click(autojump_clock) -> None:
    pacer = Pacer(MANNERS[Pace.POLITE])
    with pytest.raises(KeyError):
        async with pacer.turn():
            raise KeyError("the run was paused")
    assert await clicks(pacer, 1, 2) == pytest.approx([1, 7])


async def test_the_distance_is_kept_from_the_click_and_not_from_the_turn(autojump_clock) -> None:
    """What comes between the turn and the click may take its time."""
    pacer, times = Pacer(MANNERS[Pace.POLITE]), []

    async def browser() -> None:
        for _ in range(3):
            async with pacer.turn():
                await trio.sleep(2)
            times.append(trio.current_time())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(browser)
        nursery.start_soon(browser)
    assert [b - a for a, b in itertools.pairwise(sorted(times))] == pytest.approx([8] * 5)


async def test_a_rate_limit_doubles_the_distance_and_it_comes_back_by_a_tenth_of_the_setting_a_minute(autojump_clock) -> None:
    pacer = Pacer(Manners(before_action=0, between_runs=6, per_minute=None))
    await press(pacer)
    pacer.slow_down()
    assert await clicks(pacer, 1, 1) == pytest.approx([12])
    assert pacer.statistics().share == pytest.approx(0.5 + 0.1 * 12 / 60)
    await trio.sleep(300)
    assert await clicks(pacer, 1, 2) == pytest.approx([312, 318])
    assert pacer.statistics().share == 1


async def test_clicks_of_an_older_boot_count(autojump_clock) -> None:
    pacer = Pacer(Manners(before_action=0, between_runs=6, per_minute=3))
    pacer.recall([2, 59, 30, 4000])
    assert pacer.statistics().tokens == 0
    assert await clicks(pacer, 1, 2) == pytest.approx([4, 30])


async def test_a_clock_that_went_back_over_the_restart_keeps_the_distance(autojump_clock) -> None:
    pacer = Pacer(Manners(before_action=0, between_runs=6, per_minute=None))
    pacer.recall([-500])
    assert await clicks(pacer, 1, 1) == pytest.approx([6])


STEPS = st.lists(st.tuples(st.sampled_from(["click", "give up", "fail", "limit", "settle"]), st.floats(0, 30)), max_size=12)


@settings(deadline=None, max_examples=60)
@given(
    lanes=st.lists(STEPS, min_size=1, max_size=4),
    between=st.floats(0, 15),
    per_minute=st.none() | st.integers(1, 8),
    boots=st.integers(1, 3),
)
def test_no_schedule_of_browsers_and_restarts_breaks_the_limits(
    lanes: list[list[tuple[str, float]]], between: float, per_minute: int | None, boots: int
) -> None:
    """Browsers click, give turns up while they wait, fail and are limited as they like; between boots only the clicks are known."""
    times: list[float] = []
    manners = Manners(before_action=0, between_runs=between, per_minute=per_minute)

    async def lane(pacer: Pacer, steps: list[tuple[str, float]]) -> None:
        for what, seconds in steps:
            match what:
                case "fail":
                    pacer.failed()
                case "limit":
                    pacer.slow_down()
                case "settle":
                    pacer.settled()
                case _:
                    with trio.move_on_after(seconds if what == "give up" else float("inf")):
                        async with pacer.turn():
                            await trio.sleep(seconds / 30)
                        times.append(trio.current_time())
            await trio.sleep(seconds)

    async def main() -> None:
        for _ in range(boots):
            pacer = Pacer(manners)
            pacer.recall(trio.current_time() - at for at in times)
            async with trio.open_nursery() as nursery:
                for steps in lanes:
                    nursery.start_soon(lane, pacer, steps)

    clock: Any = trio.testing.MockClock(autojump_threshold=0)
    trio.run(main, clock=clock)
    assert all(b - a >= between - 1e-6 for a, b in itertools.pairwise(times))
    if per_minute is not None:
        assert all(later - first >= 60 for first, later in zip(times, times[per_minute:], strict=False))


async def test_trouble_on_purpose_slows_nothing_down(autojump_clock) -> None:
    pacer = Pacer(Manners(before_action=0, between_runs=0, per_minute=None, eases_off=False))
    for _ in range(4):
        pacer.failed()
    assert (await seconds_of(pacer), pacer.browsers, pacer.warning) == (0, None, "")
