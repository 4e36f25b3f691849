"""Every way in which a request can be refused, as a client sees it: the code, the sentence, the details."""

import asyncio
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import grpc
import pytest
import structlog
import trio
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from oodaemon.api.v1 import daemon_pb2, daemon_pb2_grpc, runs_pb2
from oodaemon.bridge.loop import call_trio
from oodaemon.dispatch.site import AUTH_REQUIRED, DRAINING
from oodaemon.errors import NotFound, StoreUnusable
from oodaemon.model.runs import Desired
from oodaemon.rpc.address import parse
from oodaemon.rpc.server import Server
from oodaemon.rpc.server import Service as Offered
from oodaemon.store import runs
from tests.integration.rpc.support import Service, Stubs, child, fresh, loop_without_complaints, sweep

D = TypeVar("D", bound=Message)

NOWHERE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
STATUS = daemon_pb2.GetStatusRequest()


def detail(status: status_pb2.Status, kind: type[D]) -> D:
    found = kind()
    assert len(status.details) == 1
    assert status.details[0].Unpack(found)
    return found


INVALID: dict[str, tuple[Callable[[Stubs], object], str]] = {
    "no kind of run": (lambda s: s.runs.SubmitRun(runs_pb2.SubmitRunRequest(request_id="a")), "spec"),
    "no parameter": (lambda s: s.runs.SubmitRun(sweep("1", parameter="")), "parameter"),
    "unknown parameter": (lambda s: s.runs.SubmitRun(sweep("1", parameter="dleta")), "dleta"),
    "value out of range": (lambda s: s.runs.SubmitRun(sweep("1", "101")), "delta"),
    "value that is none": (lambda s: s.runs.SubmitRun(sweep("one")), "delta"),
    "value given twice": (lambda s: s.runs.SubmitRun(sweep("1", "1")), "delta"),
    "no value": (lambda s: s.runs.SubmitRun(sweep()), "delta"),
    "unknown option": (lambda s: s.runs.SubmitRun(sweep("1", colour="red")), "delta"),
    "no test": (lambda s: s.runs.SubmitRun(sweep("1", test=" ")), "test"),
    "test on another site": (lambda s: s.runs.SubmitRun(sweep("1", test="https://other.example/test/x")), "test"),
    "no request id": (lambda s: s.runs.SubmitRun(runs_pb2.SubmitRunRequest(spec=sweep("1").spec)), "request_id"),
    "negative page": (lambda s: s.runs.ListRuns(runs_pb2.ListRunsRequest(page_size=-1)), "page_size"),
    "page token": (lambda s: s.runs.ListTasks(runs_pb2.ListTasksRequest(run_id=NOWHERE, page_token="x")), "page_token"),
    "no run": (lambda s: s.runs.GetRun(runs_pb2.GetRunRequest()), "run_id"),
}


async def test_what_can_never_be_right_names_its_field(service: Service) -> None:
    for name, (question, field) in INVALID.items():
        code, status = await service.refusal(question)
        assert code is grpc.StatusCode.INVALID_ARGUMENT, (name, code, status.message)
        violations = detail(status, error_details_pb2.BadRequest).field_violations
        assert [violation.field for violation in violations] == [field], name
        assert violations[0].description in status.message, name
    assert await service.parts.store.read(runs.page, limit=10) == []


async def test_a_run_that_is_not_there(service: Service) -> None:
    questions: list[Callable[[Stubs], object]] = [
        lambda s: s.runs.GetRun(runs_pb2.GetRunRequest(run_id=NOWHERE)),
        lambda s: s.runs.ListTasks(runs_pb2.ListTasksRequest(run_id=NOWHERE)),
        lambda s: s.runs.ListResults(runs_pb2.ListResultsRequest(run_id=NOWHERE)),
        lambda s: s.runs.CancelRun(runs_pb2.CancelRunRequest(run_id=NOWHERE, request_id=fresh())),
        lambda s: list(s.runs.WatchRun(runs_pb2.WatchRunRequest(run_id=NOWHERE))),
    ]
    for question in questions:
        code, status = await service.refusal(question)
        assert code is grpc.StatusCode.NOT_FOUND
        info = detail(status, error_details_pb2.ResourceInfo)
        assert (info.resource_type, info.resource_name) == ("run", NOWHERE)


async def test_an_id_that_begins_several_runs_names_them(service: Service) -> None:
    first, second = await service.submit(1), await service.submit(1)
    code, status = await service.refusal(lambda s: s.runs.GetRun(runs_pb2.GetRunRequest(run_id=first.run_id[:4])))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert first.run_id in status.message
    assert second.run_id in status.message


