"""Where the time of an attempt went: parts inside parts, on both sides of the bridge, and over several attempts."""

import itertools
import time
from collections.abc import Iterator

import pytest
import trio

from oodaemon.bridge.loop import call, open_loop
from oodaemon.browser import profile, steps
from oodaemon.browser.profile import Part, Profiles, Record, Whose, claim, part, summary
from oodaemon.browser.steps import Step
from oodaemon.model.tasks import Lease, Token


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", clock)
    return clock


NUMBERS = itertools.count(1)


def lease(run_id: str = "A", index: int = 0, actor: str = "site/oo/browser/1") -> Lease:
    return Lease(Token(next(NUMBERS), 1, actor, 1), run_id, index, "iron", "Iron", "/test/iron", {}, 1, {})


def begun(clock: Clock, **options: object) -> tuple[Profiles, Record]:
    profiles = Profiles(clock=clock)
    return profiles, profiles.leased(lease(**options))  # type: ignore[arg-type]


def test_a_part_inside_another_counts_for_itself_only_and_what_is_left_is_other(clock: Clock) -> None:
    _, record = begun(clock)
    with record.current():
        clock.now += 1
        with part(Part.FILL):
            clock.now += 2
            with part(Part.FORM_STILL):
                clock.now += 4
            with part(Part.READ_BACK):
                clock.now += 8
            clock.now += 16
        clock.now += 32
    assert record.seconds == {Part.LEASE: 0, Part.FILL: 18, Part.FORM_STILL: 4, Part.READ_BACK: 8, Part.OTHER: 33}
    assert record.whole == 63
    assert sum(record.by_owner.values()) == record.whole
    assert record.by_owner[Whose.PROOF] == 12


def test_a_part_that_comes_again_adds_up_and_one_that_fails_counts_too(clock: Clock) -> None:
    _, record = begun(clock)

    def attempt() -> None:
        for _ in range(2):
            with part(Part.CALCULATE):
                clock.now += 3
        with part(Part.READ):
            clock.now += 1
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"), record.current():
        attempt()
    assert (record.seconds[Part.CALCULATE], record.seconds[Part.READ], record.whole) == (6, 1, 7)


def test_the_page_can_tell_afterwards_that_some_of_the_time_was_another_part_but_no_more_than_there_was(clock: Clock) -> None:
    _, record = begun(clock)
    with record.current():
        with part(Part.CALCULATE):
            clock.now += 5
            claim(Part.RESULT_STILL, 1.5)
        with part(Part.OPEN_TEST):
            clock.now += 1
            claim(Part.TEST_STILL, 99)
    assert (record.seconds[Part.CALCULATE], record.seconds[Part.RESULT_STILL]) == (3.5, 1.5)
    assert (record.seconds[Part.OPEN_TEST], record.seconds[Part.TEST_STILL]) == (0, 1)


def test_without_a_record_nothing_happens_but_the_step_is_counted(clock: Clock) -> None:
    before = steps.statistics()[Step.FILL].number
    with part(Part.FILL):
        clock.now += 1
        claim(Part.FORM_STILL, 1)
    assert steps.statistics()[Step.FILL].number == before + 1


def test_a_step_is_counted_with_all_that_is_inside_it_and_only_when_it_ends_well(clock: Clock) -> None:
    _, record = begun(clock)
    before = steps.statistics()[Step.FILL]

    def attempt() -> None:
        with part(Part.FILL):
            clock.now += 1
            with part(Part.FORM_STILL):
                clock.now += 1
        with part(Part.FILL):
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"), record.current():
        attempt()
    after = steps.statistics()[Step.FILL]
    assert (after.number - before.number, after.seconds - before.seconds) == (1, 2)


