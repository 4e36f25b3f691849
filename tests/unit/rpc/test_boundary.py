"""Errors become statuses: with details a client can act on, and never with the words of an unexpected error."""

from types import SimpleNamespace
from typing import Any

import grpc
import pytest
import structlog
from google.rpc import code_pb2, error_details_pb2, status_pb2

from oodaemon.bridge.loop import Cancelled
from oodaemon.errors import (
    Aborted,
    AlreadyExists,
    CursorTooOld,
    FailedPrecondition,
    InvalidArgument,
    LimitReached,
    NotFound,
    OODaemonError,
    SignInRefused,
    StoreUnusable,
    Unavailable,
    Violation,
)
from oodaemon.rpc.boundary import CODES, Boundary, Gate, status_of, unwrapped

EXPECTED = [
    (InvalidArgument.of("delta", "is no number"), code_pb2.INVALID_ARGUMENT),
    (NotFound("run", "01J"), code_pb2.NOT_FOUND),
    (FailedPrecondition("run 01J is completed and cannot be paused"), code_pb2.FAILED_PRECONDITION),
    (Aborted("run 01J has revision 4, not 3"), code_pb2.ABORTED),
    (AlreadyExists("this request id was used before"), code_pb2.ALREADY_EXISTS),
    (Unavailable("not now"), code_pb2.UNAVAILABLE),
    (LimitReached("watchers", 500), code_pb2.RESOURCE_EXHAUSTED),
    (SignInRefused("wrong password"), code_pb2.UNAUTHENTICATED),
    (CursorTooOld(42), code_pb2.OUT_OF_RANGE),
]


def details(error: OODaemonError, kind: Any) -> Any:
    status = status_of(error)
    assert status is not None
    (packed,) = status.details
    found = kind()
    assert packed.Unpack(found)
    return found


@pytest.mark.parametrize(("error", "code"), EXPECTED, ids=lambda x: type(x).__name__)
def test_an_error_has_its_status_and_its_sentence(error: OODaemonError, code: int) -> None:
    status = status_of(error)
    assert status is not None
    assert (status.code, status.message) == (code, str(error))


def test_every_code_is_expected_here() -> None:
    assert set(CODES) == {type(error) for error, _ in EXPECTED}


@pytest.mark.parametrize("error", [OODaemonError("x"), StoreUnusable("x")])
def test_an_error_no_client_can_do_anything_about_has_none(error: OODaemonError) -> None:
    assert status_of(error) is None


def test_a_kind_of_a_known_error_has_the_status_of_that_one() -> None:
    class TooBusy(Unavailable):
        """A kind of it."""

    status = status_of(TooBusy("x"))
    assert status is not None
    assert status.code == code_pb2.UNAVAILABLE


def test_every_field_that_is_wrong_is_a_detail() -> None:
    found = details(InvalidArgument([Violation("a", "x"), Violation("b", "y")]), error_details_pb2.BadRequest)
    assert [(v.field, v.description) for v in found.field_violations] == [("a", "x"), ("b", "y")]


def test_details_say_what_a_client_can_do() -> None:
    resource = details(NotFound("run", "01J", "hint"), error_details_pb2.ResourceInfo)
    assert (resource.resource_type, resource.resource_name) == ("run", "01J")
    assert details(Unavailable("x"), error_details_pb2.RetryInfo).retry_delay.seconds == 2
    compacted = details(CursorTooOld(42), error_details_pb2.ErrorInfo)
    assert (compacted.reason, compacted.domain, dict(compacted.metadata)) == ("COMPACTED", "oodaemon", {"oldest": "42"})
    (violation,) = details(FailedPrecondition("is paused"), error_details_pb2.PreconditionFailure).violations
    assert (violation.type, violation.description) == ("PHASE", "is paused")


def test_a_limit_says_of_what_and_when_to_come_back() -> None:
    status = status_of(LimitReached("watchers", 500))
    assert status is not None
    full, retry = error_details_pb2.QuotaFailure(), error_details_pb2.RetryInfo()
    assert status.details[0].Unpack(full)
    assert status.details[1].Unpack(retry)
    assert [(v.subject, v.description) for v in full.violations] == [("watchers", "at most 500 at once")]
    assert retry.retry_delay.seconds == 2


def test_groups_of_one_are_opened_and_others_are_not() -> None:
    error = NotFound("run", "x")
    assert unwrapped(error) is error
    assert unwrapped(ExceptionGroup("a", [ExceptionGroup("b", [error])])) is error
    both = ExceptionGroup("a", [error, KeyError("y")])
    assert unwrapped(both) is both
    assert unwrapped(ExceptionGroup("c", [both])) is both


