"""The desk of the site: conditions, errands, and the figures that may be stale."""

from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from oodaemon.dispatch.bell import Bell
from oodaemon.dispatch.site import AUTH_REQUIRED, ERRANDS_WAITING, REMEMBERED, SITE_BLOCKED, TELLING, Errand
from oodaemon.errors import NotFound, SignInRefused, Unavailable
from oodaemon.model.events import EventType
from oodaemon.store import journal
from oodaemon.store.transaction import Snapshot
from tests.unit.dispatch.bench import EPOCH, Bench, open_bench
from tests.unit.dispatch.test_attempt_ends import BusyLane


async def conditions_told(bench: Bench) -> list[tuple[str, str]]:
    events = await bench.store.read(journal.read, 0, run_id=None, limit=1000)
    return [(e.body["kind"], e.body["message"]) for e in events if e.type is EventType.SITE_CONDITION_CHANGED]


async def nothing(tab: Any) -> None:
    raise AssertionError("nobody does this errand")


async def test_a_ring_wakes_those_who_listen_and_not_those_who_come_later(autojump_clock) -> None:
    bell = Bell()
    early = bell.listen()
    bell.ring()
    await early.wait()
    with trio.move_on_after(1) as scope:
        await bell.listen().wait()
    assert scope.cancelled_caught


