"""A machine that sleeps: nothing times out, and everybody is told."""

import datetime
from pathlib import Path

import pytest
import trio

from oodaemon.actors.child import Child
from oodaemon.actors.mailbox import Mailbox
from oodaemon.app import clocks
from oodaemon.app.clocks import ClockWatch
from oodaemon.model.tasks import FailureClass
from oodaemon.store import attempts, fsck, journal, leases
from tests.unit.dispatch.bench import EPOCH, open_bench


class WallClock:
    """Trio's time, and whatever the machine slept."""

    def __init__(self) -> None:
        self.slept = 0.0

    def __call__(self) -> datetime.datetime:
        return EPOCH + datetime.timedelta(seconds=trio.current_time() + self.slept)


async def watched(wall: WallClock, jumps: dict[float, float], until: float) -> list[float]:
    """The gaps that were noticed when the wall clock jumps at the given times."""
    gaps: list[float] = []

    async def note(seconds: float) -> None:
        await trio.lowlevel.checkpoint()
        gaps.append(seconds)

    async with trio.open_nursery() as nursery:
        clock = ClockWatch(wall, note)
        await nursery.start(clock.start, Child("clock", 1, Mailbox("clock")))
        for at, seconds in jumps.items():
            await trio.sleep_until(at)
            wall.slept += seconds
        await trio.sleep_until(until)
        nursery.cancel_scope.cancel()
    counted = clock.statistics()
    assert (counted.gaps, counted.seconds) == (len(gaps), pytest.approx(sum(map(abs, gaps))))
    return gaps


@pytest.mark.parametrize(
    ("jumps", "gaps"),
    [
        ({12.0: 3600.0}, [3600]),
        ({12.0: 29.0}, []),
        ({12.0: 31.0}, [31]),
        ({12.0: -600.0}, [-600]),
        ({12.0: 100.0, 13.0: 100.0, 50.0: 40.0}, [200, 40]),
        ({float(at): 4.0 for at in range(10, 600, 10)}, []),
    ],
    ids=["a night", "a little", "just enough", "backwards", "twice", "a clock that drifts"],
)
async def test_a_jump_of_more_than_30_seconds_is_a_gap(autojump_clock, jumps, gaps) -> None:
    assert await watched(WallClock(), jumps, 700) == pytest.approx(gaps)


async def test_what_waits_for_a_retry_waits_as_much_longer_and_the_journal_tells(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(2)
        lease = await bench.lease()
        await bench.store.write(attempts.intent, lease.token)
        await bench.store.write(attempts.fail, lease.token, FailureClass.TIMING, "slow", 60)
        before = await bench.store.read(leases.next_due)
        await bench.store.write(clocks.bridge, 3600.0)
        after = await bench.store.read(leases.next_due)
        assert before is not None
        assert after is not None
        assert (after - before).total_seconds() == 3600
        events = await bench.store.read(journal.read, 0, run_id=None)
        assert (events[-1].type.value, events[-1].body) == ("daemon_clock_gap", {"seconds": 3600.0})
        assert await bench.store.read(fsck.problems) == []
        assert run.counts.total == 2
