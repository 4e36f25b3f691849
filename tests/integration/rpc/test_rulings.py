"""Stopping runs at once and deciding about failed tasks over the wire: who did it, once, and only in the right phase."""

import json

import grpc
import pytest

from oodaemon.api.v1 import runs_pb2
from oodaemon.model.tasks import FailureClass
from oodaemon.store import attempts, journal, leases
from tests.integration.rpc.support import Service, fresh

ME = (("oo-client", "me@desk"),)
ONE = [runs_pb2.TaskRange(first=0, last=0)]


async def a_failed_task(service: Service, failure_class: FailureClass = FailureClass.MISMATCH, *, shown: bool = False) -> str:
    """A run of one task, which is held."""
    run = await service.submit(1)
    lease = await service.parts.store.write(leases.lease, "site/oo/browser/1", 1)
    assert lease is not None
    await service.parts.store.write(attempts.intent, lease.token)
    await service.parts.store.write(attempts.fail, lease.token, failure_class, "not as asked for")
    if shown:
        figures = json.dumps({"pl": 3.5})
        insert = "INSERT INTO quarantine (attempt_id, metrics, extra, proof, config) VALUES (?, ?, '{}', '{}', '{}')"
        await service.parts.store.write(lambda tx: tx.note(insert, (lease.token.attempt_id, figures)))
    return run.run_id


async def test_a_failed_task_is_tried_again_once_per_request(service: Service) -> None:
    run_id = await a_failed_task(service)
    request = runs_pb2.RetryTasksRequest(request_id=fresh(), run_id=run_id, reason="again")
    first = await service.ask(lambda s: s.runs.RetryTasks(request, metadata=ME))
    assert (first.changed, first.run.phase) == (1, runs_pb2.RUN_PHASE_RUNNING)
    head = service.parts.store.head
    again = await service.ask(lambda s: s.runs.RetryTasks(request))
    assert (again.changed, service.parts.store.head) == (1, head), "the same answer, and nothing done twice"
    events = await service.parts.store.read(journal.read, 0, run_id=run_id)
    reopened = next(event for event in events if event.type == "task_reopened")
    assert (reopened.body["client"], reopened.body["reason"]) == ("me@desk", "again")
    request.force = True
    code, status = await service.refusal(lambda s: s.runs.RetryTasks(request))
    assert code is grpc.StatusCode.ALREADY_EXISTS
    assert "RetryTasks" in status.message


async def test_accepted_figures_are_marked_on_the_wire(service: Service) -> None:
    run_id = await a_failed_task(service, shown=True)
    request = runs_pb2.AcceptTasksRequest(request_id=fresh(), run_id=run_id, tasks=ONE, reason="looked at it")
    answer = await service.ask(lambda s: s.runs.AcceptTasks(request, metadata=ME))
    assert (answer.changed, answer.run.phase) == (1, runs_pb2.RUN_PHASE_COMPLETED)
    (result,) = (await service.ask(lambda s: s.runs.ListResults(runs_pb2.ListResultsRequest(run_id=run_id)))).results
    assert (result.metrics.pl, result.origin) == (3.5, runs_pb2.RESULT_ORIGIN_ACCEPTED)
    assert (result.ruling.client, result.ruling.reason) == ("me@desk", "looked at it")
    assert result.ruling.HasField("decided_at")


async def test_a_skipped_task_has_its_reason(service: Service) -> None:
    run_id = await a_failed_task(service)
    request = runs_pb2.SkipTasksRequest(request_id=fresh(), run_id=run_id, tasks=ONE, reason="no data")
    assert (await service.ask(lambda s: s.runs.SkipTasks(request))).run.phase == runs_pb2.RUN_PHASE_COMPLETED
    (result,) = (await service.ask(lambda s: s.runs.ListResults(runs_pb2.ListResultsRequest(run_id=run_id)))).results
    assert (result.status, result.reason) == (runs_pb2.TASK_STATUS_SKIPPED, "no data")
    assert not result.HasField("metrics")


NOTHING_SHOWN = "no quarantined figures"
OUT_OF_ORDER = runs_pb2.TaskRange(first=3, last=1)