def test_what_the_lease_took_belongs_to_the_attempt_of_its_browser(clock: Clock) -> None:
    profiles = Profiles(clock=clock)
    with profiles.leasing("site/oo/browser/2"):
        clock.now += 7
    with profiles.leasing("site/oo/browser/1"):
        clock.now += 2
    clock.now += 1
    record = profiles.leased(lease(actor="site/oo/browser/1"))
    with record.current():
        clock.now += 4
    assert (record.seconds[Part.LEASE], record.whole, record.seconds[Part.OTHER]) == (2, 7, 5)
    assert profiles.leased(lease(actor="site/oo/browser/1")).seconds[Part.LEASE] == 0, "it is not taken twice"


def test_a_record_is_over_once_and_the_newest_are_remembered(clock: Clock) -> None:
    profiles, told = Profiles(kept=3, clock=clock), []
    profiles.told = told.append
    for index in range(5):
        record = profiles.leased(lease("A" if index < 4 else "B", index))
        with record.current():
            clock.now += 1
        record.end()
        record.add(Part.READ, 9)
    assert [record.index for record in profiles.records()] == [2, 3, 4]
    assert [record.index for record in told] == [0, 1, 2, 3, 4]
    assert [record.index for record in profiles.records("A")] == [2, 3]
    assert [record.index for record in profiles.records("A", 3)] == [3]
    assert record.whole == 1
    assert Part.READ not in record.seconds


async def test_attempts_at_the_same_time_keep_their_parts_apart_on_both_sides_of_the_bridge() -> None:
    profiles, gates = Profiles(), {name: trio.Event() for name in "ab"}

    async def on_asyncio_side(which: Part) -> None:
        with part(which):
            claim(Part.TEST_STILL, 0.0)

    async def attempt(name: str, other: str, which: Part) -> None:
        with profiles.leased(lease(name)).current(), part(Part.OPEN_TEST):
            gates[name].set()
            await gates[other].wait()
            async with trio.open_nursery() as nursery:
                nursery.start_soon(call, on_asyncio_side, which)

    async with open_loop(print), trio.open_nursery() as nursery:
        nursery.start_soon(attempt, "a", "b", Part.READ)
        nursery.start_soon(attempt, "b", "a", Part.DOWNLOAD)
    found = {record.run_id: set(record.seconds) for record in profiles.records()}
    assert Part.READ in found["a"]
    assert Part.READ not in found["b"]
    assert Part.DOWNLOAD in found["b"]
    for record in profiles.records():
        assert sum(record.seconds.values()) == pytest.approx(record.whole)


def made(whole: float, outcome: str = "recorded", **seconds: float) -> Record:
    spent = {Part(name): value for name, value in seconds.items()}
    return Record("A", 0, next(NUMBERS), outcome=outcome, seconds=spent, whole=whole, is_over=True)


def test_medians_are_of_each_part_and_shares_of_all_the_time() -> None:
    found = summary([made(10, fill=4, calculate=6), made(30, fill=5, calculate=25), made(60, calculate=60)])
    assert (found.attempts, found.median) == (3, 30)
    assert [(row.part, row.median, row.longest, row.share) for row in found.rows] == [
        (Part.FILL, 4, 5, 0.09),
        (Part.CALCULATE, 25, 60, 0.91),
    ]
    assert found.shares[Whose.SITE] == 0.91
    assert sum(found.shares.values()) == pytest.approx(1)


def test_of_no_attempts_there_is_nothing_to_say() -> None:
    found = summary([])
    assert (found.attempts, found.median, list(found.rows)) == (0, 0, [])


def test_only_attempts_with_a_result_are_good() -> None:
    assert [made(1, outcome).is_good for outcome in ("recorded", "adopted", "duplicate", "timing", "", "refused")] == [
        *[True] * 3,
        *[False] * 3,
    ]


def test_every_part_has_an_owner_and_a_meaning_and_the_owners_are_all_used() -> None:
    assert {each.whose for each in Part} == set(Whose)
    assert all(each.meaning for each in Part)
    assert set(profile.STEPS.values()) < set(Step)
