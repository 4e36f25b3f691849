"""TestService: the saved tests of the account, found, listed and changed."""

from typing import Any

from oodaemon.api.v1 import tests_pb2, tests_pb2_grpc
from oodaemon.bridge.loop import call_trio
from oodaemon.dispatch.saved_tests import Order, TestDesk
from oodaemon.dispatch.tests import TestBook
from oodaemon.model.runs import Place, SavedTest
from oodaemon.rpc import requests
from oodaemon.rpc.convert import Converter, test_config


class TestServicer(tests_pb2_grpc.TestServiceServicer):
    """See tests.proto."""

    __test__ = False

    def __init__(self, book: TestBook, desk: TestDesk, converter: Converter) -> None:
        self._book, self._desk, self._converter = book, desk, converter

    async def ListTests(self, request: tests_pb2.ListTestsRequest, context: Any) -> tests_pb2.ListTestsResponse:
        """See tests.proto."""
        found = await call_trio(self._book.listing, refresh=request.refresh)
        shown = [(n, test) for n, test in enumerate(found, start=1) if not request.recent or test.last_used_at is not None]
        return tests_pb2.ListTestsResponse(tests=[self._converter.saved_test(n, test) for n, test in shown])

    async def FindTests(self, request: tests_pb2.FindTestsRequest, context: Any) -> tests_pb2.FindTestsResponse:
        """See tests.proto."""
        found = await call_trio(self._book.find, request.reference)
        wire = tests_pb2.FindTestsResponse(is_exact=found.is_exact)
        if found.test is not None:
            wire.test.CopyFrom(await self._wire(found.test))
        wire.candidates.extend([await self._wire(test) for test in found.candidates])
        return wire

    async def GetTest(self, request: tests_pb2.GetTestRequest, context: Any) -> tests_pb2.GetTestResponse:
        """See tests.proto."""
        shown = await call_trio(self._desk.show, request.reference, refresh=request.refresh)
        wire = tests_pb2.GetTestResponse(
            test=self._converter.saved_test(shown.number, shown.test), runs=shown.runs, active_run_ids=shown.active
        )
        if shown.config is not None:
            wire.config.CopyFrom(test_config(shown.config))
        return wire

    async def AddTest(self, request: tests_pb2.AddTestRequest, context: Any) -> tests_pb2.AddTestResponse:
        """See tests.proto."""
        identity = requests.identity(request, request.request_id, requests.client_of(context))
        test, is_known = await call_trio(self._desk.add, identity, request.reference)
        return tests_pb2.AddTestResponse(test=await self._wire(test), is_known=is_known)

    async def RenameTest(self, request: tests_pb2.RenameTestRequest, context: Any) -> tests_pb2.RenameTestResponse:
        """See tests.proto."""
        identity = requests.identity(request, request.request_id, requests.client_of(context))
        test, done = await call_trio(self._desk.rename, identity, _order(request), request.new_name)
        return tests_pb2.RenameTestResponse(test=await self._wire(test), done=done)

    async def DeleteTest(self, request: tests_pb2.DeleteTestRequest, context: Any) -> tests_pb2.DeleteTestResponse:
        """See tests.proto."""
        identity = requests.identity(request, request.request_id, requests.client_of(context))
        test, done = await call_trio(self._desk.delete, identity, _order(request))
        return tests_pb2.DeleteTestResponse(test=await self._wire(test), done=done)

    async def _wire(self, test: SavedTest) -> tests_pb2.SavedTest:
        return self._converter.saved_test(await call_trio(self._desk.number_of, test.test_id), test)


def _order(request: tests_pb2.RenameTestRequest | tests_pb2.DeleteTestRequest) -> Order:
    place = Place.LIST if request.place == tests_pb2.TEST_PLACE_LIST else Place.SITE
    return Order(test_id=request.test_id, name=request.name, place=place, reason=request.reason)
