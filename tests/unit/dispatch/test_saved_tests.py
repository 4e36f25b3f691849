"""Commands on saved tests: done once, by their author, and at the site only where they must be."""

import dataclasses
import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trio

from oodaemon.browser.catalog import Listed
from oodaemon.dispatch.runs import Request
from oodaemon.dispatch.saved_tests import Order, TestDesk
from oodaemon.dispatch.tests import TestBook
from oodaemon.errors import Aborted, AlreadyExists, FailedPrecondition, InvalidArgument, NotFound, Unavailable
from oodaemon.model.config import TestConfig
from oodaemon.model.runs import Desired, Place, SavedTest
from oodaemon.store import journal, tests
from tests.unit.dispatch.bench import BASE_URL, IRON, Bench, open_bench, with_browser

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
FLY = SavedTest("zZ9yY8xX7wW6vV5uU4tT", "Broken wing", "/test/zZ9yY8xX7wW6vV5uU4tT", NOW)
SHARED = SavedTest("sharedsharedshared12", "Theirs", "/share/sharedsharedshared12", NOW)
FIRST = Request("r1", "RenameTest", "d", "me@here")


@asynccontextmanager
async def desk_of(folder: Path) -> AsyncIterator[tuple[Bench, TestDesk]]:
    async with open_bench(folder) as bench:
        await bench.store.write(tests.remember, [IRON, FLY, SHARED])
        yield bench, TestDesk(bench.store, bench.desk, TestBook(bench.store, bench.desk, bench.shop.registry))


def order(test: SavedTest = IRON, place: Place = Place.SITE, *, name: str = "", reason: str = "") -> Order:
    return Order(test.test_id, name or test.name, place, reason)


