"""Getting in and staying in: who is asked, how often, and what others are told meanwhile."""

import itertools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from oodaemon.app.parts import CHECKOUT
from oodaemon.browser.recordings import load
from oodaemon.browser.session import Site
from oodaemon.dispatch.entry import Entry
from oodaemon.dispatch.pace import MANNERS, Pace
from oodaemon.dispatch.site import AUTH_REQUIRED, RATE_LIMITED, SITE_BLOCKED
from oodaemon.errors import SignInRefused
from oodaemon.failures.site import BrowserLost, NotLetIn, RateLimited, SignInUnclear, SiteUnreachable, TooSlow
from oodaemon.store.lanes import InlineLane
from tests.unit.dispatch.bench import ACCOUNT, Bench, FakeTab, open_bench

KNOWN = Site("https://optionomega.com", load(CHECKOUT))


class Longest(random.Random):
    """Always the longest wait that the jitter allows."""

    def uniform(self, a: float, b: float) -> float:
        return b


def entry_of(bench: Bench) -> tuple[Entry, Any]:
    return Entry(bench.desk, Longest()), FakeTab(bench.site)


async def test_signing_in_shares_the_session(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = entry_of(bench)
        await entry.sign_in(tab)
        assert bench.desk.stored.storage is not None
        assert bench.site.steps() == ["sign_in"]
        assert bench.desk.is_open
        assert "site_condition_changed" not in await bench.news()


async def test_a_refusal_is_told_and_the_site_is_not_asked_again(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench, trio.open_nursery() as nursery:
        entry, tab = entry_of(bench)
        bench.site.next("sign_in", SignInRefused("wrong password"))
        nursery.start_soon(entry.sign_in, tab)
        await trio.sleep(24 * 3600 - 10)
        assert bench.site.steps().count("sign_in") == 1
        assert bench.desk.conditions[AUTH_REQUIRED].message == "wrong password"
        assert (await bench.news()).count("site_condition_changed") == 1
        nursery.cancel_scope.cancel()


async def test_no_other_browser_asks_after_a_refusal_either(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench, trio.open_nursery() as nursery:
        bench.site.next("sign_in", SignInRefused("wrong password"))
        for _ in range(4):
            entry, tab = entry_of(bench)
            nursery.start_soon(entry.sign_in, tab)
        await trio.sleep(3600)
        assert bench.site.steps().count("sign_in") == 1
        nursery.cancel_scope.cancel()


async def test_a_refusal_answers_those_who_wait_for_the_site(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench, trio.open_nursery() as nursery:
        entry, tab = entry_of(bench)
        bench.site.next("sign_in", SignInRefused("wrong password"))

        async def ask() -> None:
            with pytest.raises(SignInRefused, match="wrong password"):
                await bench.desk.ask(tab.list_tests)

        async with trio.open_nursery() as asking:
            asking.start_soon(ask)
            await trio.testing.wait_all_tasks_blocked()
            nursery.start_soon(entry.sign_in, tab)
        assert trio.current_time() == 0
        nursery.cancel_scope.cancel()


async def test_a_sign_in_that_something_else_kept_out_is_tried_for_as_long_as_it_takes(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = entry_of(bench)
        bench.site.next("sign_in", *[NotLetIn("the site says 'Failed to fetch'")] * 20)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(entry.sign_in, tab)
            await trio.testing.wait_all_tasks_blocked()
            told = bench.desk.conditions[SITE_BLOCKED].message
        assert told == "signing in at https://optionomega.com does not work: the site says 'Failed to fetch'"
        assert bench.site.steps() == ["sign_in"] * 21
        assert bench.desk.is_open


async def test_what_may_be_a_refusal_is_one_at_the_third_time(autojump_clock, tmp_path: Path) -> None:
    """However many browsers ask, and whatever else keeps them out in between."""
    async with open_bench(tmp_path) as bench, trio.open_nursery() as nursery:
        unclear = SignInUnclear("the site says 'Sign in failed'")
        bench.site.next("sign_in", unclear, unclear, NotLetIn("ERR_CONNECTION_RESET"), *[unclear] * 20)
        for _ in range(2):
            entry, tab = entry_of(bench)
            nursery.start_soon(entry.sign_in, tab)
        await trio.sleep(24 * 3600 - 10)
        assert bench.site.steps().count("sign_in") == 4
        assert bench.desk.conditions[AUTH_REQUIRED].message.startswith("https://optionomega.com refuses the e-mail or password; ")
        nursery.cancel_scope.cancel()


async def test_a_sign_in_that_works_forgets_what_was_unclear(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = entry_of(bench)
        for _ in range(3):
            bench.site.next("sign_in", *[SignInUnclear("the site says 'Sign in failed'")] * 2)
            await entry.sign_in(tab)
        assert bench.site.steps().count("sign_in") == 9
        assert AUTH_REQUIRED not in bench.desk.conditions


async def test_after_a_person_signed_in_there_are_all_tries_again(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = entry_of(bench)
        for _ in range(2):
            bench.site.next("sign_in", *[SignInUnclear("the site says 'Sign in failed'")] * 3)
            bench.site.next("is_signed_in", True)
            await entry.sign_in(tab)
        assert bench.site.steps().count("sign_in") == 6


async def test_another_account_has_all_of_its_tries(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = entry_of(bench)
        bench.desk.site = KNOWN
        for _ in range(2):
            bench.site.next("sign_in", *[SignInUnclear("the site says 'Sign in failed'")] * 2)
            for _ in range(2):
                with pytest.raises(SignInUnclear):
                    await entry.sign_in_once(tab)
            await bench.desk.use_account(ACCOUNT, None)


@pytest.mark.parametrize(("asked", "times"), [(None, [0, 30, 90, 210, 450, 750]), (100.0, [0, 100, 200, 300, 400, 500])])
async def test_a_site_that_has_enough_of_sign_ins_is_left_alone_longer(
    autojump_clock, tmp_path: Path, asked: float | None, times: list[float]
) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = entry_of(bench)
        bench.site.next("sign_in", *[RateLimited("too many attempts", retry_after=asked)] * 5)
        await entry.sign_in(tab)
        assert bench.site.times("sign_in") == times


async def test_another_account_does_not_wait_for_the_one_before(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = entry_of(bench)
        bench.desk.site = KNOWN
        bench.site.next("sign_in", RateLimited("too many attempts", retry_after=3600))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(entry.sign_in, tab)
            await trio.sleep(10)
            await bench.desk.use_account(ACCOUNT, {"cookies": []})
        assert trio.current_time() == 10
        assert bench.desk.is_open


async def test_without_an_account_the_site_is_never_asked(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path, credentials=None) as bench:
        entry, tab = entry_of(bench)
        with pytest.raises(SignInRefused, match="no account is set; sign in with `ooctl login`"):
            await entry.sign_in_once(tab)
        assert bench.site.calls == []
        assert AUTH_REQUIRED in bench.desk.conditions


async def test_a_person_who_signs_in_in_our_window_lets_everybody_go_on(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = entry_of(bench)
        bench.site.next("sign_in", SignInRefused("the site asks for a person"))
        bench.site.next("is_signed_in", False, False, True)
        await entry.sign_in(tab)
        assert trio.current_time() == 10
        assert bench.desk.is_open
        assert bench.site.steps() == ["sign_in", *["is_signed_in"] * 3, "share_session"]


async def test_the_other_window_is_signed_in_once_the_first_was(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        bench.site.next("sign_in", SignInRefused("the site asks for a person"))
        first, second = entry_of(bench), entry_of(bench)
        first[1].is_signed_in = _signed_in_at(20)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(first[0].sign_in, first[1])
            nursery.start_soon(second[0].sign_in, second[1])
        assert bench.site.times("sign_in") == [0, 20]
        assert bench.desk.is_open


def _signed_in_at(moment: float) -> Any:
    async def is_signed_in() -> bool:
        await trio.lowlevel.checkpoint()
        return trio.current_time() >= moment

    return is_signed_in


async def test_a_site_that_is_down_is_asked_less_and_less_often_until_it_is_back(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = entry_of(bench)
        bench.site.next("sign_in", *[TooSlow("no answer")] * 8)
        seen: list[str] = []

        async def look() -> None:
            await trio.sleep(1)
            seen.append(bench.desk.conditions[SITE_BLOCKED].message)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(look)
            await entry.sign_in(tab)
        times = bench.site.times("sign_in")
        assert [b - a for a, b in itertools.pairwise(times)] == [2, 4, 8, 16, 32, 60, 60, 60]
        assert seen == ["signing in at https://optionomega.com does not work: no answer"]
        assert bench.desk.is_open


async def test_browsers_sign_in_one_after_the_other_and_politely(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path, manners=MANNERS[Pace.POLITE]) as bench:

        async def slow() -> None:
            await trio.sleep(10)

        bench.site.next("sign_in", slow, slow)
        async with trio.open_nursery() as nursery:
            for _ in range(2):
                entry, tab = entry_of(bench)
                nursery.start_soon(entry.sign_in, tab)
        assert bench.site.times("sign_in") == pytest.approx([0.5, 11])


async def test_a_lost_browser_ends_the_waiting(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = entry_of(bench)
        bench.site.next("sign_in", BrowserLost("gone"))
        with pytest.raises(BrowserLost):
            await entry.sign_in(tab)
        bench.site.next("probe", SiteUnreachable("x"), BrowserLost("gone"))
        with pytest.raises(BrowserLost):
            await entry.wait_reachable(tab, "net::ERR_FAILED")
        bench.site.next("sign_in", SignInRefused("person"))
        bench.site.next("is_signed_in", False, BrowserLost("gone"))
        with pytest.raises(BrowserLost):
            await entry.sign_in(tab)


async def test_a_site_that_cannot_be_reached_is_waited_for(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = entry_of(bench)
        bench.site.next("probe", SiteUnreachable("x"), TooSlow("y"), SiteUnreachable("z"))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(entry.wait_reachable, tab, "ERR_CONNECTION_RESET")
            await trio.sleep(1)
            condition = bench.desk.conditions[SITE_BLOCKED]
            assert condition.message == "https://optionomega.com cannot be reached: ERR_CONNECTION_RESET"
        assert bench.site.times("probe") == [2, 6, 14, 30]
        assert bench.desk.is_open


class CancellingLane(InlineLane):
    """Whoever writes or reads is cancelled just before that begins, once."""

    scope: trio.CancelScope | None = None

    async def run(self, job: Callable[[], Any]) -> Any:
        if type(self).scope is not None:
            type(self).scope.cancel()
        return await super().run(job)


async def test_a_browser_that_is_stopped_when_the_site_is_told_to_be_down_leaves_no_condition(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else would end it."""
    async with open_bench(tmp_path, lane=CancellingLane) as bench:
        entry, tab = entry_of(bench)
        with trio.CancelScope() as scope:
            monkeypatch.setattr(CancellingLane, "scope", scope)
            await entry.wait_reachable(tab, SiteUnreachable("x"))
        monkeypatch.setattr(CancellingLane, "scope", None)
        assert scope.cancelled_caught
        assert bench.desk.is_open
        assert (await bench.news()).count("site_condition_changed") == 2, "it was told, and taken back"


async def test_a_session_that_is_lost_again_and_again_slows_down(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = entry_of(bench)
        for _ in range(5):
            await entry.renew(tab)
        times = bench.site.times("sign_in")
        assert times[0] == 0, "the first loss costs no time"
        assert [b - a for a, b in itertools.pairwise(times)] == [4, 8, 16, 32]


async def test_a_backtest_that_got_through_forgives_the_losses_before_it(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = entry_of(bench)
        for _ in range(3):
            await entry.renew(tab)
        before = trio.current_time()
        entry.settled()
        await entry.renew(tab)
        assert trio.current_time() == before


async def test_waits_are_drawn_between_bounds(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, tab = Entry(bench.desk, random.Random(3)), FakeTab(bench.site)
        bench.site.next("probe", *[TooSlow("x")] * 30)
        fake: Any = tab
        await entry.wait_reachable(fake, "x")
        times = [0, *bench.site.times("probe")]
        waits = [b - a for a, b in itertools.pairwise(times)]
        assert all(1 <= wait <= 60 for wait in waits)
        assert len({round(wait, 6) for wait in waits}) == len(waits)


@pytest.mark.parametrize("way", ["sign_in", "wait_reachable"])
async def test_one_browser_finds_out_for_all_when_the_site_is_back(autojump_clock, tmp_path: Path, way: str) -> None:
    async with open_bench(tmp_path) as bench:
        bench.site.next("sign_in", *[TooSlow("no answer")] * 6)
        bench.site.next("probe", *[SiteUnreachable("no answer")] * 6)
        back: list[float] = []

        async def browser() -> None:
            entry, tab = entry_of(bench)
            await (entry.sign_in(tab) if way == "sign_in" else entry.wait_reachable(tab, SiteUnreachable("down")))
            back.append(trio.current_time())

        async with trio.open_nursery() as nursery:
            for _ in range(3):
                nursery.start_soon(browser)
        assert bench.desk.is_open
        assert len(set(back)) == 1
        if way == "sign_in":
            times = bench.site.times("sign_in")
            assert times == [0, 0, 0, 2, 6, 14, 30, 30, 30], "each once, then one for all, then each when it works"
        else:
            assert bench.site.times("probe") == [2, 6, 14, 30, 62, 122, 182]


async def test_when_the_browser_that_asks_is_lost_another_one_goes_on(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        bench.site.next("probe", SiteUnreachable("x"), BrowserLost("gone"))
        first, second = entry_of(bench), entry_of(bench)

        async def lose() -> None:
            with pytest.raises(BrowserLost):
                await first[0].wait_reachable(first[1], SiteUnreachable("down"))

        async with trio.open_nursery() as nursery:
            nursery.start_soon(lose)
            await trio.testing.wait_all_tasks_blocked()
            nursery.start_soon(second[0].wait_reachable, second[1], SiteUnreachable("down"))
        assert trio.current_time() == 6
        assert bench.desk.is_open, "the next attempt finds out"


async def test_a_browser_that_is_lost_does_not_end_the_silence_the_site_asked_for(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        entry, _ = entry_of(bench)
        with trio.move_on_after(10):
            await entry.wait_allowed(RateLimited("429", retry_after=100))
        assert RATE_LIMITED in bench.desk.conditions
        assert not bench.desk.is_open


async def test_several_browsers_that_are_limited_at_once_halve_the_rate_once(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path, manners=MANNERS[Pace.POLITE]) as bench:
        async with trio.open_nursery() as nursery:
            for seconds in (20.0, 40.0, None):
                nursery.start_soon(entry_of(bench)[0].wait_allowed, RateLimited("429", retry_after=seconds))
        assert trio.current_time() == 40
        assert bench.desk.pacer.statistics().share == pytest.approx(0.5 + 0.1 * 40 / 60)
        assert bench.desk.is_open
