"""Saved tests as the client asks for them. Importing this module imports grpc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from ooctl.pacing import SECONDS
from oodaemon.api.v1 import tests_pb2, tests_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from ooctl.tradelogs import Ask

PATIENCE: Final = 120 * SECONDS
"""The daemon may have to ask the site."""
TEST_HINT: Final = '"ooctl tests --refresh" reads the saved tests from the site'


class Send(Protocol):
    """Journals a request that changes something, and sends it; returns the answer."""

    def __call__(self, method: Any, request: Any, /, *, timeout: float, not_found: str, lost: str) -> Any: ...  # noqa: ANN401


class SavedTests:
    """The saved tests that a daemon knows. Every method raises ClientError."""

    def __init__(self, channel: grpc.Channel, ask: Ask, send: Send) -> None:
        self._stub, self._ask, self._send = tests_pb2_grpc.TestServiceStub(channel), ask, send

    def listing(self, *, refresh: bool = False, recent: bool = False) -> list[tests_pb2.SavedTest]:
        """The saved tests with their numbers; read from the site first when asked, and only those that a run used when asked."""
        request = tests_pb2.ListTestsRequest(refresh=refresh, recent=recent)
        return list(self._ask(self._stub.ListTests, request, timeout=PATIENCE, not_found=TEST_HINT).tests)

    def find(self, reference: str) -> tests_pb2.FindTestsResponse:
        """The test that is meant, or the candidates."""
        request = tests_pb2.FindTestsRequest(reference=reference)
        return self._ask(self._stub.FindTests, request, timeout=PATIENCE, not_found=TEST_HINT)

    def show(self, reference: str, *, refresh: bool = False) -> tests_pb2.GetTestResponse:
        """All that is known of a test; its page is looked at first when asked."""
        request = tests_pb2.GetTestRequest(reference=reference, refresh=refresh)
        return self._ask(self._stub.GetTest, request, timeout=PATIENCE, not_found=TEST_HINT)

    def add(self, reference: str) -> tests_pb2.AddTestResponse:
        """Put a test on the list."""
        answer: tests_pb2.AddTestResponse = self._order(self._stub.AddTest, tests_pb2.AddTestRequest(reference=reference))
        return answer

    def rename(self, test: tests_pb2.SavedTest, new_name: str, *, reason: str, is_only_here: bool) -> tests_pb2.RenameTestResponse:
        """Give a test another name: on the site, or only in the list of the daemon."""
        request = tests_pb2.RenameTestRequest(
            test_id=test.test.test_id, name=test.site_name, new_name=new_name, place=_place(is_only_here), reason=reason
        )
        answer: tests_pb2.RenameTestResponse = self._order(self._stub.RenameTest, request)
        return answer

    def delete(self, test: tests_pb2.SavedTest, *, reason: str, is_only_here: bool) -> tests_pb2.DeleteTestResponse:
        """Remove a test: from the site, or only from the list of the daemon."""
        request = tests_pb2.DeleteTestRequest(
            test_id=test.test.test_id, name=test.site_name, place=_place(is_only_here), reason=reason
        )
        answer: tests_pb2.DeleteTestResponse = self._order(self._stub.DeleteTest, request)
        return answer

    def _order(self, method: Any, request: Any) -> Any:  # noqa: ANN401 - any request of this service
        lost = "it may have been done; repeat the command: what was done is not done again"
        return self._send(method, request, timeout=PATIENCE, not_found=TEST_HINT, lost=lost)


def _place(is_only_here: bool) -> tests_pb2.TestPlace.ValueType:  # noqa: FBT001 - the value itself
    return tests_pb2.TEST_PLACE_LIST if is_only_here else tests_pb2.TEST_PLACE_SITE