async def test_a_test_is_renamed_at_the_site_once_and_its_author_is_told(autojump_clock, tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (bench, desk):
        head = bench.store.head

        async def twice() -> None:
            for _ in range(2):
                test, done = await desk.rename(FIRST, order(reason="clearer"), "  Condor   11:25 ")
                assert (test.name, test.called, done) == ("Condor 11:25", "Condor 11:25", "the site calls it 'Condor 11:25' now")

        await with_browser(bench, twice())
        assert bench.site.changes == [(IRON.path, IRON.name, "Condor 11:25")]
        (event,) = await bench.store.read(journal.read, head, run_id=None)
        assert (event.type, event.body) == (
            "test_renamed",
            {
                "test_id": IRON.test_id,
                "was": "Iron condor",
                "name": "Condor 11:25",
                "place": "site",
                "client": "me@here",
                "reason": "clearer",
            },
        )


async def test_a_test_is_deleted_at_the_site_once_and_stays_in_no_list(autojump_clock, tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (bench, desk):

        async def twice() -> None:
            for _ in range(2):
                test, done = await desk.delete(FIRST, order())
                assert (test.removed_from, done) == (Place.SITE, "the site does not have it any more")

        await with_browser(bench, twice())
        assert bench.site.changes == [(IRON.path, IRON.name)]
        assert IRON.test_id not in {test.test_id for test in await bench.store.read(tests.listing)}


async def test_in_our_list_alone_the_site_is_not_asked(autojump_clock, tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (bench, desk):
        test, done = await desk.rename(FIRST, order(SHARED, Place.LIST), "borrowed")
        assert (test.name, test.called) == ("Theirs", "borrowed")
        assert done == "the list of this daemon calls it 'borrowed' now; the site was not touched"
        _, done = await desk.delete(Request("r2", "DeleteTest", "d"), order(SHARED, Place.LIST, name="borrowed"))
        assert done == "it is off the list of this daemon; the site was not touched"
        assert bench.site.calls == []
        assert (await bench.store.read(tests.get, SHARED.test_id)).removed_from is Place.LIST


@pytest.mark.parametrize(
    ("given", "request_", "error", "words"),
    [
        (order(name="Iron"), FIRST, Aborted, "is called 'Iron condor' and not 'Iron'; nothing was changed"),
        (order(SHARED), FIRST, FailedPrecondition, "'Theirs' is a shared view of somebody's test"),
        (order(dataclasses.replace(IRON, test_id="nobody")), FIRST, NotFound, "there is no saved test 'nobody'"),
        (order(), Request("", "RenameTest", "d"), InvalidArgument, "request_id: is empty"),
    ],
)
async def test_what_is_not_right_does_not_reach_the_site(
    autojump_clock, tmp_path: Path, given: Order, request_: Request, error: type[Exception], words: str
) -> None:
    async with desk_of(tmp_path) as (bench, desk):
        before, head = await bench.store.read(tests.listing), bench.store.head

        async def refused() -> None:
            with pytest.raises(error, match=words):
                await desk.rename(request_, given, "Mine")
            with pytest.raises(error, match=words):
                await desk.delete(request_, given)

        await with_browser(bench, refused())
        assert (bench.site.calls, bench.store.head, await bench.store.read(tests.listing)) == ([], head, before)


@pytest.mark.parametrize(("name", "why"), [("  ", "is empty"), ("x" * 201, "more than 200"), ("a\x1bb", "cannot be shown")])
async def test_a_name_that_cannot_be_one_is_refused(autojump_clock, tmp_path: Path, name: str, why: str) -> None:
    async with desk_of(tmp_path) as (bench, desk):
        with pytest.raises(InvalidArgument, match=f"new_name: .*{why}"):
            await desk.rename(FIRST, order(), name)
        assert bench.site.calls == []


async def test_a_request_id_stands_for_one_content(autojump_clock, tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (bench, desk):

        async def story() -> None:
            await desk.rename(FIRST, order(), "Mine")
            with pytest.raises(AlreadyExists):
                await desk.delete(Request("r1", "DeleteTest", "e"), order(name="Mine"))

        await with_browser(bench, story())
        assert bench.site.steps() == ["rename_test"]


async def test_what_the_site_refuses_changes_nothing_and_leaves_the_request_free(autojump_clock, tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (bench, desk):
        head = bench.store.head
        bench.site.next("remove_test", FailedPrecondition("the site asks something"), Unavailable("no answer"))

        async def story() -> None:
            with pytest.raises(FailedPrecondition, match="the site asks something"):
                await desk.delete(FIRST, order())
            with pytest.raises(Unavailable, match="no answer; whether it was done is not known: repeat the command"):
                await desk.delete(FIRST, order())
            assert bench.store.head == head
            await desk.delete(FIRST, order())

        await with_browser(bench, story())
        assert bench.site.steps() == ["remove_test"] * 3


async def test_a_test_that_a_run_needs_is_not_deleted(autojump_clock, tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (bench, desk):
        run = await bench.submit(2)

        async def story() -> None:
            with pytest.raises(FailedPrecondition, match=f"runs of 'Iron condor' are not at rest: {run.run_id}; wait for them"):
                await desk.delete(FIRST, order())
            assert bench.site.changes == []
            await bench.steer(run, Desired.CANCEL)
            await desk.delete(FIRST, order())

        await with_browser(bench, story())


async def test_commands_on_tests_come_one_after_the_other(autojump_clock, tmp_path: Path) -> None:
    """The same request at once is carried out once."""
    async with desk_of(tmp_path) as (bench, desk):

        async def slow() -> str:
            await trio.sleep(5)
            return "the site calls it so"

        bench.site.next("rename_test", slow)

        async def both() -> None:
            async with trio.open_nursery() as nursery:
                for _ in range(2):
                    nursery.start_soon(desk.rename, FIRST, order(), "Mine")

        await with_browser(bench, both())
        assert bench.site.steps() == ["rename_test"]


async def test_a_test_is_shown_with_its_runs_and_its_page(autojump_clock, tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (bench, desk):
        run = await bench.submit(1)
        bench.site.next("look_up", Listed(IRON.test_id, "Iron condor", IRON.path, TestConfig("SPX")), None)

        async def story() -> None:
            shown = await desk.show("1")
            assert (shown.test.test_id, shown.number, shown.config, shown.runs) == (IRON.test_id, 1, None, 1)
            assert shown.active == (run.run_id,)
            assert (await desk.show("iron", refresh=True)).config == TestConfig("SPX")
            with pytest.raises(NotFound, match="the site shows none at /test/aB3dE5gH7jK9mN1pQ2rS"):
                await desk.show("1", refresh=True)

        await with_browser(bench, story())


async def test_a_test_is_added_by_address_or_id_also_again(autojump_clock, tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (bench, desk):
        await bench.store.write(tests.remove, FLY.test_id, Place.LIST)
        found: Any = Listed(FLY.test_id, "Broken wing", FLY.path)
        bench.site.next("look_up", found, None)

        async def story() -> None:
            added = Request("a1", "AddTest", "d", "me@here")
            assert [(await desk.add(added, FLY.test_id))[1], (await desk.add(added, FLY.test_id))[1]] == [False, False]
            assert {test.test_id for test in await bench.store.read(tests.listing)} >= {FLY.test_id}
            with pytest.raises(NotFound, match="the site shows none at /share/nobody"):
                await desk.add(Request("a2", "AddTest", "e"), "/share/nobody")
            with pytest.raises(InvalidArgument, match="is neither the address of a test nor an id"):
                await desk.add(Request("a3", "AddTest", "f"), "Broken wing")

        await with_browser(bench, story())


async def test_a_repeated_addition_is_answered_although_the_daemon_drives_another_site_now(autojump_clock, tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (bench, desk):
        bench.site.next("look_up", Listed(FLY.test_id, FLY.name, FLY.path))
        added, address = Request("a1", "AddTest", "d"), f"{BASE_URL}{FLY.path}"
        first = await with_browser(bench, desk.add(added, address))
        site: Any = SimpleNamespace(base_url="https://elsewhere.example")
        bench.desk.site = site
        assert await desk.add(added, address) == first
        with pytest.raises(InvalidArgument, match="this daemon drives elsewhere"):
            await desk.add(Request("a2", "AddTest", "e"), address)