@pytest.mark.parametrize(
    ("method", "changes", "code", "sentence"),
    [
        ("Accept", {}, grpc.StatusCode.FAILED_PRECONDITION, NOTHING_SHOWN),
        ("Accept", {"reason": ""}, grpc.StatusCode.INVALID_ARGUMENT, "say why"),
        ("Accept", {"tasks": []}, grpc.StatusCode.INVALID_ARGUMENT, "names no task"),
        ("Skip", {"tasks": []}, grpc.StatusCode.INVALID_ARGUMENT, "names no task"),
        ("Skip", {"tasks": [OUT_OF_ORDER]}, grpc.StatusCode.INVALID_ARGUMENT, "3-1 is no range"),
        ("Skip", {"tasks": [runs_pb2.TaskRange(first=5, last=5)]}, grpc.StatusCode.NOT_FOUND, "has tasks 0 to 0"),
        ("Skip", {"if_revision": 99}, grpc.StatusCode.ABORTED, "not 99"),
        ("Retry", {"if_revision": 99}, grpc.StatusCode.ABORTED, "not 99"),
        ("Retry", {"request_id": ""}, grpc.StatusCode.INVALID_ARGUMENT, "request_id"),
        ("Retry", {"failure_class": 77}, grpc.StatusCode.INVALID_ARGUMENT, "77 is no class of failure"),
        ("Retry", {"run_id": "01ZZ"}, grpc.StatusCode.NOT_FOUND, "there is no run"),
    ],
)
async def test_what_is_wrong_with_a_decision_is_said(service: Service, method: str, changes, code, sentence: str) -> None:
    run_id = await a_failed_task(service)
    fields = {"request_id": fresh(), "run_id": run_id, "reason": "x", "tasks": ONE, **changes}
    request = getattr(runs_pb2, f"{method}TasksRequest")(**fields)
    refused, status = await service.refusal(lambda s: getattr(s.runs, f"{method}Tasks")(request))
    assert refused is code
    assert sentence in status.message


@pytest.mark.parametrize("method", ["Retry", "Skip", "Accept"])
async def test_tasks_of_a_cancelled_run_are_let_alone(service: Service, method: str) -> None:
    run_id = await a_failed_task(service)
    await service.ask(lambda s: s.runs.CancelRun(runs_pb2.CancelRunRequest(request_id=fresh(), run_id=run_id)))
    request = getattr(runs_pb2, f"{method}TasksRequest")(request_id=fresh(), run_id=run_id, reason="x", tasks=ONE)
    code, status = await service.refusal(lambda s: getattr(s.runs, f"{method}Tasks")(request))
    assert code is grpc.StatusCode.FAILED_PRECONDITION
    assert "is cancelled" in status.message


async def test_a_pause_can_become_one_at_once_and_rings_the_bell(service: Service) -> None:
    run = await service.submit(2)
    lease = await service.parts.store.write(leases.lease, "site/oo/browser/1", 1)
    assert lease is not None
    seen = []
    for mode in (runs_pb2.STOP_MODE_UNSPECIFIED, runs_pb2.STOP_MODE_NOW, runs_pb2.STOP_MODE_DRAIN):
        ring = service.parts.desk.bell.listen()
        request = runs_pb2.PauseRunRequest(request_id=fresh(), run_id=run.run_id, mode=mode, reason="lunch")
        answer = await service.ask(lambda s, request=request: s.runs.PauseRun(request, metadata=ME))
        assert ring.is_set()
        seen.append((answer.run.phase, answer.run.stop_mode))
    pausing = runs_pb2.RUN_PHASE_PAUSING
    drain, now = runs_pb2.STOP_MODE_DRAIN, runs_pb2.STOP_MODE_NOW
    assert seen == [(pausing, drain), (pausing, now), (pausing, now)]
    resume = runs_pb2.ResumeRunRequest(request_id=fresh(), run_id=run.run_id)
    answer = await service.ask(lambda s: s.runs.ResumeRun(resume))
    assert (answer.run.phase, answer.run.stop_mode) == (runs_pb2.RUN_PHASE_RUNNING, runs_pb2.STOP_MODE_UNSPECIFIED)
    assert service.parts.desk.ramp.limits() == {run.run_id: 1}, "it comes back slowly"
    again = await service.ask(lambda s: s.runs.ResumeRun(runs_pb2.ResumeRunRequest(request_id=fresh(), run_id=run.run_id)))
    assert again.run.revision == answer.run.revision
    await service.parts.store.write(attempts.release, lease.token, "the test is over")
