"""Sessions and runs, on a clock that jumps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest
import trio
from trio.testing import MockClock

from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.form import Form, Leg
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD, Session, Site, wait_any
from oodaemon.practice.truth import figures

FORM = Form(
    start_date=date(2024, 1, 2), end_date=date(2024, 3, 28), legs=(Leg(side="Sell", right="Put", value=20),), allocation=100
)


@asynccontextmanager
async def at_work(site: Site) -> AsyncIterator[Session]:
    figures(FORM)  # computed before, so that only the site's own waiting takes time
    async with trio.open_nursery() as nursery:
        await nursery.start(site.work)
        session = site.sign_in(PRACTICE_EMAIL, PRACTICE_PASSWORD)
        assert session is not None
        yield session
        nursery.cancel_scope.cancel()


async def test_only_the_practice_account_gets_in(autojump_clock: MockClock) -> None:
    site = Site()
    assert site.sign_in(PRACTICE_EMAIL, "wrong") is None
    assert site.sign_in("someone@example.com", PRACTICE_PASSWORD) is None
    session = site.sign_in(PRACTICE_EMAIL.upper(), PRACTICE_PASSWORD)
    assert session is not None
    assert site.session(session.token) is session
    assert site.session("another") is None


async def test_a_session_ends_with_its_time(autojump_clock: MockClock) -> None:
    site = Site(Behaviour(session_seconds=60))
    session = site.sign_in(PRACTICE_EMAIL, PRACTICE_PASSWORD)
    assert session is not None
    await trio.sleep(59)
    assert site.session(session.token) is session
    await trio.sleep(1)
    assert site.session(session.token) is None
    assert session.ended.is_set()


async def test_a_run_takes_as_long_as_the_behaviour_says() -> None:
    site = Site(Behaviour(run_seconds=(0.05, 0.06)))
    async with at_work(site) as session:
        begun = trio.current_time()
        run = site.start_run(FORM, session)
        assert run.as_json()["finished_at"] is None
        await run.over.wait()
        assert trio.current_time() - begun >= 0.05
    assert run.as_json()["finished_at"] is not None
    assert run.as_json()["form"] == FORM.to_state()


async def test_lengths_of_runs_follow_the_seed() -> None:
    lengths = []
    for seed in (1, 1, 2):
        site = Site(seed=seed)
        async with at_work(site) as session:
            lengths.append([site.start_run(FORM, session).seconds for _ in range(3)])
    assert lengths[0] == lengths[1] != lengths[2]
    assert len(set(lengths[0])) == 3


async def test_expiring_sessions_loses_their_runs() -> None:
    site = Site(Behaviour(run_seconds=(60, 60)))
    async with at_work(site) as session:
        run = site.start_run(FORM, session)
        assert site.expire_sessions() == 1
        await run.over.wait()
        assert site.session(session.token) is None
    assert run.finished_at is None
    assert [told["n"] for told in (item.as_json() for item in site.runs)] == [1]


async def test_a_run_of_a_session_that_timed_out_is_lost() -> None:
    site = Site(Behaviour(run_seconds=(0.1, 0.1), session_seconds=0.05))
    async with at_work(site) as session:
        run = site.start_run(FORM, session)
        await run.over.wait()
    assert run.finished_at is None


async def test_reset_goes_back_to_the_beginning() -> None:
    site = Site(Behaviour(hydration=0.5))
    async with at_work(site) as session:
        site.start_run(FORM, session)
        site.change({"hydration": 2})
        site.reset()
        assert site.runs == []
        assert site.behaviour == Behaviour(hydration=0.5)
        assert site.session(session.token) is None


@pytest.mark.parametrize("first", [0, 1])
async def test_waiting_for_any_of_several(autojump_clock: MockClock, first: int) -> None:
    events = [trio.Event(), trio.Event()]
    events[first].set()
    begun = trio.current_time()
    await wait_any(*events, seconds=100)
    assert trio.current_time() == begun
    await wait_any(trio.Event(), seconds=7)
    assert trio.current_time() == begun + 7