async def test_a_condition_closes_the_desk_until_it_is_over(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        assert bench.desk.is_open
        await bench.desk.enter(SITE_BLOCKED, "no answer")
        assert not bench.desk.is_open
        condition = bench.desk.conditions[SITE_BLOCKED]
        assert (condition.kind, condition.message, condition.since) == (SITE_BLOCKED, "no answer", EPOCH)
        await bench.desk.leave(SITE_BLOCKED)
        assert bench.desk.is_open
        assert dict(bench.desk.conditions) == {}


async def test_a_condition_is_told_once_and_again_only_with_other_words(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.desk.enter(SITE_BLOCKED, "no answer")
        await trio.sleep(10)
        await bench.desk.enter(SITE_BLOCKED, "no answer")
        await bench.desk.enter(SITE_BLOCKED, "502")
        assert bench.desk.conditions[SITE_BLOCKED].since == EPOCH, "the trouble began when it was first seen"
        await bench.desk.leave(SITE_BLOCKED)
        await bench.desk.leave(SITE_BLOCKED)
        assert await conditions_told(bench) == [(SITE_BLOCKED, "no answer"), (SITE_BLOCKED, "502"), (SITE_BLOCKED, "")]


async def test_what_is_cancelled_while_a_condition_is_told_tells_it(autojump_clock, tmp_path: Path) -> None:
    """Else one that nobody knows of would stop the clocks of all runs, or one that is over."""
    async with open_bench(tmp_path) as bench:
        for tell in (lambda: bench.desk.enter(SITE_BLOCKED, "no answer"), lambda: bench.desk.leave(SITE_BLOCKED)):
            with trio.CancelScope() as scope:
                scope.cancel()
                await tell()
        assert bench.desk.is_open
        assert await conditions_told(bench) == [(SITE_BLOCKED, "no answer"), (SITE_BLOCKED, "")]


async def test_what_the_store_had_no_time_for_is_told_when_it_has(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_bench(tmp_path, lane=BusyLane) as bench:
        run = await bench.submit(1)
        for is_blocked in (True, False):
            monkeypatch.setattr(BusyLane, "is_busy", True)
            began = trio.current_time()
            await (bench.desk.enter(SITE_BLOCKED, "no answer") if is_blocked else bench.desk.leave(SITE_BLOCKED))
            assert trio.current_time() == began + TELLING
            monkeypatch.setattr(BusyLane, "is_busy", False)
            for _ in range(2):
                await bench.desk.tell_again()
            assert await bench.store.read(_stands_still, run.run_id) is is_blocked
        assert await conditions_told(bench) == [(SITE_BLOCKED, "no answer"), (SITE_BLOCKED, "")]


def _stands_still(db: Snapshot, run_id: str) -> bool:
    row = db.execute("SELECT frozen_at FROM runs WHERE run_id = ?", (run_id,)).fetchone()
    return row["frozen_at"] is not None


async def test_the_desk_opens_with_the_last_condition_that_goes(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.desk.enter(SITE_BLOCKED, "a")
        await bench.desk.enter(AUTH_REQUIRED, "b")
        opened: list[float] = []

        async def wait() -> None:
            await bench.desk.wait_open()
            opened.append(trio.current_time())

        async with trio.open_nursery() as nursery:
            nursery.start_soon(wait)
            await trio.sleep(5)
            await bench.desk.leave(SITE_BLOCKED)
            await trio.sleep(5)
            assert opened == []
            await bench.desk.leave(AUTH_REQUIRED)
        assert opened == [10]


async def test_conditions_cannot_be_changed_from_outside(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        with pytest.raises(TypeError):
            bench.desk.conditions[SITE_BLOCKED] = None  # type: ignore[index]  # that is the point


async def test_the_figures_of_the_last_results_are_kept_and_no_more(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        for n in range(40):
            bench.desk.remember([["P/L", f"${n}"]])
        assert [cards[0][1] for cards in bench.desk.suspects] == [f"${n}" for n in range(40 - REMEMBERED, 40)]
        assert len(bench.desk.suspects) == REMEMBERED == 32


async def test_an_errand_is_answered_by_whoever_takes_it(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench, trio.open_nursery() as nursery:

        async def work(tab: str) -> str:
            return f"seen by {tab}"

        async def browser() -> None:
            errand = await bench.desk.next_errand()
            await trio.sleep(3)
            errand.settle(await errand.work("tab 1"))  # type: ignore[arg-type]  # the work of this test wants a name

        nursery.start_soon(browser)
        assert await bench.desk.ask(work) == "seen by tab 1"  # type: ignore[arg-type]  # see above
        assert trio.current_time() == 3


async def test_the_error_of_an_errand_is_raised_where_it_was_asked(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench, trio.open_nursery() as nursery:

        async def browser() -> None:
            (await bench.desk.next_errand()).settle(error=NotFound("saved test", "x"))

        nursery.start_soon(browser)
        with pytest.raises(NotFound, match="there is no saved test 'x'"):
            await bench.desk.ask(nothing)


async def test_an_errand_nobody_takes_is_given_up_after_90_seconds(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        with pytest.raises(Unavailable, match=r"could not be asked within 90 s: no browser is ready; see `ooctl status`"):
            await bench.desk.ask(nothing)
        assert trio.current_time() == 90
        await bench.desk.enter(SITE_BLOCKED, "the site does not answer")
        with pytest.raises(Unavailable, match="within 90 s: the site does not answer"):
            await bench.desk.ask(nothing)


async def test_an_errand_that_was_given_up_is_not_done_later(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        with pytest.raises(Unavailable):
            await bench.desk.ask(nothing)
        with trio.move_on_after(1) as scope:
            await bench.desk.next_errand()
        assert scope.cancelled_caught


async def test_an_answer_that_comes_too_late_changes_nothing(autojump_clock, tmp_path: Path) -> None:
    errand = Errand(nothing)
    errand.settle("first")
    errand.settle("second", error=KeyError("x"))
    assert (errand.answer, errand.error) == ("first", None)


async def test_so_many_errands_may_wait_and_not_one_more(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench, trio.open_nursery() as nursery:
        for _ in range(ERRANDS_WAITING):
            nursery.start_soon(_expect_refusal, bench)
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(Unavailable, match="too many questions to the site are waiting"):
            await bench.desk.ask(nothing)
        bench.desk.refuse_errands(SignInRefused("refused"))


async def _expect_refusal(bench: Bench) -> None:
    with pytest.raises(SignInRefused, match="refused"):
        await bench.desk.ask(nothing)


async def test_refusing_answers_everybody_who_waits_at_once(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        bench.desk.refuse_errands(SignInRefused("nobody waits"))
        async with trio.open_nursery() as nursery:
            for _ in range(3):
                nursery.start_soon(_expect_refusal, bench)
            await trio.testing.wait_all_tasks_blocked()
            bench.desk.refuse_errands(SignInRefused("refused"))
        assert trio.current_time() == 0


async def test_while_a_person_has_to_act_nobody_asks_the_site(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        bench.desk.check_sign_in()
        await bench.desk.enter(AUTH_REQUIRED, "the site asks for a person")
        with pytest.raises(SignInRefused, match="the site asks for a person"):
            bench.desk.check_sign_in()
        with pytest.raises(SignInRefused, match="the site asks for a person"):
            await bench.desk.ask(nothing)
        assert trio.current_time() == 0
        await bench.desk.leave(AUTH_REQUIRED)
        bench.desk.check_sign_in()