async def test_a_command_that_comes_too_late_names_the_state(service: Service) -> None:
    run = await service.submit(1)
    await service.work(1)
    code, status = await service.refusal(lambda s: s.runs.PauseRun(runs_pb2.PauseRunRequest(run_id=run.run_id, request_id=fresh())))
    assert code is grpc.StatusCode.FAILED_PRECONDITION
    assert "completed" in status.message
    assert detail(status, error_details_pb2.PreconditionFailure).violations[0].description == status.message


async def test_a_command_on_a_run_that_changed_meanwhile(service: Service) -> None:
    run = await service.submit(2)
    old = run.revision
    await service.parts.store.write(runs.set_desired, run.run_id, Desired.PAUSE)

    def cancel(stubs: Stubs) -> object:
        request = runs_pb2.CancelRunRequest(run_id=run.run_id, request_id=fresh(), if_revision=old)
        return stubs.runs.CancelRun(request)

    code, status = await service.refusal(cancel)
    assert code is grpc.StatusCode.ABORTED
    assert str(old) in status.message
    assert (await service.parts.store.read(runs.get, run.run_id)).desired is Desired.PAUSE


async def test_a_request_id_that_was_used_for_something_else(service: Service) -> None:
    used = fresh()
    await service.ask(lambda s: s.runs.SubmitRun(sweep("1", request_id=used)))
    code, status = await service.refusal(lambda s: s.runs.SubmitRun(sweep("2", request_id=used)))
    assert code is grpc.StatusCode.ALREADY_EXISTS
    assert used in status.message
    assert len(await service.parts.store.read(runs.page, limit=10)) == 1


async def test_nothing_is_started_while_the_daemon_drains(service: Service) -> None:
    run = await service.submit(1)
    await service.ask(lambda s: s.runs.PauseRun(runs_pb2.PauseRunRequest(run_id=run.run_id, request_id=fresh())))
    await service.parts.desk.enter(DRAINING, "drains")
    questions: list[Callable[[Stubs], object]] = [
        lambda s: s.runs.SubmitRun(sweep("1")),
        lambda s: s.runs.ResumeRun(runs_pb2.ResumeRunRequest(run_id=run.run_id, request_id=fresh())),
    ]
    for question in questions:
        code, status = await service.refusal(question)
        assert code is grpc.StatusCode.UNAVAILABLE
        assert detail(status, error_details_pb2.RetryInfo).retry_delay.seconds > 0
    await service.ask(lambda s: s.runs.CancelRun(runs_pb2.CancelRunRequest(run_id=run.run_id, request_id=fresh())))


async def test_nothing_can_be_asked_of_the_site_while_it_refuses_the_account(service: Service) -> None:
    await service.parts.desk.enter(AUTH_REQUIRED, "the site refuses the e-mail or password")
    code, status = await service.refusal(lambda s: s.runs.SubmitRun(sweep("1")))
    assert code is grpc.StatusCode.UNAUTHENTICATED
    assert status.message == "the site refuses the e-mail or password"


class Fragile(daemon_pb2_grpc.DaemonServiceServicer):
    """Fails in the way it is told to."""

    def __init__(self) -> None:
        self.fail: Callable[[Any], Any] = self.hang
        self.entered = trio.Event()

    async def GetStatus(  # noqa: N802 - named by the protocol
        self, request: daemon_pb2.GetStatusRequest, context: Any
    ) -> daemon_pb2.GetStatusResponse:
        self.entered.set()
        await self.fail(context)
        return daemon_pb2.GetStatusResponse(version="lived")

    async def Drain(  # noqa: N802 - named by the protocol
        self, request: daemon_pb2.DrainRequest, context: Any
    ) -> daemon_pb2.DrainResponse:
        return daemon_pb2.DrainResponse()

    async def GetTree(  # noqa: N802 - named by the protocol
        self, request: daemon_pb2.GetTreeRequest, context: Any
    ) -> daemon_pb2.GetTreeResponse:
        return daemon_pb2.GetTreeResponse()

    async def DumpTasks(  # noqa: N802 - named by the protocol
        self, request: daemon_pb2.DumpTasksRequest, context: Any
    ) -> daemon_pb2.DumpTasksResponse:
        return daemon_pb2.DumpTasksResponse()

    async def GetProfile(self, request: daemon_pb2.GetProfileRequest, context: Any) -> None:  # noqa: N802 - named by the protocol
        raise AssertionError

    async def ReadLogs(self, request: daemon_pb2.ReadLogsRequest, context: Any) -> None:  # noqa: N802 - named by the protocol
        """Nothing to read."""

    async def hang(self, context: Any) -> None:
        await call_trio(trio.sleep_forever)