class Ended(Exception):
    """What a fake context raises to end a call."""

    def __init__(self, code: Any, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


class FakeContext:
    """A call that is ended by its status."""

    async def abort_with_status(self, status: Any) -> None:
        raise Ended(status.code, status.details)

    async def abort(self, code: Any, details: str) -> None:
        raise Ended(code, details)


async def wrapped(handler: Any, *, is_stream: bool = False) -> Any:
    method = SimpleNamespace(
        request_deserializer=None,
        response_serializer=None,
        unary_unary=None if is_stream else handler,
        unary_stream=handler if is_stream else None,
    )

    async def continuation(call: Any) -> Any:
        return method

    found = await Boundary().intercept_service(continuation, SimpleNamespace(method="/x/Y"))
    return found.unary_stream if is_stream else found.unary_unary


@pytest.mark.parametrize(
    ("method", "is_let_in"),
    [
        ("/oodaemon.api.v1.RunService/SubmitRun", False),
        ("/oodaemon.api.v1.RunService/PauseRun", False),
        ("/oodaemon.api.v1.TradeService/ImportFile", False),
        ("/oodaemon.api.v1.DaemonService/Drain", False),
        ("/oodaemon.api.v1.RunService/GetRun", True),
        ("/oodaemon.api.v1.RunService/ListTasks", True),
        ("/oodaemon.api.v1.RunService/WatchRun", True),
        ("/oodaemon.api.v1.DaemonService/DumpTasks", True),
        ("/grpc.health.v1.Health/Check", True),
    ],
)
def test_a_closed_gate_lets_in_only_what_changes_nothing(method: str, is_let_in: bool) -> None:
    gate = Gate()
    gate.check(method)
    gate.close("the daemon is shutting down")
    if is_let_in:
        gate.check(method)
    else:
        with pytest.raises(Unavailable, match="shutting down"):
            gate.check(method)


async def test_a_request_at_a_closed_gate_may_be_repeated() -> None:
    gate = Gate()
    gate.close("the daemon is shutting down")

    async def handler(request: Any, context: Any) -> Any:
        raise AssertionError("it must not be asked")

    async def continuation(call: Any) -> Any:
        return SimpleNamespace(request_deserializer=None, response_serializer=None, unary_unary=handler, unary_stream=None)

    found = await Boundary(gate).intercept_service(continuation, SimpleNamespace(method="/x/SubmitRun"))
    with pytest.raises(Ended) as caught:
        await found.unary_unary(None, FakeContext())
    assert caught.value.code is grpc.StatusCode.UNAVAILABLE


def raising(error: BaseException) -> Any:
    async def handler(request: Any, context: Any) -> Any:
        raise error

    return handler


@pytest.mark.parametrize("is_stream", [False, True])
async def test_an_error_of_ours_ends_the_call_with_its_status(is_stream: bool) -> None:
    handler = await wrapped(raising(ExceptionGroup("nursery", [NotFound("run", "01J")])), is_stream=is_stream)
    with pytest.raises(Ended) as caught:
        await handler(None, FakeContext())
    assert (caught.value.code, caught.value.message) == (grpc.StatusCode.NOT_FOUND, "there is no run '01J'")


@pytest.mark.parametrize(
    "error", [KeyError("secret"), StoreUnusable("/home/me/secret"), ExceptionGroup("secret", [KeyError("a"), NotFound("b", "c")])]
)
async def test_an_unexpected_error_is_in_the_log_and_only_its_number_reaches_the_client(error: BaseException) -> None:
    handler = await wrapped(raising(error))
    with structlog.testing.capture_logs() as lines, pytest.raises(Ended) as caught:
        await handler(None, FakeContext())
    assert caught.value.code is grpc.StatusCode.INTERNAL
    assert "secret" not in caught.value.message
    (line,) = lines
    assert line["exc_info"] is error
    assert line["method"] == "/x/Y"
    assert line["error_id"] in caught.value.message


async def test_a_call_that_is_cancelled_under_a_client_ends_with_a_status() -> None:
    handler = await wrapped(raising(Cancelled()))
    with pytest.raises(Ended) as caught:
        await handler(None, FakeContext())
    assert (caught.value.code, caught.value.message) == (grpc.StatusCode.UNAVAILABLE, "the daemon is shutting down")


@pytest.mark.parametrize(
    ("error", "seen"), [(grpc.aio.AbortError("ended"), grpc.aio.AbortError), (grpc.aio.InternalError("gone"), Cancelled)]
)
async def test_a_call_that_was_ended_already_is_not_ended_again(error: BaseException, seen: type[BaseException]) -> None:
    """A client that left while something was written to it is a cancellation, no error."""
    handler = await wrapped(raising(error))
    with pytest.raises(seen):
        await handler(None, FakeContext())


async def test_an_answer_passes_unchanged() -> None:
    async def handler(request: str, context: Any) -> str:
        return request + "!"

    assert await (await wrapped(handler))("hello", FakeContext()) == "hello!"


async def test_an_unknown_method_stays_unknown() -> None:
    async def continuation(call: Any) -> None:
        return None

    assert await Boundary().intercept_service(continuation, SimpleNamespace(method="/x/Z")) is None


def test_the_status_is_one_of_google() -> None:
    assert isinstance(status_of(Unavailable("x")), status_pb2.Status)
