"""Politeness, to the second, on the virtual clock."""

import pytest
import trio

from oodaemon.dispatch.pace import MANNERS, Manners, Pace, Pacer


async def clicks(pacer: Pacer, browsers: int, each: int, *, busy: float = 0) -> list[float]:
    """When so many browsers press Run, each again after `busy` seconds."""
    times: list[float] = []

    async def browser() -> None:
        for _ in range(each):
            await pacer.before_run()
            times.append(trio.current_time())
            await trio.sleep(busy)

    async with trio.open_nursery() as nursery:
        for _ in range(browsers):
            nursery.start_soon(browser)
    return times


async def test_polite_is_half_a_second_before_an_action_and_six_between_runs(autojump_clock) -> None:
    assert MANNERS[Pace.POLITE] == Manners(before_action=0.5, between_runs=6)
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
    await pacer.before_run()
    with trio.move_on_after(1) as scope:
        await pacer.before_run()
    assert scope.cancelled_caught
    await pacer.before_run()
    assert trio.current_time() >= 6.5