async def failing(servicer: Fragile, folder: Path, asks: Callable[[Stubs], object], *, log: list[Any]) -> grpc.RpcError:
    """Serve a servicer that fails, and return the error a client gets."""
    address = parse(f"unix:{folder}/d.sock")
    offered = Offered(
        daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"], servicer, daemon_pb2_grpc.add_DaemonServiceServicer_to_server
    )

    def put() -> grpc.RpcError:
        with grpc.insecure_channel(str(address)) as channel:
            try:
                return asks(Stubs(channel))
            except grpc.RpcError as error:
                return error

    async with loop_without_complaints(), trio.open_nursery() as nursery:
        await nursery.start(Server(address, [offered]).start, child())
        with structlog.testing.capture_logs() as lines:
            answer = await trio.to_thread.run_sync(put)
        log += lines
        nursery.cancel_scope.cancel()
    assert isinstance(answer, grpc.RpcError), f"it was answered: {answer}"
    return answer


async def _raise(error: BaseException) -> None:
    raise error


UNEXPECTED = {
    "plain": lambda _: _raise(RuntimeError("the token is in /home/x/token")),
    "group": lambda _: _raise(ExceptionGroup("token", [OSError("/home/x/token"), ValueError("token")])),
    "group of one": lambda _: _raise(ExceptionGroup("token", [OSError("/home/x/token")])),
    "exit": lambda _: _raise(SystemExit("token")),
    "lost store": lambda _: _raise(StoreUnusable("/home/x/token cannot be written")),
    "in trio": lambda _: call_trio(_raise, KeyError("token")),
}


@pytest.mark.parametrize("how", UNEXPECTED)
async def test_an_unexpected_error_leaks_nothing_but_an_id_that_the_log_explains(folder: Path, how: str) -> None:
    servicer, log = Fragile(), []
    servicer.fail = UNEXPECTED[how]
    error = await failing(servicer, folder, lambda s: s.daemon.GetStatus(STATUS, timeout=10), log=log)
    assert error.code() is grpc.StatusCode.INTERNAL
    found = re.fullmatch(r"the daemon failed; its log explains error ([0-9a-f]{8})", error.details())
    assert found
    assert "token" not in str(error.trailing_metadata())
    assert [line["error_id"] for line in log if line["event"] == "request failed"] == [found[1]]


async def test_an_error_of_ours_in_groups_of_one_keeps_its_status(folder: Path) -> None:
    servicer = Fragile()
    servicer.fail = lambda _: _raise(ExceptionGroup("", [ExceptionGroup("", [NotFound("run", "x")])]))
    error = await failing(servicer, folder, lambda s: s.daemon.GetStatus(STATUS, timeout=10), log=[])
    assert (error.code(), error.details()) == (grpc.StatusCode.NOT_FOUND, "there is no run 'x'")


async def test_a_handler_that_is_cancelled_from_within_answers(folder: Path) -> None:
    async def give_up(_: Any) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(30)

    servicer = Fragile()
    servicer.fail = give_up
    error = await failing(servicer, folder, lambda s: s.daemon.GetStatus(STATUS, timeout=10), log=[])
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert "shutting down" in error.details()


async def test_a_request_in_flight_when_the_server_stops_is_answered(folder: Path) -> None:
    servicer, address = Fragile(), parse(f"unix:{folder}/d.sock")
    offered = Offered(
        daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"], servicer, daemon_pb2_grpc.add_DaemonServiceServicer_to_server
    )
    answers: list[grpc.StatusCode] = []

    def put() -> None:
        with grpc.insecure_channel(str(address)) as channel, pytest.raises(grpc.RpcError) as caught:
            Stubs(channel).daemon.GetStatus(STATUS, timeout=20)
        answers.append(caught.value.code())

    async with loop_without_complaints(), trio.open_nursery() as clients:
        async with trio.open_nursery() as nursery:
            await nursery.start(Server(address, [offered]).start, child())
            clients.start_soon(trio.to_thread.run_sync, put)
            await servicer.entered.wait()
            began = trio.current_time()
            nursery.cancel_scope.cancel()
        assert trio.current_time() - began < 2
    assert answers == [grpc.StatusCode.UNAVAILABLE]


async def test_a_client_that_leaves_is_no_error(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    servicer, log = Fragile(), []
    left = trio.Event()

    async def wait(_: Any) -> None:
        try:
            await call_trio(trio.sleep_forever)
        finally:
            left.set()

    servicer.fail = wait
    with caplog.at_level(logging.ERROR):
        error = await failing(servicer, folder, lambda s: s.daemon.GetStatus(STATUS, timeout=0.3), log=log)
        assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        with trio.fail_after(60):
            await left.wait()
    assert [record.getMessage() for record in caplog.records] == []
    assert log == []
