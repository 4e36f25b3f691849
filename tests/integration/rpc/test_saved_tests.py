"""TestService on the wire: tests found, shown and changed, by a browser that says what the test wants."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
import trio

from oodaemon.api.v1 import tests_pb2
from oodaemon.browser.catalog import Listed
from oodaemon.errors import FailedPrecondition
from oodaemon.model.config import TestConfig
from tests.integration.rpc.support import BASE_URL, Service, fresh

LISTED = (Listed("iron", "Iron condor", "/test/iron"), Listed("fly000", "Iron fly", "/test/fly000"))


class Tab:
    """A site with two tests."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.error: Exception | None = None

    async def list_tests(self) -> list[Listed]:
        return list(LISTED)

    async def look_up(self, path: str) -> Listed | None:
        found = next((test for test in LISTED if test.path == path), None)
        return found and Listed(found.test_id, found.name, found.path, TestConfig("SPX"))

    async def rename_test(self, *args: str) -> str:
        return self._do("rename", *args)

    async def remove_test(self, *args: str) -> str:
        return self._do("remove", *args)

    def _do(self, *args: str) -> str:
        self.asked.append(args)
        if self.error is not None:
            raise self.error
        return "the site did it"


@asynccontextmanager
async def browsing(service: Service) -> AsyncIterator[Tab]:
    tab: Any = Tab()

    async def browser() -> None:
        while True:
            errand = await service.parts.desk.next_errand()
            try:
                errand.settle(await errand.work(tab))
            except FailedPrecondition as error:
                errand.settle(error=error)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(browser)
        yield tab
        nursery.cancel_scope.cancel()


async def test_a_reference_is_certain_or_has_candidates(service: Service) -> None:
    async with browsing(service):
        both = await service.ask(lambda to: to.tests.FindTests(tests_pb2.FindTestsRequest(reference="iron")))
        part = await service.ask(lambda to: to.tests.FindTests(tests_pb2.FindTestsRequest(reference="fly")))
        slip = await service.ask(lambda to: to.tests.FindTests(tests_pb2.FindTestsRequest(reference="iron condr")))
    assert (both.test.test.test_id, both.test.number, both.is_exact) == ("iron", 1, True), "an id comes before a word"
    assert (part.test.test.name, part.is_exact) == ("Iron fly", False)
    assert (slip.HasField("test"), [each.test.name for each in slip.candidates][:1]) == (False, ["Iron condor"])


async def test_a_test_is_shown(service: Service) -> None:
    run = await service.submit(1)
    async with browsing(service):
        bare = await service.ask(lambda to: to.tests.GetTest(tests_pb2.GetTestRequest(reference="iron")))
        read = await service.ask(lambda to: to.tests.GetTest(tests_pb2.GetTestRequest(reference="iron", refresh=True)))
    assert (bare.test.test.url, bare.test.number, bare.runs, list(bare.active_run_ids)) == (
        f"{BASE_URL}/test/iron",
        1,
        1,
        [run.run_id],
    )
    assert (bare.HasField("config"), read.config.underlying) == (False, "SPX")


async def test_only_tests_that_a_run_used_are_recent(service: Service) -> None:
    async with browsing(service):
        await service.ask(lambda to: to.tests.ListTests(tests_pb2.ListTestsRequest(refresh=True)))
        await service.submit(1)
        every = await service.ask(lambda to: to.tests.ListTests(tests_pb2.ListTestsRequest()))
        recent = await service.ask(lambda to: to.tests.ListTests(tests_pb2.ListTestsRequest(recent=True)))
    assert [(test.number, test.test.test_id) for test in every.tests] == [(1, "iron"), (2, "fly000")]
    assert [(test.number, test.test.test_id) for test in recent.tests] == [(1, "iron")]


async def test_a_repeated_change_is_made_once(service: Service) -> None:
    request = tests_pb2.RenameTestRequest(request_id=fresh(), test_id="iron", name="Iron condor", new_name="Mine")
    async with browsing(service) as tab:
        answers = [await service.ask(lambda to: to.tests.RenameTest(request)) for _ in range(2)]
    assert [(answer.test.test.name, answer.test.site_name, answer.done) for answer in answers] == [
        ("Mine", "Mine", "the site did it")
    ] * 2
    assert tab.asked == [("rename", "/test/iron", "Iron condor", "Mine")]


async def test_a_test_leaves_the_list_and_comes_back(service: Service) -> None:
    there = tests_pb2.DeleteTestRequest(request_id=fresh(), test_id="iron", name="Iron condor", place=tests_pb2.TEST_PLACE_LIST)
    async with browsing(service) as tab:
        gone = await service.ask(lambda to: to.tests.DeleteTest(there))
        added = await service.ask(lambda to: to.tests.AddTest(tests_pb2.AddTestRequest(request_id=fresh(), reference="/test/iron")))
        again = await service.ask(lambda to: to.tests.AddTest(tests_pb2.AddTestRequest(request_id=fresh(), reference="/test/iron")))
    assert (gone.test.removed_from, gone.test.number) == (tests_pb2.TEST_PLACE_LIST, 0)
    assert (added.test.removed_from, added.test.number, added.is_known) == (tests_pb2.TEST_PLACE_UNSPECIFIED, 1, False)
    assert again.is_known
    assert tab.asked == []


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({}, grpc.StatusCode.FAILED_PRECONDITION, "the site asks something"),
        ({"name": "Iron"}, grpc.StatusCode.ABORTED, "is called 'Iron condor' and not 'Iron'"),
        ({"test_id": "nobody"}, grpc.StatusCode.NOT_FOUND, "there is no saved test 'nobody'"),
        ({"request_id": ""}, grpc.StatusCode.INVALID_ARGUMENT, "request_id: is empty"),
    ],
)
async def test_why_a_test_is_not_deleted_is_said(
    service: Service, changes: dict[str, str], code: grpc.StatusCode, words: str
) -> None:
    given = {"request_id": fresh(), "test_id": "iron", "name": "Iron condor", **changes}
    async with browsing(service) as tab:
        tab.error = FailedPrecondition("the site asks something")
        answered, status = await service.refusal(lambda to: to.tests.DeleteTest(tests_pb2.DeleteTestRequest(**given)))
    assert answered is code
    assert words in status.message
    assert len(tab.asked) == (not changes)
