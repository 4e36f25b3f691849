"""Both kinds of lane keep the same promises."""

import threading

import pytest
import trio
import trio.testing

from oodaemon.store.lanes import InlineLane, ThreadLane


@pytest.mark.parametrize("make", [InlineLane, ThreadLane])
async def test_a_lane_returns_and_raises_what_its_job_does(make) -> None:
    lane = make()
    assert await lane.run(lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        await lane.run(lambda: 1 // 0)


@pytest.mark.parametrize("make", [InlineLane, ThreadLane])
async def test_a_job_is_not_begun_in_a_cancelled_scope(make) -> None:
    done: list[int] = []
    with trio.CancelScope() as scope:
        scope.cancel()
        await make().run(lambda: done.append(1))
    assert scope.cancelled_caught
    assert done == []


@pytest.mark.parametrize("make", [InlineLane, ThreadLane])
async def test_jobs_run_one_after_the_other_in_order(make) -> None:
    lane, running, log = make(), threading.Lock(), []

    def job(number: int) -> None:
        assert running.acquire(blocking=False)
        log.append(number)
        running.release()

    async with trio.open_nursery() as nursery:
        for number in range(20):
            nursery.start_soon(lane.run, lambda number=number: job(number))
            await trio.testing.wait_all_tasks_blocked()
    assert log == list(range(20))


async def test_threads_are_left_to_the_lane_that_has_them() -> None:
    here = threading.get_ident()
    assert await ThreadLane().run(threading.get_ident) != here
    assert await InlineLane().run(threading.get_ident) == here
