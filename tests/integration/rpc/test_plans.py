"""Runs of several parameters and of tables, and a look at what they would run, over a real socket."""

import grpc
import pytest
from google.protobuf import json_format

from oodaemon.api.v1 import runs_pb2
from tests.integration.rpc.support import IRON, Service, fresh


def spec_of(**spec) -> runs_pb2.RunSpec:
    return json_format.ParseDict(spec, runs_pb2.RunSpec())


def grid(**names: int) -> runs_pb2.RunSpec:
    parameters = [{"name": name, "range": {"start": "1", "end": str(end), "step": "1"}} for name, end in names.items()]
    return spec_of(grid={"test": "iron", "parameters": parameters})


def table(rows: int) -> runs_pb2.RunSpec:
    listed = [{"values": [str(1 + n // 100), str(1 + n % 100)]} for n in range(rows)]
    return spec_of(list={"test": "iron", "columns": [{"name": "delta"}, {"name": "vix"}], "rows": listed})


async def submit(service: Service, spec: runs_pb2.RunSpec) -> runs_pb2.Run:
    request = runs_pb2.SubmitRunRequest(request_id=fresh(), spec=spec)
    return (await service.ask(lambda s: s.runs.SubmitRun(request))).run


async def values_of(service: Service, run_id: str) -> list[tuple[float, float]]:
    answer = await service.ask(lambda s: s.runs.ListTasks(runs_pb2.ListTasksRequest(run_id=run_id)))
    assert [task.index for task in answer.tasks] == list(range(len(answer.tasks)))
    return [tuple(task.parameters[name].number_value for name in ("delta", "vix")) for task in answer.tasks]


async def test_the_tasks_of_a_grid_are_its_combinations_in_order(service: Service) -> None:
    run = await submit(service, grid(delta=3, vix=2))
    assert (run.name, run.tasks.total, run.tasks.pending) == (f"delta x vix of {IRON.name}", 6, 6)
    assert await values_of(service, run.run_id) == [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2)]
    assert run.spec == grid(delta=3, vix=2)


@pytest.mark.parametrize("rows", [1000, 1001])
async def test_a_list_is_kept_with_its_rows_unless_they_are_many(service: Service, rows: int) -> None:
    spec = table(rows)
    spec.fresh, spec.trades = True, True
    spec.fixed.add(name="gap", value="1")
    run = await submit(service, spec)
    assert run.tasks.total == rows
    if rows > 1000:
        del spec.list.rows[:]
    assert run.spec == spec
    assert (await values_of(service, run.run_id))[:2] == [(1, 1), (1, 2)]


async def plan(service: Service, spec: runs_pb2.RunSpec, sample: int = 0) -> runs_pb2.PlanRunResponse:
    return await service.ask(lambda s: s.runs.PlanRun(runs_pb2.PlanRunRequest(spec=spec, sample=sample)))


async def test_a_look_ahead_stores_nothing(service: Service) -> None:
    head = service.parts.store.head
    found = await plan(service, grid(delta=100, vix=100), sample=3)
    assert (found.tasks, found.planned_tasks, found.cached, found.browsers) == (10_000, 10_000, 0, 0)
    assert (found.test.test_id, found.test.name, list(found.notes)) == ("iron", IRON.name, [])
    assert [(task.index, task.parameters["vix"].number_value, task.cached) for task in found.sample] == [
        (0, 1, False),
        (1, 2, False),
        (2, 3, False),
    ]
    assert not found.HasField("median_task_duration")
    assert not found.HasField("estimated_duration")
    assert service.parts.store.head == head


async def test_how_long_a_task_takes_is_known_from_those_that_were_done(service: Service) -> None:
    await service.submit(3)
    await service.work(3)
    found = await plan(service, grid(delta=3))
    assert found.HasField("median_task_duration")
    assert not found.HasField("estimated_duration"), "no browser is up"


@pytest.mark.parametrize("method", ["PlanRun", "SubmitRun"])
async def test_what_is_wrong_is_refused_alike(service: Service, method: str) -> None:
    made = {"PlanRun": runs_pb2.PlanRunRequest, "SubmitRun": runs_pb2.SubmitRunRequest}[method]
    more = {"request_id": fresh()} if method == "SubmitRun" else {}
    wrong = spec_of(grid={"test": "iron", "parameters": [{"name": "delta", "list": {"values": ["x"]}}, {"name": "nothing"}]})
    code, status = await service.refusal(lambda s: getattr(s.runs, method)(made(spec=wrong, **more)))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert status.message.startswith("delta: 'x'")
    assert "nothing: there is no such parameter" in status.message
    code, status = await service.refusal(
        lambda s: getattr(s.runs, method)(made(spec=grid(delta=100, vix=1000, profit_target=2), **more))
    )
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert "makes 200,000 tasks" in status.message


async def test_a_sample_has_a_sensible_size(service: Service) -> None:
    for size in (-1, 1001):
        request = runs_pb2.PlanRunRequest(spec=grid(delta=3), sample=size)
        code, status = await service.refusal(lambda s, request=request: s.runs.PlanRun(request))
        assert (code, status.message) == (grpc.StatusCode.INVALID_ARGUMENT, f"sample: {size} is no number from 0 to 1000")
