"""The kill ladder on the virtual clock, with processes that resist."""

import math

import pytest
import trio

from oodaemon.browser.ladder import TOTAL, Ladder, Unkillable


class Stubborn:
    """A process that ends so many seconds after each rung; `inf` means that this rung does nothing to it."""

    def __init__(self, *, close: float = math.inf, terminate: float = math.inf, kill: float = math.inf) -> None:
        self.delays = {"close": close, "terminate": terminate, "kill": kill}
        self.steps: list[tuple[float, str]] = []
        self.ends_at = math.inf
        self.close_error: Exception | None = None

    def _strike(self, rung: str) -> None:
        self.steps.append((trio.current_time(), rung))
        self.ends_at = min(self.ends_at, trio.current_time() + self.delays[rung])

    async def close(self) -> None:
        self._strike("close")
        if self.close_error is not None:
            raise self.close_error
        await self.wait_gone()

    def terminate(self) -> None:
        self._strike("terminate")

    def kill(self) -> None:
        self._strike("kill")

    async def wait_gone(self) -> None:
        while trio.current_time() < self.ends_at:
            with trio.move_on_at(min(self.ends_at, trio.current_time() + 0.1)):
                await trio.sleep_forever()

    def survivors(self) -> tuple[int, ...]:
        return (7,) if trio.current_time() < self.ends_at else ()


async def stuck() -> None:
    with trio.CancelScope(shield=True):
        await trio.sleep(100)


@pytest.mark.parametrize(
    ("resistance", "took", "steps"),
    [
        ({"close": 0.5}, 0.5, ["close"]),
        ({"close": 2.9}, 2.9, ["close"]),
        ({"terminate": 1}, 4, ["close", "terminate"]),
        ({"kill": 0.1}, 5.1, ["close", "terminate", "kill"]),
    ],
)
async def test_each_rung_is_tried_for_its_time_and_no_rung_too_many(autojump_clock, resistance, took, steps) -> None:
    process = Stubborn(**resistance)
    ladder = Ladder(process)
    await ladder.climb()
    assert trio.current_time() == pytest.approx(took)
    assert [step for _, step in process.steps] == steps
    assert ladder.is_hung == (steps != ["close"])


async def test_a_connection_that_is_gone_costs_no_time(autojump_clock) -> None:
    process = Stubborn(terminate=0)
    process.close_error = RuntimeError("Connection closed")
    ladder = Ladder(process)
    await ladder.climb()
    assert trio.current_time() == 0
    assert not ladder.is_hung


async def test_a_process_that_outlives_sigkill_is_named(autojump_clock) -> None:
    process = Stubborn()
    with pytest.raises(Unkillable, match="process 7 cannot be killed") as caught:
        await Ladder(process).climb()
    assert caught.value.pids == (7,)
    assert process.steps == [(0, "close"), (3, "terminate"), (5, "kill")]
    assert trio.current_time() == 6


async def test_work_that_does_not_let_go_delays_the_ladder_by_two_seconds_and_all_of_it_by_eight(autojump_clock) -> None:
    """The worst of everything: work that hangs in a shield, and a process that only SIGKILL ends."""
    process = Stubborn(kill=0.5)
    ladder = Ladder(process)

    async def work() -> None:
        async with ladder.guard():
            await stuck()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(work)
        await trio.sleep(10)
        nursery.cancel_scope.cancel()
        with trio.CancelScope(shield=True):
            await process.wait_gone()
            assert trio.current_time() == pytest.approx(10 + 2 + 3 + 2 + 0.5)
    assert process.steps == [(12, "close"), (15, "terminate"), (17, "kill")]
    assert TOTAL == 8


async def test_work_that_lets_go_is_not_waited_for(autojump_clock) -> None:
    process = Stubborn(close=1)
    ladder = Ladder(process)
    with trio.move_on_after(10):
        try:
            async with ladder.guard():
                await trio.sleep_forever()
        finally:
            await ladder.climb()  # noqa: ASYNC102 - shields and bounds itself
    assert process.steps == [(10, "close")]
    assert trio.current_time() == 11


async def test_many_go_down_in_parallel(autojump_clock) -> None:
    processes = [Stubborn(kill=0.5) for _ in range(16)]
    async with trio.open_nursery() as nursery:
        for process in processes:
            nursery.start_soon(Ladder(process).climb)
    assert trio.current_time() == 5.5


async def test_a_second_climber_waits_for_the_first_and_strikes_nothing_twice(autojump_clock) -> None:
    process = Stubborn(kill=0.5)
    ladder = Ladder(process)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ladder.climb)
        nursery.start_soon(ladder.climb)
    assert len(process.steps) == 3


async def test_a_cancelled_climber_climbs_to_the_end(autojump_clock) -> None:
    process = Stubborn(kill=0.5)
    with trio.move_on_after(1):
        await Ladder(process).climb()
    assert process.survivors() == ()
    assert trio.current_time() == 5.5
