"""The circuit breaker of a step: when it opens, when it may be probed, what closes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.failures.breaker import FIRST_PAUSE, LONGEST_PAUSE, REMEMBERED, Breaker, BreakerState

CLOSED, OPEN, HALF_OPEN = BreakerState


def task(number: int) -> tuple[str, int]:
    return "R", number


def after(outcomes: str, *, tasks: int = 100) -> Breaker:
    """A breaker after successes (.) and failures (x) of one task after the other, one a second."""
    breaker = Breaker()
    for at, outcome in enumerate(outcomes):
        key = task(at % tasks)
        breaker = breaker.failed(at, key, f"error {at}") if outcome == "x" else breaker.succeeded(at, key)
    return breaker


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ("", CLOSED),
        ("xxxx", CLOSED),
        ("xxxxx", OPEN),
        ("xxxx.xxxx", CLOSED),
        (".xxxxx", OPEN),
        ("x." * 9 + "x", CLOSED),  # 10 of 19
        (".x" * 9 + "..", CLOSED),  # 9 of 20
        (".x" * 10, OPEN),
        ("." * 10 + "xx.xx.xx.xx.xx", OPEN),  # exactly half of the last 20, never 5 in a row
        ("xx.xx.xx.xx." + "." * 12, CLOSED),
    ],
)
def test_five_in_a_row_or_half_of_the_last_twenty_open_it(outcomes: str, state: BreakerState) -> None:
    breaker = after(outcomes)
    assert breaker.state is state
    if state is OPEN:
        last = len(outcomes) - 1
        assert (breaker.due, breaker.reason) == (last + 60, f"error {last}")


@pytest.mark.parametrize(("tasks", "state"), [(1, CLOSED), (2, CLOSED), (3, OPEN)])
def test_one_or_two_tasks_are_no_broken_site_however_often_they_fail(tasks: int, state: BreakerState) -> None:
    assert after("x" * 40, tasks=tasks).state is state


def test_probes_come_after_one_minute_and_twice_as_late_each_time_up_to_thirty() -> None:
    breaker, now, waits = after("xxxxx"), 4.0, []
    for _ in range(8):
        waits.append(breaker.due - now)
        assert breaker.probing(breaker.due - 0.001).state is OPEN
        now = breaker.due
        breaker = breaker.probing(now)
        assert breaker.state is HALF_OPEN
        breaker = breaker.failed(now, task(1), "still")
    assert waits == [60, 120, 240, 480, 960, 1800, 1800, 1800]
    assert breaker.reason == "still"


def test_a_probe_that_gets_through_closes_it_and_everything_begins_anew() -> None:
    half_open = after("xxxxx").probing(64)
    closed = half_open.succeeded(64, task(9))
    assert (closed.state, closed.samples, closed.pause) == (CLOSED, (), FIRST_PAUSE)
    assert closed.worked_lately(64 + 600)
    assert not closed.worked_lately(64 + 600.1)
    for n in range(4):
        closed = closed.failed(70 + n, task(n), "x")
    assert closed.state is CLOSED
    assert closed.failed(75, task(5), "x").due == 75 + FIRST_PAUSE


def test_what_was_under_way_when_it_opened_changes_nothing() -> None:
    breaker = after("xxxxx")
    assert breaker.succeeded(5, task(7)) is breaker
    assert breaker.failed(5, task(7), "another") is breaker


def test_a_site_that_was_found_to_work_is_not_blamed_for_what_was_counted() -> None:
    breaker = after("xxxx").refuted(4)
    for n in range(4):
        breaker = breaker.failed(5 + n, task(n), "x")
    assert breaker.state is CLOSED


EVENTS = st.lists(st.tuples(st.sampled_from(["fail", "pass", "probe"]), st.integers(0, 6), st.floats(0, 200)), max_size=80)


@given(EVENTS)
def test_its_rules_hold_whatever_happens(events: list[tuple[str, int, float]]) -> None:
    """Held against a model that keeps every outcome since it last closed."""
    breaker, now, history, pause = Breaker(), 0.0, [], FIRST_PAUSE
    for what, number, wait in events:
        now += wait
        before = breaker
        match what:
            case "fail":
                breaker = breaker.failed(now, task(number), "x")
            case "pass":
                breaker = breaker.succeeded(now, task(number))
            case _:
                breaker = breaker.probing(now)
        assert len(breaker.samples) <= REMEMBERED
        if before.state is CLOSED:
            if what != "probe":
                history.append((what == "fail", number))
            expected = OPEN if what == "fail" and is_broken(history) else CLOSED
            assert breaker.state is expected
            pause = FIRST_PAUSE
        elif before.state is OPEN:
            assert breaker.state is (HALF_OPEN if what == "probe" and now >= before.due else OPEN)
        elif what == "fail":
            pause = min(LONGEST_PAUSE, 2 * pause)
            assert (breaker.state, breaker.due) == (OPEN, now + pause)
        elif what == "pass":
            assert breaker.state is CLOSED
            history = []
        else:
            assert breaker.state is HALF_OPEN
        if breaker.state is OPEN and before.state is not OPEN:
            assert breaker.due == now + pause


def is_broken(history: list[tuple[bool, int]]) -> bool:
    def is_broad(of: list[tuple[bool, int]]) -> bool:
        return len({number for failed, number in of if failed}) >= 3

    row: list[tuple[bool, int]] = []
    for entry in reversed(history[-20:]):
        if not entry[0]:
            break
        row.append(entry)
    last = history[-20:]
    share = len(last) == 20 and sum(failed for failed, _ in last) >= 10
    return (len(row) >= 5 and is_broad(row)) or (share and is_broad(last))
