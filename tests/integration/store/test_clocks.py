"""Retry delays run only while the run is to run and its site is not blocked; what is left of them survives anything."""

import datetime

import pytest

from oodaemon.model.events import EventType
from oodaemon.model.runs import Desired, Run
from oodaemon.model.tasks import FailureClass
from oodaemon.store import attempts, journal, leases
from tests.integration.store.workbench import Workbench

DELAY = 30.0
"""Of a rate-limited task."""


def waiting(bench: Workbench) -> Run:
    run = bench.submit(1)
    bench.fail_next(FailureClass.RATE_LIMITED)
    return run


def blocked(bench: Workbench, message: str) -> None:
    bench.write(journal.condition, "SiteBlocked", message)


def left(bench: Workbench, run: Run) -> float:
    """Seconds until the task may run again, if the clock goes on now."""
    (task,) = bench.tasks(run)
    if task.not_before is None:
        assert task.remaining is not None
        return task.remaining
    return (task.not_before - bench.clock.now).total_seconds()


def test_a_pause_keeps_what_is_left_of_a_delay(bench: Workbench) -> None:
    run = waiting(bench)
    bench.clock.advance(10)
    bench.steer(run, Desired.PAUSE)
    bench.clock.advance(3600)
    assert left(bench, run) == DELAY - 10
    assert bench.read(leases.next_due) is None
    bench.steer(run, Desired.RUN)
    assert left(bench, run) == DELAY - 10
    assert bench.write(leases.lease, "browser/1", 1) is None
    bench.clock.advance(DELAY - 10)
    assert bench.lease().index == 0


def test_a_delay_that_was_over_stays_over(bench: Workbench) -> None:
    run = waiting(bench)
    bench.clock.advance(DELAY + 1)
    bench.steer(run, Desired.PAUSE)
    assert left(bench, run) == 0
    bench.clock.advance(100)
    bench.steer(run, Desired.RUN)
    assert bench.lease().index == 0


def test_what_fails_while_a_run_is_being_paused_has_its_whole_delay_left(bench: Workbench) -> None:
    run = bench.submit(1)
    leased = bench.announced()
    bench.steer(run, Desired.PAUSE)
    bench.clock.advance(50)
    bench.write(attempts.fail, leased.token, FailureClass.RATE_LIMITED, "slow down")
    bench.clock.advance(50)
    assert left(bench, run) == DELAY
    bench.steer(run, Desired.RUN)
    assert left(bench, run) == DELAY


def test_a_blocked_site_stops_the_clocks_of_all_runs(bench: Workbench) -> None:
    run, other = waiting(bench), bench.submit(1)
    bench.clock.advance(10)
    blocked(bench, "it is down")
    blocked(bench, "it is still down")
    bench.clock.advance(3600)
    assert left(bench, run) == DELAY - 10
    late = bench.submit(1)
    blocked(bench, "")
    assert left(bench, run) == DELAY - 10
    assert bench.read(leases.next_due) == bench.clock.now + datetime.timedelta(seconds=DELAY - 10)
    assert [bench.states(each) for each in (other, late)] == [["ready"], ["ready"]]


def test_a_condition_that_does_not_block_stops_no_clock(bench: Workbench) -> None:
    run = waiting(bench)
    bench.write(journal.condition, "RateLimited", "slow down")
    bench.clock.advance(10)
    assert left(bench, run) == DELAY - 10


@pytest.mark.parametrize("first", ["pause", "block"])
def test_a_clock_goes_on_only_when_nothing_stops_it_any_more(bench: Workbench, first: str) -> None:
    run = waiting(bench)
    stops = [lambda: bench.steer(run, Desired.PAUSE), lambda: blocked(bench, "down")]
    for stop in stops if first == "pause" else reversed(stops):
        stop()
        bench.clock.advance(100)
    bench.steer(run, Desired.RUN)
    bench.clock.advance(100)
    assert left(bench, run) == DELAY
    blocked(bench, "")
    assert left(bench, run) == DELAY


@pytest.mark.parametrize("how", ["restart", "crash"])
def test_a_boot_knows_no_blocked_site_and_every_pause(bench: Workbench, how: str) -> None:
    run, paused = waiting(bench), waiting(bench)
    bench.steer(paused, Desired.PAUSE)
    blocked(bench, "down")
    bench.clock.advance(500)
    getattr(bench, how)()
    assert [task.not_before is None for each in (run, paused) for task in bench.tasks(each)] == [False, True]
    assert (left(bench, run), left(bench, paused)) == (DELAY, DELAY)


def test_a_jump_of_the_clock_moves_what_waits_and_nothing_that_stands_still(bench: Workbench) -> None:
    run, paused = waiting(bench), waiting(bench)
    bench.steer(paused, Desired.PAUSE)
    bench.clock.advance(7200)

    def jump(tx) -> int:
        tx.emit(EventType.DAEMON_CLOCK_GAP, gap=7200)
        return leases.shift_waiting(tx, 7200)

    assert bench.write(jump) == 1
    assert (left(bench, run), left(bench, paused)) == (DELAY, DELAY)
    bench.steer(paused, Desired.RUN)
    assert left(bench, paused) == DELAY


def test_a_clock_that_was_set_back_while_no_daemon_ran_lets_nobody_wait_for_it(bench: Workbench) -> None:
    run, paused, other = waiting(bench), waiting(bench), waiting(bench)
    bench.steer(paused, Desired.PAUSE)
    bench.clock.advance(-90_000)
    bench.restart()
    assert (left(bench, run), left(bench, paused), left(bench, other)) == (DELAY, DELAY, DELAY)
    gaps = [event.body for event in bench.read(journal.read, 0, run_id=None) if event.type is EventType.DAEMON_CLOCK_GAP]
    assert gaps == [{"seconds": -90_000.0}]
    bench.steer(paused, Desired.RUN)
    assert left(bench, paused) == DELAY


def test_a_blocked_site_and_a_clock_that_was_set_back_do_not_add_up(bench: Workbench) -> None:
    run = waiting(bench)
    blocked(bench, "down")
    bench.clock.advance(-3_600)
    bench.crash()
    assert left(bench, run) == DELAY


def test_two_clocks_that_differ_by_a_little_are_no_jump(bench: Workbench) -> None:
    run = waiting(bench)
    bench.clock.advance(-20)
    bench.restart()
    assert left(bench, run) == DELAY + 20
    assert not [event for event in bench.read(journal.read, 0, run_id=None) if event.type is EventType.DAEMON_CLOCK_GAP]


def test_a_run_may_have_no_more_in_flight_than_its_limit(bench: Workbench) -> None:
    first, second = bench.submit(3), bench.submit(1)
    limits = {first.run_id: 1}
    taken = [bench.write(leases.lease, "browser/1", 1, limits=limits) for _ in range(3)]
    assert [lease and lease.run_id for lease in taken] == [first.run_id, second.run_id, None]
    assert bench.write(leases.lease, "browser/1", 1, limits={first.run_id: 2}) is not None
