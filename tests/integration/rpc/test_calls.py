"""Calls are counted as clients see them end."""

import grpc
import pytest

from oodaemon.api.v1 import runs_pb2
from oodaemon.bridge.loop import call
from oodaemon.rpc.calls import CODES, SERVER_STREAM, UNARY, Calls
from tests.integration.rpc.support import Service, aio_channel, eventually, sweep

RUNS = "oodaemon.api.v1.RunService"


async def test_calls_are_counted_by_method_and_code(service: Service) -> None:
    calls = service.parts.server.calls
    get, submit = (UNARY, RUNS, "GetRun"), (UNARY, RUNS, "SubmitRun")
    before = calls.statistics()
    assert before.started[get] == before.handled[get, "OK"] == 0
    assert all((method, code) in before.handled for method in before.started for code in CODES), "every child is there"
    async with aio_channel(service.target) as stubs:
        run = (await call(_ask, stubs.runs.SubmitRun, sweep("16", "17"))).run
        await call(_ask, stubs.runs.GetRun, runs_pb2.GetRunRequest(run_id=run.run_id))
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call(_ask, stubs.runs.GetRun, runs_pb2.GetRunRequest(run_id="01JD0000000000000000000000"))
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    assert await eventually(lambda: calls.statistics().durations[get].number == 2), "a client may know before the count does"
    found = calls.statistics()
    assert (found.started[get], found.handled[get, "OK"], found.handled[get, "NOT_FOUND"]) == (2, 1, 1)
    assert found.handled[submit, "OK"] == found.durations[submit].number == 1


async def test_a_stream_counts_when_it_ends_and_its_lag_is_known(service: Service) -> None:
    calls, watch = service.parts.server.calls, service.parts.watch
    method = (SERVER_STREAM, RUNS, "WatchRun")
    async with aio_channel(service.target) as stubs:
        run = (await call(_ask, stubs.runs.SubmitRun, sweep("16", "17"))).run
        stream = stubs.runs.WatchRun(runs_pb2.WatchRunRequest(run_id=run.run_id))
        await call(stream.read)
        assert (calls.statistics().started[method], calls.statistics().durations[method].number) == (1, 0)
        assert await eventually(lambda: watch.lag == 0)
        stream.cancel()
        assert await eventually(lambda: calls.statistics().handled[method, "CANCELLED"] == 1)
    assert watch.lag == 0


def test_no_client_can_make_up_a_method() -> None:
    assert Calls([]).statistics().started == {}


async def _ask(method, request):
    return await method(request)
